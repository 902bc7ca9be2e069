import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRepository } from "../../../support/git.ts";
import { has, run } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { runAction } from "../run.ts";

const change = (file: string, from: string, to: string) =>
  `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-${from}\n+${to}\n`;

/** A source with `greeting.txt`, and patches beside it. */
async function source(at = "src"): Promise<string> {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, at), { recursive: true });
  mkdirSync(join(folder, "src", "it's a patch"), { recursive: true });
  writeFileSync(join(folder, at, "greeting.txt"), "hello\n");
  writeFileSync(join(folder, "src", "it's a patch", "1.patch"), change("greeting.txt", "hello", "good day"));
  writeFileSync(join(folder, "src", "2.patch"), change("greeting.txt", "good day", "good night"));
  writeFileSync(join(folder, "src", "wrong.patch"), change("greeting.txt", "bonjour", "bonsoir"));
  return folder;
}

const tools = [
  { uses: "patch@v1", program: "patch" },
  { uses: "git/patch@v1", program: "git" },
] as const;

describe.each(tools)("$uses (needs $program)", ({ uses, program }) => {
  const its = it.skipIf(!has(program));

  its("applies patches in their order, names with blanks and quotes among them", async () => {
    const folder = await source();
    const inputs = { patch: "it's a patch/1.patch", patches: [join(folder, "src", "2.patch")] };
    expect(runAction(folder, uses, { inputs })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "src", "greeting.txt"), "utf8")).toBe("good night\n");
  });

  its("takes the list as a text with one path a line, and applies in `dir`", async () => {
    const folder = await source("src/deep/down");
    const inputs = { patches: "it's a patch/1.patch\n2.patch\n", dir: "deep/down" };
    expect(runAction(folder, uses, { inputs })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "src/deep/down/greeting.txt"), "utf8")).toBe("good night\n");
  });

  its.each(["wrong.patch", "missing.patch"])("fails for %s and goes no further", async (file) => {
    const folder = await source();
    const inputs = { patches: [file, "it's a patch/1.patch"] };
    expect(runAction(folder, uses, { inputs }).code).not.toBe(0);
    expect(readFileSync(join(folder, "src", "greeting.txt"), "utf8")).toBe("hello\n");
  });

  its("fails for a patch that is applied already", async () => {
    const folder = await source();
    const inputs = { patches: ["it's a patch/1.patch", "it's a patch/1.patch"] };
    expect(runAction(folder, uses, { inputs }).code).not.toBe(0);
    expect(readFileSync(join(folder, "src", "greeting.txt"), "utf8")).toBe("good day\n");
  });

  its("passes options on", async () => {
    const folder = await source();
    writeFileSync(join(folder, "src", "deep.patch"), change("x/greeting.txt", "hello", "hi"));
    expect(runAction(folder, uses, { inputs: { patch: "deep.patch", options: "-p2" } })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "src", "greeting.txt"), "utf8")).toBe("hi\n");
  });
});

describe.skipIf(!has("git"))("git/patch@v1 in a larger repository (needs git)", () => {
  it("changes what the patch names, which git itself would skip", async () => {
    const folder = await source("src/part");
    run("git", ["init", "--quiet", join(folder, "src")]);
    const inputs = { patch: "it's a patch/1.patch", dir: "part" };
    expect(runAction(folder, "git/patch@v1", { inputs })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "src/part/greeting.txt"), "utf8")).toBe("good day\n");
  });
});

describe.skipIf(!has("git"))("git/checkout@v1 (needs git)", () => {
  async function repository() {
    const folder = await source("src/app");
    const { git, commit } = await createRepository(join(folder, "src/app"));
    const first = await commit({});
    const second = await commit({});
    return { folder, first, second, head: () => git("rev-parse", "HEAD"), git };
  }

  it("is content with a repository at the commit", async () => {
    const { folder, second, head } = await repository();
    const inputs = { "expected-commit": second, dir: "app" };
    expect(runAction(folder, "git/checkout@v1", { inputs })).toEqual({ code: 0, output: "" });
    expect(head()).toBe(second);
  });

  it("checks out a commit that is there, without running the repository's hooks", async () => {
    const { folder, first, head, git } = await repository();
    git("config", "core.hooksPath", "hooks");
    mkdirSync(join(folder, "src/app/hooks"));
    writeFileSync(join(folder, "src/app/hooks/post-checkout"), `#!/bin/sh\ntouch '${folder}/ran'\n`, { mode: 0o755 });
    const inputs = { "expected-commit": first.toUpperCase(), dir: join(folder, "src/app") };
    expect(runAction(folder, "git/checkout@v1", { inputs })).toMatchObject({ code: 0 });
    expect(head()).toBe(first);
    expect(run("ls", [folder])).not.toContain("ran");
  });

  it("fails for a commit that is not there, and says which is", async () => {
    const { folder, second } = await repository();
    const inputs = { "expected-commit": "0123456789".repeat(4), dir: "app" };
    const ran = runAction(folder, "git/checkout@v1", { inputs });
    expect(ran.code).toBe(1);
    expect(ran.output).toContain(`is at commit ${second}, expected 0123456789`);
  });
});
