import { describe, expect, it } from "vitest";
import { parseDirectUrl } from "../../../src/scan/python/direct-url.ts";

const cases: readonly (readonly [json: unknown, comment: string | null])[] = [
  [
    { url: "https://user:secret@example.net/x.git", vcs_info: { vcs: "git", commit_id: "abc123" } },
    "installed from git+https://example.net/x.git at abc123",
  ],
  [{ url: "file:///src/x", dir_info: { editable: true } }, "installed from file:///src/x, editable"],
  [{ url: "file:///x.whl", archive_info: {} }, "installed from file:///x.whl"],
  [{ url: "https://example.net/", vcs_info: { vcs: 1, commit_id: "a b" } }, "installed from https://example.net/"],
  [{ url: 1 }, null],
  [[], null],
];

describe("direct_url.json", () => {
  it.each(cases)("%j says %j", (json, comment) => {
    expect(parseDirectUrl(JSON.stringify(json))).toBe(comment);
  });

  it("is passed over where it is no JSON", () => {
    expect(parseDirectUrl("{")).toBeNull();
  });
});
