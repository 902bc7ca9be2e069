import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { type CliResult, hardpan, root } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { startRegistry } from "../support/registry.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { feedFolder, lines, osvDebian } from "../vuln/examples.ts";
import { long, missingNetwork, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const examples = commands.flatMap(({ name, examples }) => examples.map(([line]) => ({ name, line })));
const exampleRegistry = "registry://localhost:5000/";
const unreachable = /\((HTTP_NETWORK|HTTP_STATUS|HTTP_TIMEOUT|VULN_LIVE_FAILED)/;

describe("help", () => {
  it.each(commands.map(({ name }) => name))("of %s shows its examples, and its options in words", async (name) => {
    const { stdout, exitCode } = await hardpan([...name.split(" "), "--help"]);
    expect(exitCode).toBe(0);
    const command = commands.find((candidate) => candidate.name === name);
    expect(command?.examples.length).toBeGreaterThan(0);
    for (const [line] of command?.examples ?? []) expect(stdout).toContain(`$ ${line}\n`);
    for (const { form } of command?.options ?? []) expect(stdout).toContain(form);
  });

  it("lists every command", async () => {
    const { stdout, exitCode } = await hardpan(["--help"]);
    expect(exitCode).toBe(0);
    for (const name of new Set(commands.map((command) => command.name.split(" ")[0]))) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    }
  });
});

describe("examples in help work as they stand", () => {
  beforeAll(async () => {
    if (missing === null) await warmUp();
  }, long);

  for (const { name, line } of examples) {
    const reason = name === "db update" ? null : absent(line);
    const title =
      name === "db update"
        ? `${line} (skipped where the live feeds cannot be reached)`
        : line.includes(exampleRegistry)
          ? `${line} (skipped where port 5000 is taken)`
          : line;
    it.skipIf(reason !== null)(
      titled(title, reason),
      async ({ skip }) => {
        const result = await tryExample(name, line);
        if (result === null || (name === "db update" && unreachable.test(result.stderr))) return skip();
        expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\S/) });
        const explained = /--explain (\S+)/.exec(line)?.[1];
        if (explained !== undefined) expect(result.stdout).toContain(`${explained} in apt counts as negligible`);
      },
      long,
    );
  }
});

/** What the example needs and is not here; null when nothing is missing. */
function absent(line: string): string | null {
  if (/local:\/\/|^hardpan check /.test(line) && dockerProgram === null) return "needs a docker engine";
  return /^hardpan (?:db|key) /.test(line) ? null : missing;
}

/** Runs the example where its relative paths lead somewhere; null when it would overwrite what is not a test's. */
async function tryExample(name: string, line: string): Promise<CliResult | null> {
  const [, ...args] = line.split(" ");
  const cwd = await temporaryFolder();
  await symlink(join(root, "examples"), join(cwd, "examples"));
  if (line.includes("--catalog catalog")) await cp(join(root, "catalog"), join(cwd, "catalog"), { recursive: true });
  if (!name.startsWith("db ")) {
    const isReady = (await protectImage(line)) && (await offerRegistry(line));
    const environment = looksUp(name) ? { HARDPAN_ADVISORIES: await feedFolder({ "debian.ndjson": feed }) } : {};
    return isReady ? await hardpan(args, { cwd, environment }) : null;
  }

  // Advisories of one's own are kept in the cache: in one of this test alone.
  await symlink(await feedFolder({ "debian.ndjson": feed }), join(cwd, "advisories"));
  const options = { cwd, cache: await temporaryFolder() };
  for (const before of stepsBefore(name, line)) expect(await hardpan(before, options)).toMatchObject({ exitCode: 0 });
  return await hardpan(args, options);
}

/** What has to be done before an example that is about advisories. */
function stepsBefore(name: string, line: string): readonly (readonly string[])[] {
  const imported = ["db", "import", "./advisories"];
  const keys = ["key", "generate"];
  if (line.includes("--verify-key")) return [imported, keys, ["db", "export", "--sign-key", "hardpan.key"]];
  if (line.includes("--sign-key")) return [imported, keys];
  return name === "db status" ? [imported] : [];
}

const feed = lines(
  osvDebian("CVE-2026-0001", { bash: "1.0-1" }),
  osvDebian("CVE-2026-0002", { zlib: null }),
  osvDebian("CVE-2011-3374", { apt: null }, { urgency: "unimportant" }),
);

/** Whether a command looks vulnerabilities up. */
function looksUp(name: string): boolean {
  const options = commands.find((command) => command.name === name)?.options ?? [];
  return options.some(({ form }) => form.startsWith("--debian-policy"));
}

/** Starts the registry that an example names, with the image that it reads from there; false when its port is taken. */
async function offerRegistry(line: string): Promise<boolean> {
  if (!line.includes(exampleRegistry)) return true;
  const registry = await startRegistry({ port: 5000, referrers: true }).catch(() => null);
  if (registry === null) return false;
  onTestFinished(async () => await registry.close());
  const [, source] = /copy registry:\/\/([^\s:]+:5000[^\s:]+):(\S+)/.exec(line) ?? [];
  if (source === undefined) return true;
  const seeded = await hardpan(["copy", "catalog://node:24-debian13", `registry://${source}`]);
  expect(seeded).toMatchObject({ exitCode: 0 });
  return true;
}

/** Sees to it that the image an example loads is removed again; false when there is one of that name already. */
async function protectImage(line: string): Promise<boolean> {
  const image = /local:\/\/(\S+)/.exec(line)?.[1];
  if (image === undefined) return true;
  const docker = openDocker();
  const taken = await docker
    .command("image", "inspect", image)
    .then(() => true)
    .catch(() => false);
  if (!taken) {
    docker.willRemove(image);
    onTestFinished(async () => await docker[Symbol.asyncDispose]());
  }
  return !taken;
}
