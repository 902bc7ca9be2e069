import { describe, expect, it } from "vitest";
import { infoPlaceOf, listedPaths } from "../../../src/scan/python/place.ts";

const site = "usr/lib/python3/dist-packages";

describe("files that tell of Python packages", () => {
  it.each([
    [`${site}/six-1.dist-info/METADATA`, "metadata", `${site}/six-1.dist-info`],
    [`${site}/six-1.dist-info/RECORD`, "record", `${site}/six-1.dist-info`],
    [`${site}/six-1.dist-info/direct_url.json`, "direct-url", `${site}/six-1.dist-info`],
    [`${site}/six-1.egg-info/PKG-INFO`, "metadata", `${site}/six-1.egg-info`],
    [`${site}/six-1.egg-info/requires.txt`, "requires", `${site}/six-1.egg-info`],
    [`${site}/six-1.egg-info/installed-files.txt`, "installed-files", `${site}/six-1.egg-info`],
    [`${site}/six-1.egg-info`, "metadata", `${site}/six-1.egg-info`],
    [`${site}/six-1-py3.11.egg/EGG-INFO/PKG-INFO`, "metadata", `${site}/six-1-py3.11.egg/EGG-INFO`],
  ])("%s is its %s", (path, kind, info) => {
    expect(infoPlaceOf(path)).toEqual({ kind, info, site });
  });

  it("stand in any folder, also in the root", () => {
    expect(infoPlaceOf("app/six-1.dist-info/METADATA")?.site).toBe("app");
    expect(infoPlaceOf("six-1.dist-info/METADATA")?.site).toBe("");
    expect(infoPlaceOf("opt/site-packages/tool/lib/site-packages/six-1.dist-info/METADATA")).not.toBeNull();
  });

  it.each([
    `${site}/pip/_vendor/six-1.dist-info/METADATA`,
    "app/pip/_vendor/six-1.dist-info/METADATA",
    `${site}/pkg_resources/tests/data/x.egg/EGG-INFO/PKG-INFO`,
    `${site}/~ix-1.dist-info/METADATA`,
    `${site}/six-1.dist-info/PKG-INFO`,
    `${site}/six-1.egg-info/METADATA`,
    "src/six-1/PKG-INFO",
    "METADATA",
  ])("%s is none", (path) => {
    expect(infoPlaceOf(path)).toBeNull();
  });
});

describe("paths of listed files", () => {
  const at = { folder: "usr/local/lib/python3.11/site-packages", site: "usr/local/lib/python3.11/site-packages" };

  it("are relative to the folder and may lead up to where Python was installed", () => {
    expect(
      listedPaths(
        [
          ["x/", ["a.py"]],
          ["../../../bin/", ["x"]],
          ["", ["y.py"]],
        ],
        at,
      ),
    ).toEqual([`${at.site}/x/a.py`, "usr/local/bin/x", `${at.site}/y.py`]);
  });

  it("that lead elsewhere, or are absolute, are left out", () => {
    expect(
      listedPaths(
        [
          ["../../../../bin/", ["sh"]],
          ["/etc/", ["passwd"]],
          ["../../../../../../../", ["x"]],
        ],
        at,
      ),
    ).toEqual([]);
  });

  it("of an egg's own list are relative to its folder", () => {
    const folder = "app/x.egg-info";
    expect(
      listedPaths(
        [
          ["../x/", ["a.py"]],
          ["", ["PKG-INFO"]],
          ["../../", ["y"]],
        ],
        { folder, site: "app" },
      ),
    ).toEqual(["app/x/a.py", "app/x.egg-info/PKG-INFO"]);
  });

  it("of a target folder have their programs in the folder's own bin", () => {
    expect(listedPaths([["../../bin/", ["x"]]], { folder: "app/deps", site: "app/deps" })).toEqual(["app/deps/bin/x"]);
  });
});
