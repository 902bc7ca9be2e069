import { describe, expect, it } from "vitest";
import { mainComments } from "../../../src/scan/go/comments.ts";

const commentsOf = (settings: Readonly<Record<string, string>>) =>
  mainComments({ goVersion: "go1.22", path: "", main: null, dependencies: [], settings });

describe("mainComments", () => {
  it.each([
    ["-X main.version=1.2.3", ["linked with main.version=1.2.3"]],
    ["-s -w -X=github.com/a/b.Version=v2.0.0-rc.1+x", ["linked with github.com/a/b.Version=v2.0.0-rc.1+x"]],
    [`-X 'main.version=1.2' -X "main.version=1.2"`, ["linked with main.version=1.2"]],
    ["-X main.commit=abc -X main.builtBy=someone -s", []],
    ["-Xmain.version=1", []],
  ])("reads versions from the linker flags %s", (flags, comments) => {
    expect(commentsOf({ "-ldflags": flags })).toEqual(comments);
  });

  it("names the revision, and that the sources were changed", () => {
    expect(commentsOf({ vcs: "git", "vcs.revision": "abc", "vcs.modified": "false" })).toEqual(["git revision abc"]);
    expect(commentsOf({ "vcs.revision": "abc", "vcs.modified": "true" })).toEqual(["vcs revision abc, changed"]);
    expect(commentsOf({})).toEqual([]);
  });
});
