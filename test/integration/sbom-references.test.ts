import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { writeArchive } from "../../src/content/archive-write.ts";
import { copy } from "../../src/content/copy.ts";
import { cyclonedxProblems, spdxProblems } from "../sbom/schema.ts";
import { statusStanza, trixie } from "../scan/tree.ts";
import { hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { tinyStore } from "../support/tiny-image.ts";
import { schemaProblems } from "./json-schema.ts";

const files = {
  "etc/os-release": trixie,
  "var/lib/dpkg/status": statusStanza({ Package: "zlib1g", Version: "1.3" }),
  "app/package.json": JSON.stringify({ name: "app", version: "1.0.0" }),
};
const list = "Name    Version  Type\nzlib1g  1.3      deb\napp     1.0.0    npm\n";

/** A folder with an archive `image.tar` of these files, the files themselves below `root`, and a cache of its own. */
async function world(more: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const all = { ...files, ...more };
  const { store } = await tinyStore({ layers: [all] });
  await writeArchive(join(folder, "image.tar"), async (target) => {
    await copy(store, target, { reference: "latest", targetReferences: ["team/app:1"] });
  });
  for (const [path, content] of Object.entries(all)) {
    await mkdir(join(folder, "root", path, ".."), { recursive: true });
    await writeFile(join(folder, "root", path), content);
  }
  await mkdir(join(folder, "tmp"));
  const options = { cwd: folder, cache: join(folder, "cache"), environment: { TMPDIR: join(folder, "tmp") } };
  const run = async (args: readonly string[], input?: string | Uint8Array) =>
    await hardpan(["sbom", ...args], { ...options, ...(input === undefined ? {} : { input }) });
  return { folder, options, run, archive: await readFile(join(folder, "image.tar")) };
}

describe("hardpan sbom", () => {
  it("lists the same for an archive, on standard input and packed too, a folder, and a document of them", async () => {
    const { folder, run, archive } = await world();
    const written = await run(["archive://image.tar", "--format", "spdx", "-o", "bill.json"]);
    expect(written).toMatchObject({ exitCode: 0, stdout: "bill.json\n" });
    for (const [reference, input] of [
      ["archive://image.tar#team/app:1", undefined],
      ["archive://-", archive],
      ["archive://-", gzipSync(archive)],
      ["fs://root", undefined],
      ["sbom://bill.json", undefined],
      ["sbom://", await readFile(join(folder, "bill.json"))],
    ] as const) {
      expect(await run([reference], input)).toMatchObject({ exitCode: 0, stdout: list });
    }
    expect(await readdir(join(folder, "tmp"))).toEqual([]);
  });

  it("converts what one hardpan prints in another", async () => {
    const { run } = await world();
    const { stdout } = await run(["fs://root", "--format", "syft-json"]);
    const converted = await run(["sbom://-", "--format", "cyclonedx"], stdout);
    const document = JSON.parse(converted.stdout);
    expect(cyclonedxProblems(document)).toEqual([]);
    expect(document.components.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(["zlib1g", "app"]),
    );
  });

  it("keeps packages of some types, and says which are not there", async () => {
    const { run } = await world();
    const some = await run(["fs://root", "--only-package-type", "npm,golang"]);
    expect(some.stdout).toBe("Name  Version  Type\napp   1.0.0    npm\n");
    expect(some.stderr).toContain("no package is of type golang; there are deb, npm\n");
  });

  it("counts what it could not read, on standard error and in JSON", async () => {
    const { folder, run, options } = await world();
    await writeFile(Buffer.concat([Buffer.from(`${folder}/root/bad-`), Buffer.from([0xff])]), "");
    const { stdout, stderr, exitCode } = await run(["fs://root"]);
    expect({ stdout, exitCode }).toEqual({ stdout: list, exitCode: 0 });
    expect(stderr).toContain(
      "1 warning: what could not be read may hide packages\n  /bad-\ufffd: its name is not UTF-8\n",
    );
    const json = await hardpanJson(["sbom", "fs://root"], options);
    expect(json.warnings).toEqual([{ path: "bad-\ufffd", reason: "its name is not UTF-8" }]);
    expect(schemaProblems("sbom", json)).toEqual([]);
    expect((await run(["fs://root", "--quiet"])).stderr).toBe("");
  });

  it("lists the files without a package, as text and as data", async () => {
    const { run, options } = await world({ "opt/own": "12345" });
    const { stdout } = await run(["archive://image.tar", "--unowned"]);
    expect(stdout).toMatch(/^\/opt\/own$/m);
    const json = await hardpanJson(["sbom", "archive://image.tar", "--unowned"], options);
    expect(json.paths).toContain("opt/own");
    expect(schemaProblems("sbom-unowned", json)).toEqual([]);
  });

  it("names every file without a package however many there are, where only some of them are kept otherwise", async () => {
    const many = Object.fromEntries(Array.from({ length: 10_050 }, (_, at) => [`opt/many/${at}`, ""]));
    const folder = await temporaryFolder();
    const { store } = await tinyStore({ layers: [files, many] });
    await writeArchive(join(folder, "image.tar"), async (target) => {
      await copy(store, target, { reference: "latest", targetReferences: ["many:1"] });
    });
    const options = { cwd: folder, cache: join(folder, "cache") };
    const { packages, unowned } = await hardpanJson(["sbom", "archive://image.tar"], options);
    const report = await hardpanJson(["sbom", "archive://image.tar", "--unowned"], options);
    expect(packages).toHaveLength(2);
    expect(unowned.files).toBeGreaterThanOrEqual(10_050);
    expect(report).toMatchObject({ files: unowned.files, bytes: unowned.bytes });
    expect(report.paths).toHaveLength(unowned.files);
    expect(report.paths).toEqual(report.paths.toSorted());
    const { stdout } = await hardpan(["sbom", "archive://image.tar", "--unowned"], options);
    expect(stdout.split("\n").filter((line) => line.startsWith("/opt/many/"))).toHaveLength(10_050);
    expect(stdout).not.toContain("more");
  });

  it("lists every file with its digests where --files asks for that, in each kind of document", async () => {
    const { folder, run, options } = await world({ "opt/own file": "12345", "opt/empty": "" });
    const paths = Object.keys({ ...files, "opt/own file": "", "opt/empty": "" }).toSorted();
    const printed = execFileSync("sha256sum", paths, { cwd: join(folder, "root"), encoding: "utf8" });
    const summed = printed
      .trim()
      .split("\n")
      .map((line) => [line.slice(66), line.slice(0, 64)]);
    const digests = (found: Json[]) => found.map(({ path, sha256 }) => [path, sha256]);
    for (const reference of ["archive://image.tar", "fs://root"]) {
      const json = await hardpanJson(["sbom", reference, "--files"], options);
      expect(digests(json.files)).toEqual(summed);
      expect(schemaProblems("sbom", json)).toEqual([]);
      expect(await hardpanJson(["sbom", reference], options)).not.toHaveProperty("files");
      for (const format of ["spdx", "spdx-3", "cyclonedx", "cyclonedx-1.7", "syft-json"]) {
        const document = await run([reference, "--files", "--format", format]);
        const again = await run(["sbom://-", "--format", "json"], document.stdout);
        expect(digests(JSON.parse(again.stdout).files), format).toEqual(summed);
      }
    }
    const spdx = JSON.parse((await run(["fs://root", "--files", "--format", "spdx"])).stdout);
    expect(spdxProblems(spdx)).toEqual([]);
    expect(spdx.files).toHaveLength(paths.length);
    expect((await run(["fs://root", "--files"])).stdout).toBe(list);
  }, 120_000);

  it("says what it needs where standard input is empty or is wanted twice", async () => {
    const { run } = await world();
    expect(await run(["archive://-"], "")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("standard input is not an image archive"),
    });
    const twice = await run(
      ["diff", "sbom://-", "sbom://-"],
      JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6" }),
    );
    expect(twice).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("can be read once only") });
  });
});

describe("hardpan sbom diff", () => {
  it("shows what changed between an image and a folder, and ends with 2 where asked to", async () => {
    const { folder, run, options } = await world();
    const same = await run(["diff", "archive://image.tar", "fs://root", "--exit-code"]);
    expect(same).toMatchObject({ exitCode: 0, stdout: "0 added, 0 removed, 0 changed, 2 unchanged\n" });
    await writeFile(join(folder, "root/var/lib/dpkg/status"), statusStanza({ Package: "zlib1g", Version: "1.4" }));
    const changed = await run(["diff", "archive://image.tar", "fs://root", "--exit-code"]);
    expect(changed.exitCode).toBe(2);
    expect(changed.stdout).toBe("~ deb  zlib1g  1.3 → 1.4\n0 added, 0 removed, 1 changed, 1 unchanged\n");
    const types = ["--only-package-type", "npm", "--exit-code"];
    expect((await run(["diff", "archive://image.tar", "fs://root", ...types])).exitCode).toBe(0);
    const json = await hardpanJson(["sbom", "diff", "archive://image.tar", "fs://root"], options);
    expect(schemaProblems("sbom-diff", json)).toEqual([]);
    const file = await run(["diff", "archive://image.tar", "fs://root", "--format", "json", "-o", "diff.json"]);
    expect(file.exitCode).toBe(0);
    expect(JSON.parse(await readFile(join(folder, "diff.json"), "utf8"))).toEqual(json);
  });
});
