import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLayout } from "../../../src/content/layout.ts";
import { buildMany, candidatesFor, type ManyOutcome } from "../../../src/flow/image/build-many.ts";
import { lockFileFor, writeLock } from "../../../src/flow/image/lock-file.ts";
import { lockImage } from "../../../src/flow/lock.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { schemaProblems } from "../../integration/json-schema.ts";
import { hardpan, type Json } from "../../support/cli.ts";
import { makeDebianArchive, type TestPackage } from "../../support/debian-archive.ts";
import { flowPorts, smallDefinition, smallSystem, smallWorld } from "../../support/flow.ts";

const definition = (image: string, tags: string, packages = "libz1") =>
  smallDefinition
    .replace("hardpan/small", `hardpan/${image}`)
    .replace('["1", 1-debian13]', `[${tags}]`)
    .replace("libz1", packages);
const broken = "# syntax=hardpan/build:1-debian13\nimage: [";

const extra: TestPackage = { name: "extra", version: "1.5-1", files: { "usr/share/extra": "extra" } };
const files = {
  "image/small/debian-13/1.yaml": definition("small", '"1", 1-debian13'),
  "image/small/debian-13/2.yaml": definition("small", '"2", 2-debian13', "libz1, extra"),
  "image/plain/debian-13/1.yaml": definition("plain", '"1"', "extra"),
};

async function buildAll(
  ports: Ports,
  names: readonly string[] = [],
  write: () => Promise<readonly []> = async () => [],
) {
  const told: string[] = [];
  const done = (outcome: ManyOutcome, progress: { readonly done: number; readonly total: number }) =>
    told.push(`${progress.done}/${progress.total} ${outcome.status}`);
  const outcomes = await buildMany(
    await candidatesFor(names, ports),
    { kind: "image", platforms: [], locked: null },
    { options: { jobs: 3, write, done }, ports },
  );
  return { outcomes, told, shown: outcomes.map(({ name, status }) => `${name} ${status}`) };
}

describe("building many images", () => {
  it("builds all, tells how far it is, and finds nothing to do the second time", async () => {
    const { ports } = await smallWorld(files, [...smallSystem, extra]);
    const first = await buildAll(ports);
    expect(first.shown).toEqual(["plain:1 built", "small:1-debian13 built", "small:2-debian13 built"]);
    expect(first.told).toEqual(["1/3 built", "2/3 built", "3/3 built"]);
    expect((await buildAll(ports)).shown).toEqual(first.shown.map((line) => line.replace("built", "unchanged")));
  });

  it("takes NAME for all its definitions and NAME:TAG for one, each once, with its path", async () => {
    const { ports } = await smallWorld(files, [...smallSystem, extra]);
    const shown = async (...names: readonly string[]) =>
      (await candidatesFor(names, ports)).map(({ name, path }) => `${name} ${path}`);
    expect(await shown("small")).toEqual([
      "small:1-debian13 image/small/debian-13/1.yaml",
      "small:2-debian13 image/small/debian-13/2.yaml",
    ]);
    expect(await shown("small", "small:2", "small:2", "plain:1")).toEqual([
      "plain:1 image/plain/debian-13/1.yaml",
      "small:1-debian13 image/small/debian-13/1.yaml",
      "small:2 image/small/debian-13/2.yaml",
    ]);
    expect(await shown("nothing:1")).toEqual(["nothing:1 "]);
  });

  it("goes on past definitions that fail, saying of each why, defects too", async () => {
    const { ports } = await smallWorld(
      {
        ...files,
        "image/bad/debian-13/1.yaml": broken,
        "image/lacking/debian-13/1.yaml": definition("lacking", '"1"', "libnone"),
      },
      [...smallSystem, extra],
    );
    const { outcomes } = await buildAll(ports, ["bad", "lacking", "nothing", "small"]);
    expect(
      outcomes.map((outcome) => [outcome.path, outcome.status === "failed" ? outcome.code : outcome.status]),
    ).toEqual([
      ["", "CATALOG_NOT_FOUND"],
      ["image/bad/debian-13/1.yaml", "DEFINITION_INVALID"],
      ["image/lacking/debian-13/1.yaml", "APT_UNSATISFIABLE"],
      ["image/small/debian-13/1.yaml", "built"],
      ["image/small/debian-13/2.yaml", "built"],
    ]);
    const failing = async () => {
      throw new TypeError("a defect");
    };
    const { outcomes: defects } = await buildAll(ports, ["plain"], failing);
    expect(defects).toMatchObject([{ status: "failed", code: null, message: "a defect" }]);
  });

  it("builds anew only what contains a package that has changed", async () => {
    const { ports, directory, catalog, cache } = await smallWorld(files, [...smallSystem, extra]);
    const before = await buildAll(ports);
    const newer = [...smallSystem, { ...extra, version: "1.5-2", files: { "usr/share/extra": "newer" } }];
    const moved = join(directory, "moved");
    const archive = await makeDebianArchive({ directory: moved, packages: newer, date: "2026-01-12T00:00:00Z" });
    const after = await buildAll(await flowPorts({ archive, catalog, cache }));
    expect(after.shown).toEqual(["plain:1 built", "small:1-debian13 unchanged", "small:2-debian13 built"]);
    const digests = ({ outcomes }: typeof after, index: number) => {
      const outcome = outcomes[index];
      return outcome === undefined || outcome.status === "failed" ? [] : outcome.built.index.images[0]?.layers;
    };
    expect(digests(after, 1)).toEqual(digests(before, 1));
  });

  it("stops when it is interrupted, and goes on where it was", async () => {
    const { archive, catalog, cache } = await smallWorld(files, [...smallSystem, extra]);
    const stop = new AbortController();
    const ports = await flowPorts({ archive, catalog, cache, signal: stop.signal });
    const interrupted = buildMany(
      await candidatesFor([], ports),
      { kind: "image", platforms: [], locked: null },
      { options: { jobs: 1, write: async () => [], done: () => stop.abort() }, ports },
    );
    await expect(interrupted).rejects.toMatchObject({ name: "AbortError" });
    expect((await readdir(join(cache, "partial"))).length).toBe(0);
    const again = await buildAll(await flowPorts({ archive, catalog, cache }));
    expect(again.shown).toEqual(["plain:1 unchanged", "small:1-debian13 built", "small:2-debian13 built"]);
  });

  it("names an image after a tag that is true, though its longest is of another version", async () => {
    const claiming = definition("extra", '"1", "1.4", 1.4-debian13, 1-debian13', "extra");
    const { ports } = await smallWorld({ "image/extra/debian-13/1.yaml": claiming }, [...smallSystem, extra]);
    const { outcomes, shown } = await buildAll(ports);
    expect(shown).toEqual(["extra:1-debian13 built"]);
    const [outcome] = outcomes;
    expect(outcome?.status === "built" && outcome.built.tags).not.toContain("1.4-debian13");
  });
});

describe("hardpan build of several images", () => {
  async function locked(more: Readonly<Record<string, string>> = {}) {
    const world = await smallWorld({ ...files, ...more }, [...smallSystem, extra]);
    for (const name of ["plain:1", "small:1", "small:2"]) {
      const { lock, found } = await lockImage({ kind: "image", name, platforms: [] }, world.ports);
      await writeLock(lockFileFor(world.catalog, found.match.entry.path), lock);
    }
    await buildAll(world.ports, ["plain", "small"]);
    const build = async (...words: readonly string[]) => {
      const args = ["build", ...words, "--locked", "--offline", "--catalog", world.catalog];
      return await hardpan(args, { cache: world.directory });
    };
    return { ...world, build };
  }

  it("writes each below the folder, all images of a name into one layout", async () => {
    const { build, directory } = await locked();
    const out = join(directory, "out");
    const { stdout, stderr, exitCode } = await build("--all", "--output", `oci-dir://${out}`, "--jobs", "3", "--json");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schema: "hardpan/builds/1", totals: { images: 3, failed: 0, unchanged: 3 } });
    for (const { status: _s, name: _n, path: _p, ...image } of report.images) {
      expect(schemaProblems("build", { schema: "hardpan/build/1", ...image })).toEqual([]);
    }
    expect((await readdir(out)).toSorted()).toEqual(["dhi-plain", "dhi-small"]);
    const names = (await (await openLayout(join(out, "dhi-small"))).images()).flatMap((image) => image.names);
    const own = report.images.flatMap(({ name, tags }: Json) => (name.startsWith("small:") ? [tags.at(-1)] : []));
    expect(names.toSorted()).toEqual([...["1", "1-debian13", "2", "2-debian13"], ...own].toSorted());
  });

  it("ends with 1 when one has failed, says which and why, and nothing on stderr with --quiet", async () => {
    const { build } = await locked({ "image/bad/debian-13/1.yaml": broken });
    const { stdout, stderr, exitCode } = await build("--all", "--quiet");
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain("4 images: 0 built, 3 unchanged, 1 failed");
    expect(stdout).toMatch(/bad \(image\/bad\/debian-13\/1\.yaml\): image\/bad\/debian-13\/1\.yaml.*\n/);
    expect(stdout).toContain("(DEFINITION_INVALID)");
  });

  it("refuses an output that holds one image before anything is built", async () => {
    const { build } = await locked();
    expect(await build("small", "--output", "archive://x.tar")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: several images cannot be written to archive:\/\/x\.tar\n/),
    });
    for (const output of ["oci-dir://", "oci-dir://x:v1", "registry://127.0.0.1:9/acme:1"]) {
      const { exitCode, stdout, stderr } = await build("small", "--output", output);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(/^error: (several images cannot be written to|cannot read) /);
      expect(stderr).toContain(output);
    }
    expect(await build("small", "--jobs", "0")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("--jobs 0"),
    });
  });

  it("ends with 2 where another image was expected, and names the layer and the file", async () => {
    const { build, catalog, directory, ports } = await locked();
    const digest = /@(sha256:[a-f0-9]{64})\n/.exec((await build("small:1")).stdout)?.[1] ?? "";
    const platform = /linux\/amd64 +(sha256:[a-f0-9]{64})/.exec((await build("small:1")).stdout)?.[1] ?? "";
    for (const expected of [digest, platform]) {
      expect(await build("small:1", "--expect", expected)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining(`as expected: ${expected}`),
      });
    }
    const path = "image/small/debian-13/1.yaml";
    await writeFile(join(catalog, path), (files[path] ?? "").replace("a program", "another"));
    const { lock } = await lockImage({ kind: "image", name: "small:1", platforms: [] }, ports);
    await writeLock(lockFileFor(catalog, path), lock);
    const out = join(directory, "not-written");
    const other = await build("small:1", "--expect", digest, "--output", `oci-dir://${out}`);
    expect(other.exitCode).toBe(2);
    expect(other.stdout).toMatch(
      /NOT as expected: sha256:\w+, not sha256:\w+\n {2}linux\/amd64: layer \d+: \/usr\/bin\/app: /,
    );
    expect((await readdir(directory)).includes("not-written")).toBe(false);
    const unknown = await build("small:1", "--expect", `sha256:${"0".repeat(64)}`, "--json");
    expect(unknown.exitCode).toBe(2);
    expect(JSON.parse(unknown.stdout).expectation).toMatchObject({
      verdict: "differs",
      compared: false,
      difference: null,
    });
  });
});
