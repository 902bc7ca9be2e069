import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { lockedPlatforms } from "../../../src/definition/lock.ts";
import { buildFromCatalog } from "../../../src/flow/build.ts";
import { lockFileFor, readLockFile, renewLock, writeLock } from "../../../src/flow/image/lock-file.ts";
import { lockImage } from "../../../src/flow/lock.ts";
import { smallDefinition, smallSystem, smallWorld } from "../../support/flow.ts";

const path = "image/small/debian-13/1.yaml";
const request = { kind: "image", name: "small:1" } as const;

/** A catalogue of one image for both platforms. */
async function twoPlatforms() {
  const definition = smallDefinition.replace("platforms: [linux/amd64]", "platforms: [linux/amd64, linux/arm64]");
  const both = smallSystem.map((item) => ({ ...item, architecture: "all" as const }));
  const { ports, catalog } = await smallWorld({ [path]: definition }, both);
  return { ports, file: lockFileFor(catalog, path) };
}

describe("renewing the lock beside a definition", () => {
  it("locks all its platforms, so that each can be built from it afterwards", async () => {
    const { ports, file } = await twoPlatforms();
    await renewLock({ ...request, platforms: ["linux/amd64"] }, ports);
    expect(lockedPlatforms(await readLockFile(file))).toEqual(["linux/amd64", "linux/arm64"]);
    for (const platform of ["linux/amd64", "linux/arm64"]) {
      const built = await buildFromCatalog({ ...request, platforms: [platform], locked: "beside" }, ports);
      expect(built.index.images.length).toBe(1);
    }
  });
});

describe("a lock that is to be built from", () => {
  it("is told from one that is not there when it cannot be read", async () => {
    const { ports, file } = await twoPlatforms();
    const build = async (locked: string) => await buildFromCatalog({ ...request, platforms: [], locked }, ports);
    await expect(build(file)).rejects.toMatchObject({
      code: "FLOW_INPUT_MISSING",
      message: `there is no lock ${file}`,
    });
    await expect(build(dirname(file))).rejects.toMatchObject({
      code: "FLOW_INPUT_MISSING",
      message: `the lock ${dirname(file)} cannot be read: it is a folder`,
    });
  });

  it("is named, with the platform that it lacks", async () => {
    const { ports, file } = await twoPlatforms();
    const { lock } = await lockImage({ ...request, platforms: ["linux/amd64"] }, ports);
    await writeLock(file, lock);
    const build = async (platforms: readonly string[]) =>
      await buildFromCatalog({ ...request, platforms, locked: "beside" }, ports);
    await expect(build(["linux/arm64"])).rejects.toMatchObject({
      code: "FLOW_INPUT_MISSING",
      message: `the lock ${file} has nothing for linux/arm64`,
    });
    await expect(build([])).rejects.toMatchObject({ message: `the lock ${file} has nothing for linux/arm64` });
    expect((await build(["linux/amd64"])).index.images.length).toBe(1);
  });
});
