import { describe, expect, it } from "vitest";
import { createSelection } from "../../../src/image/input/selection.ts";

const paths = ["a", "opt", "opt/x", "opt/x/y.so", "opt/x/y.so.1", "usr", "usr/bin/a", "usr/lib/b.so", "usr/share/[x]"];

describe("includes and excludes", () => {
  it.each<
    readonly [includes: readonly string[] | undefined, excludes: readonly string[] | undefined, expected: string]
  >([
    [undefined, undefined, paths.join(" ")],
    [[], [], paths.join(" ")],
    [["opt"], undefined, "opt opt/x opt/x/y.so opt/x/y.so.1"],
    [["/opt/"], undefined, "opt opt/x opt/x/y.so opt/x/y.so.1"],
    [["opt/**"], undefined, "opt/x opt/x/y.so opt/x/y.so.1"],
    [["opt/*"], undefined, "opt/x opt/x/y.so opt/x/y.so.1"],
    [["op"], undefined, ""],
    [["**/*.so"], undefined, "opt/x/y.so usr/lib/b.so"],
    [["**/*.so*"], undefined, "opt/x/y.so opt/x/y.so.1 usr/lib/b.so"],
    [["**"], ["usr"], "a opt opt/x opt/x/y.so opt/x/y.so.1"],
    [["usr"], ["usr/**"], "usr"],
    [["usr/**/a"], undefined, "usr/bin/a"],
    [["usr/?in"], undefined, "usr/bin/a"],
    [["usr/[a-k]in", "usr/l[!x]b"], undefined, "usr/bin/a usr/lib/b.so"],
    [["usr/share/\\[x\\]"], undefined, "usr/share/[x]"],
    [["usr/share/[[]x]"], undefined, "usr/share/[x]"],
    [["usr/share/[x"], undefined, ""],
    [["opt/x/y.so"], ["opt"], ""],
    [["opt/x/y+so"], undefined, ""],
    [["*"], ["*/*"], "a opt usr"],
    [["."], ["opt/x/y.so"], "a opt opt/x opt/x/y.so.1 usr usr/bin/a usr/lib/b.so usr/share/[x]"],
  ])("of %j without %j take %s", (includes, excludes, expected) => {
    const takes = createSelection({ includes, excludes });
    expect(paths.filter(takes).join(" ")).toBe(expected);
  });

  it("are refused with .. parts and when they are very long", () => {
    const refused = expect.objectContaining({ code: "IMAGE_PATH_INVALID", hint: expect.any(String) });
    expect(() => createSelection({ includes: ["../etc"] })).toThrow(refused);
    expect(() => createSelection({ excludes: ["a".repeat(1001)] })).toThrow(refused);
  });
});
