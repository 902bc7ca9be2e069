import { describe, expect, it } from "vitest";
import { matchPaths } from "../../../src/pipeline/stage/glob.ts";
import { rootEntry } from "../../support/busybox.ts";
import { stageOf } from "../../support/sandbox.ts";

describe("matchPaths", () => {
  it.each([
    ["usr/lib/*/libx.so*", ["usr/lib/a/libx.so", "usr/lib/a/libx.so.1", "usr/lib/b/libx.so.2"]],
    ["lib/a/libx.so", ["usr/lib/a/libx.so"]],
    ["li?/[ab]/libx.so.[!2]", ["usr/lib/a/libx.so.1"]],
    ["usr/lib/a/.*", ["usr/lib/a/.hidden"]],
    ["usr/**/libx.so.2", ["usr/lib/b/libx.so.2"]],
    ["usr/lib/**", ["usr/lib/a", "usr/lib/b"]],
    ["**/a", ["usr/lib/a"]],
    ["usr/lib/a+(b)*", ["usr/lib/a+(b).txt"]],
    ["usr/lib/a/libx.so/*", []],
    ["up/*/etc/*", []],
    ["absent/*", []],
  ])("%s", async (pattern, expected) => {
    const names = ["a/libx.so", "a/libx.so.1", "a/.hidden", "b/libx.so.2"].map((name) => rootEntry(`usr/lib/${name}`));
    const stage = await stageOf([
      ...names,
      ...(pattern.includes("+") ? [rootEntry("usr/lib/a+(b).txt")] : []),
      ...[
        rootEntry("lib", { type: "symlink", linkPath: "usr/lib" }),
        rootEntry("up", { type: "symlink", linkPath: "../../.." }),
      ],
    ]);
    expect(matchPaths(stage.directory, pattern)).toEqual(expected);
  });
});
