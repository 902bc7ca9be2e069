import { describe, expect, it } from "vitest";
import { lockedPlatforms } from "../../../src/definition/lock.ts";
import { buildFromCatalog } from "../../../src/flow/build.ts";
import { lockFileFor, readLockFile, renewLock } from "../../../src/flow/image/lock-file.ts";
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
