import { describe, expect, it } from "vitest";
import { placeFile, withoutExtension } from "../../../src/image/input/placement.ts";

describe("a fetched file", () => {
  it.each([
    ["https://h/x.tar.gz", "/src/x/", "tar in src/x"],
    ["https://h/x.tar.gz", "/src/x", "tar in src/x"],
    ["https://h/rust-1.2.tar.xz?download=1", "/src/rust-1.2", "tar in src/rust-1.2"],
    ["https://h/x.tar.gz", "/src/x.tar.gz", "file src/x.tar.gz"],
    ["https://h/x.tgz", "/src/other.zip", "file src/other.zip"],
    ["https://h/x.tgz", "/src/other.7z", "file src/other.7z"],
    ["https://h/x.zip", "/", "zip in "],
    ["https://h/x.TAR.BZ2", "/lib/x", "tar in usr/lib/x"],
    ["https://h/x.tar.zst", "src", "tar in src"],
    ["https://h/x.deb", "/src/", "file src/x.deb"],
    ["https://h/a%20b", "/src/", "file src/a b"],
    ["https://h/tool", "/bin/tool", "file usr/bin/tool"],
    ["https://h/x.sha256", "/x.tar.gz", "file x.tar.gz"],
    ["git+https://h/x.git#v1.zip", "/src/x", "tar in src/x"],
    ["git+https://h/x.git#v1", "/src/x.tar.gz", "tar in src/x.tar.gz"],
  ])("%s goes to %s as %s", (url, path, expected) => {
    const place = placeFile({ url, path });
    expect(place.kind === "file" ? `file ${place.path}` : `${place.form} in ${place.folder}`).toBe(expected);
  });

  it.each([
    ["https://h/x.tar.lz", "/src/", "IMAGE_UNSUPPORTED"],
    ["https://h/x.7z", "/src", "IMAGE_UNSUPPORTED"],
    ["https://h/", "/src/", "IMAGE_PATH_INVALID"],
    ["https://h/x", "/", "IMAGE_PATH_INVALID", "https://h/"],
    ["https://h/%2e%2e", "/a/", "IMAGE_PATH_INVALID"],
    ["https://h/%2Fx", "/a/", "IMAGE_PATH_INVALID"],
    ["https://h/x.zip", "/a/../b/", "IMAGE_PATH_INVALID"],
    ["https://h/x", "", "IMAGE_PATH_INVALID"],
    ["https://h/x", "/etc/.wh.group", "IMAGE_PATH_INVALID"],
    ["https://h/.wh.group", "/etc/", "IMAGE_PATH_INVALID"],
    ["https://h/x.zip", "/src/.wh.x/", "IMAGE_PATH_INVALID"],
  ])("%s cannot go to %j: %s", (url, path, code, other = url) => {
    expect(() => placeFile({ url: other, path })).toThrow(expect.objectContaining({ code, hint: expect.any(String) }));
  });

  it("has a name without an archive's extension", () => {
    expect(["x-1.2.tar.gz", "x.tgz", "x.zip", "x-1.2"].map(withoutExtension)).toEqual(["x-1.2", "x", "x", "x-1.2"]);
  });
});
