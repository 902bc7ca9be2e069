import { describe, expect, it } from "vitest";
import { parseGitUrl } from "../../src/git/url.ts";

describe("the address of a repository", () => {
  it.each([
    ["git+https://host/x.git#v1.2.3", "https://host/x.git", "v1.2.3"],
    ["git+https://host/a/b#refs/tags/v1", "https://host/a/b", "refs/tags/v1"],
    ["git+https://host/x.git#release%2F1.0", "https://host/x.git", "release/1.0"],
    ["git+http://127.0.0.1:80/x.git", "http://127.0.0.1/x.git", null],
    ["GIT+https://host/x.git#", "https://host/x.git", null],
  ])("is read: %s", (url, repository, ref) => {
    expect(parseGitUrl(url)).toMatchObject({ repository, ref });
  });

  it.each([
    "https://host/x.git",
    "git+ssh://git@host/x.git",
    "git+ext::sh -c id",
    "git+file:///x",
    "git+https://user:secret@host/x.git",
    "git+https://host/x.git#--upload-pack=id",
    "git+https://host/x.git#a..b",
    "git+https://host/x.git#main:sub",
    "git+https://host/x.git#v1^{tree}",
    "git+https://host/x.git#a%00b",
    "git+https://host/x.git#%zz",
    "git+",
  ])("is refused, without its secrets: %s", (url) => {
    const refusal = expect.objectContaining({ code: "GIT_URL_INVALID", hint: expect.any(String) });
    expect(() => parseGitUrl(url)).toThrow(refusal);
    expect(() => parseGitUrl(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining("secret") }));
  });

  it("may be a folder only where that is asked for", () => {
    expect(parseGitUrl("git+file:///x/y.git#main", { files: true })).toMatchObject({ repository: "file:///x/y.git" });
  });
});
