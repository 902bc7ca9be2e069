import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFileFor, writeLock } from "../../../src/flow/image/lock-file.ts";
import { findOutdated } from "../../../src/flow/image/outdated.ts";
import { lockImage } from "../../../src/flow/lock.ts";
import { schemaProblems } from "../../integration/json-schema.ts";
import { makeDebianArchive } from "../../support/debian-archive.ts";
import { flowPorts, smallDefinition, smallSystem, smallWorld } from "../../support/flow.ts";

const path = "image/small/debian-13/1.yaml";
const other = "image/other/debian-13/1.yaml";

/** `small` for a platform that the archive has nothing for, too. */
const forBoth = smallDefinition.replace("platforms: [linux/amd64]", "platforms: [linux/amd64, linux/arm64]");

/** A catalogue of two images, `small` locked, and an archive that has a security update and another since. */
async function world() {
  const { directory, cache, catalog, ports } = await smallWorld({
    [path]: smallDefinition,
    [other]: smallDefinition.replace("hardpan/small", "hardpan/other"),
  });
  const { lock } = await lockImage({ kind: "image", name: "small:1", platforms: [] }, ports);
  await writeLock(lockFileFor(catalog, path), lock);
  const moved = await makeDebianArchive({
    directory: join(directory, "moved"),
    date: "2026-01-12T00:00:00Z",
    packages: [
      ...smallSystem.map((item) => (item.name === "tzdata" ? { ...item, version: "2026b-1" } : item)),
      ...smallSystem.flatMap((item) =>
        item.name === "libz1" ? [{ ...item, version: "1:1.3-1+deb13u1", pocket: "security" as const }] : [],
      ),
    ],
  });
  return { ports, catalog, lock, later: await flowPorts({ archive: moved, catalog, cache }) };
}

describe("findOutdated", () => {
  it("finds nothing right after locking, and looks only at what has a lock", async () => {
    const { ports } = await world();
    const report = await findOutdated([], ports);
    expect(report).toEqual({
      schema: "hardpan/outdated/1",
      images: [{ image: "small", path, tag: "1-debian13", outdated: false, packages: [], problem: null }],
    });
    expect(schemaProblems("outdated", report)).toEqual([]);
  });

  it("tells what the archive has since, and why", async () => {
    const { later } = await world();
    const report = await findOutdated(["small:1"], later);
    expect(report.images[0]?.packages).toEqual([
      {
        package: "libz1",
        locked: "1:1.3-1",
        available: "1:1.3-1+deb13u1",
        reason: "security",
        platforms: ["linux/amd64"],
        stage: null,
      },
      {
        package: "tzdata",
        locked: "2026a-1",
        available: "2026b-1",
        reason: "update",
        platforms: ["linux/amd64"],
        stage: null,
      },
    ]);
    expect(report.images[0]?.outdated).toBe(true);
    expect(schemaProblems("outdated", report)).toEqual([]);
  });

  it("tells that an image whose content is taken has changed", async () => {
    const { ports, catalog, lock } = await world();
    const taking = smallDefinition
      .replace("hardpan/small", "hardpan/other")
      .replace("contents:\n", 'contents:\n  artifacts: [{ name: "catalog://small:1", includes: [usr/bin] }]\n');
    await writeFile(join(catalog, other), taking);
    const before = (await lockImage({ kind: "image", name: "other:1", platforms: [] }, ports)).lock;
    await writeLock(lockFileFor(catalog, other), before);
    await writeFile(join(catalog, path), smallDefinition.replace("a program", "a program without the hole"));
    const after = (await lockImage({ kind: "image", name: "other:1", platforms: [] }, ports)).lock;
    const manifestIn = ({ platforms }: typeof lock) => platforms["linux/amd64"]?.artifacts[0]?.manifest;
    const report = await findOutdated(["other:1"], ports);
    expect(report.images).toMatchObject([
      {
        outdated: true,
        packages: [{ package: "catalog://small:1", locked: manifestIn(before), available: manifestIn(after) }],
      },
    ]);
    expect(manifestIn(before)).not.toBe(manifestIn(after));
    expect(schemaProblems("outdated", report)).toEqual([]);
  });

  it("shows no secret of a file's address", async () => {
    const { ports, catalog, lock } = await world();
    const amd64 = lock.platforms["linux/amd64"];
    if (amd64 === undefined) throw new Error("nothing was locked");
    const files = [
      { url: "https://me:hunter2@files.example/x?sig=hunter2", commit: null, sha256: "a".repeat(64), size: 1 },
    ];
    await writeLock(lockFileFor(catalog, path), { ...lock, platforms: { "linux/amd64": { ...amd64, files } } });
    const [image] = (await findOutdated(["small:1"], ports)).images;
    expect(image?.packages).toMatchObject([{ package: "https://files.example/x?…", available: null, reason: "file" }]);
  });

  it("tells that a definition has changed", async () => {
    const { ports, catalog, lock } = await world();
    await writeFile(join(catalog, path), smallDefinition.replace("hello world", "goodbye"));
    const [image] = (await findOutdated(["small"], ports)).images;
    expect(image?.packages).toMatchObject([
      { package: path, locked: lock.definition.sha256, reason: "definition changed" },
    ]);
  });

  it("tells that a lock is another definition's, though that says the same", async () => {
    const { ports, catalog, lock } = await world();
    const definition = { ...lock.definition, path: other };
    await writeLock(lockFileFor(catalog, path), { ...lock, definition });
    const report = await findOutdated(["small:1"], ports);
    expect(report.images).toMatchObject([{ outdated: true, packages: [{ locked: other, available: path }] }]);
    expect(schemaProblems("outdated", report)).toEqual([]);
  });

  it("names a platform that the lock lacks, and looks up the others", async () => {
    const { ports, catalog, lock } = await world();
    await writeFile(join(catalog, path), forBoth);
    const sha256 = createHash("sha256").update(forBoth).digest("hex");
    await writeLock(lockFileFor(catalog, path), { ...lock, definition: { path, sha256 } });
    const report = await findOutdated(["small:1"], ports);
    expect(report.images).toMatchObject([
      { outdated: true, packages: [{ package: "linux/arm64", reason: "platform not locked" }] },
    ]);
    expect(report.images[0]?.packages.length).toBe(1);
    expect(schemaProblems("outdated", report)).toEqual([]);
  });

  it("goes on with the others when one cannot be looked up", async () => {
    const { ports, catalog, lock } = await world();
    await writeLock(lockFileFor(catalog, other), lock);
    await writeFile(join(catalog, other), smallDefinition.replace("libz1", "libnone").replace("small", "other"));
    const report = await findOutdated([], ports);
    expect(report.images.map(({ image, outdated, problem }) => [image, outdated, problem?.code])).toEqual([
      ["other", null, "APT_UNSATISFIABLE"],
      ["small", false, undefined],
    ]);
    expect(schemaProblems("outdated", report)).toEqual([]);
    await writeFile(join(catalog, other), "# syntax=hardpan/build:1-debian13\nimage: [");
    const broken = await findOutdated([], ports);
    expect(broken.images[0]).toMatchObject({ tag: null, outdated: null, problem: { code: "DEFINITION_INVALID" } });
    expect(schemaProblems("outdated", broken)).toEqual([]);
  });

  it("says that an image that is named has no lock, or is not there", async () => {
    const { ports } = await world();
    const hint = (tag: string) => `make one with \`hardpan lock other:${tag}\``;
    const none = { code: "FLOW_INPUT_MISSING" };
    await expect(findOutdated(["other"], ports)).rejects.toMatchObject({ ...none, hint: hint("1-debian13") });
    await expect(findOutdated(["other:1"], ports)).rejects.toMatchObject({ ...none, hint: hint("1") });
    await expect(findOutdated(["nothing:1"], ports)).rejects.toMatchObject({ code: "CATALOG_NOT_FOUND" });
  });
});
