import { describe, expect, it } from "vitest";
import { createFolderPlaces } from "../../../src/facts/files/folder-places.ts";
import { createFileTable } from "../../../src/facts/files/table.ts";

const link = (path: string, linkPath: string) => {
  return { path, type: "symlink", mode: 0o777, uid: 0, gid: 0, size: 0, linkPath, layer: 0 } as const;
};

describe("the places of folders", () => {
  it("are where their links lead, as they are when asked for again", () => {
    const files = createFileTable();
    files.set("lib", link("lib", "usr/lib"));
    files.set("loop", link("loop", "loop"));
    const { placeOf } = createFolderPlaces(files);
    for (let time = 0; time < 2; time++) {
      expect(["", "lib", "lib/x", "srv", "loop"].map(placeOf)).toEqual(["", "usr/lib", "usr/lib/x", "srv", null]);
    }
  });

  it("are looked up anew when links have changed", () => {
    const files = createFileTable();
    const { placeOf, forget } = createFolderPlaces(files);
    expect(placeOf("lib")).toBe("lib");
    files.set("lib", link("lib", "usr/lib"));
    forget();
    expect(placeOf("lib")).toBe("usr/lib");
  });

  it("are right also where there are more than are remembered", () => {
    const files = createFileTable();
    files.set("lib", link("lib", "usr/lib"));
    const { placeOf } = createFolderPlaces(files);
    const folders = Array.from({ length: 40_000 }, (_, number) => `lib/${number}`);
    for (const folder of [...folders, ...folders.slice(0, 10)]) expect(placeOf(folder)).toBe(`usr/${folder}`);
  });
});
