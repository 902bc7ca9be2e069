import { rename } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { sharedLibrary } from "../../src/flow/library.ts";
import { smallWorld } from "../support/flow.ts";

const request = { codename: "trixie", architecture: "amd64" } as const;
const debian = { repositories: [], keyring: [] };

describe("a library that images of one run share", () => {
  it("opens an archive once, and keeps it open when one image is done with it", async () => {
    const { ports } = await smallWorld();
    const library = sharedLibrary(() => ports);
    const [first, second] = await Promise.all([
      library.openArchive(debian, request),
      library.openArchive(debian, request),
    ]);
    first.close();
    expect(second.find("libz1").map(({ version }) => version)).toEqual(["1:1.3-1"]);
    await library.close();
    expect(() => second.find("libc6")).toThrow();
  });

  it("tells architectures and repositories apart", async () => {
    const { ports } = await smallWorld();
    const library = sharedLibrary(() => ports);
    const arm = await library.openArchive(debian, { ...request, architecture: "arm64" });
    expect(arm.find("libz1")).toEqual([]);
    expect((await library.openArchive(debian, request)).find("libz1")).toHaveLength(1);
    await library.close();
  });

  it("asks again after a failure, and never twice after a success", async () => {
    const { ports, catalog } = await smallWorld();
    const library = sharedLibrary(() => ports);
    await rename(catalog, `${catalog}.away`);
    await expect(library.catalog()).rejects.toMatchObject({ code: "CATALOG_MISSING" });
    await rename(`${catalog}.away`, catalog);
    const found = await library.catalog();
    expect([...found.images.keys()]).toEqual(["small"]);
    expect(await library.catalog()).toBe(found);
  });
});
