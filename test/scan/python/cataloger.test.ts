import { describe, expect, it } from "vitest";
import { pythonCataloger } from "../../../src/scan/python/cataloger.ts";
import { catalogFiles } from "../harness.ts";

const site = "usr/local/lib/python3.11/site-packages";

function metadata(name: string, version: string, rest = ""): string {
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${rest}\nText\n`;
}

describe("pythonCataloger", () => {
  it("lists what is installed as pip prints it, with its requirements of the same environment", () => {
    const { packages, warnings } = catalogFiles(pythonCataloger, {
      [`${site}/Flask-2.0.dist-info/METADATA`]: metadata(
        "Flask",
        "2.0",
        "License: BSD-3-Clause\nAuthor: Armin\nRequires-Dist: jinja2 (>=3)\nRequires-Dist: absent\nRequires-Dist: Click; extra == 'x'\n",
      ),
      [`${site}/Flask-2.0.dist-info/direct_url.json`]: '{"url":"file:///src/flask","dir_info":{"editable":true}}',
      [`${site}/Jinja2-3.1.egg-info/PKG-INFO`]: metadata("Jinja2", "3.1"),
      [`${site}/Jinja2-3.1.egg-info/requires.txt`]: "Markup_Safe\n",
      [`${site}/click-8.egg-info`]: metadata("click", "8+local"),
      [`${site}/markup.safe-1-py3.11.egg/EGG-INFO/PKG-INFO`]: metadata("markup.safe", "1"),
    });
    expect(warnings).toEqual([]);
    expect(packages.map(({ name, version, purl, dependsOn }) => [name, version, purl, dependsOn])).toEqual([
      ["Flask", "2.0", "pkg:pypi/flask@2.0", ["pkg:pypi/jinja2@3.1"]],
      ["Jinja2", "3.1", "pkg:pypi/jinja2@3.1", ["pkg:pypi/markup-safe@1"]],
      ["click", "8+local", "pkg:pypi/click@8%2Blocal", []],
      ["markup.safe", "1", "pkg:pypi/markup-safe@1", []],
    ]);
    expect(packages[0]).toMatchObject({
      type: "pypi",
      licenses: ["BSD-3-Clause"],
      supplier: "Armin",
      locations: [`${site}/Flask-2.0.dist-info/METADATA`],
      comments: ["installed from file:///src/flask, editable"],
    });
  });

  it("finds requirements in the folders the same Python looks in, and in no other's", () => {
    const debian = "usr/lib/python3/dist-packages";
    const needs = (name: string) => metadata(name, "1", "Requires-Dist: six\n");
    const { packages } = catalogFiles(pythonCataloger, {
      [`${debian}/six-1.dist-info/METADATA`]: metadata("six", "1"),
      "usr/lib/python3.11/site-packages/six-2.dist-info/METADATA": metadata("six", "2"),
      [`${debian}/a-1.dist-info/METADATA`]: needs("a"),
      "usr/local/lib/python3.12/dist-packages/b-1.dist-info/METADATA": needs("b"),
      "usr/lib64/python3.11/site-packages/c-1.dist-info/METADATA": needs("c"),
      "opt/venv/lib/python3.11/site-packages/d-1.dist-info/METADATA": needs("d"),
      "app/e-1.dist-info/METADATA": needs("e"),
    });
    const found = packages.filter(({ name }) => name !== "six").map(({ name, dependsOn }) => [name, dependsOn]);
    expect(Object.fromEntries(found)).toEqual({
      a: ["pkg:pypi/six@1"],
      b: ["pkg:pypi/six@1"],
      c: ["pkg:pypi/six@2"],
      d: [],
      e: [],
    });
  });

  it("lists a package of one version once, however many folders and metadata it has", () => {
    const { packages } = catalogFiles(pythonCataloger, {
      [`${site}/cryptography-3.dist-info/METADATA`]: metadata("cryptography", "3"),
      [`${site}/cryptography.egg-info/PKG-INFO`]: metadata("cryptography", "3"),
      "opt/venv/lib/python3.11/site-packages/Cryptography-3.dist-info/METADATA": metadata("Cryptography", "3"),
      "opt/venv/lib/python3.11/site-packages/cryptography-4.dist-info/METADATA": metadata("cryptography", "4"),
    });
    expect(packages.map(({ purl, locations }) => [purl, locations.length])).toEqual([
      ["pkg:pypi/cryptography@3", 3],
      ["pkg:pypi/cryptography@4", 1],
    ]);
  });

  it("lists nothing of Python's own library, of vendored packages, and of files without a name", () => {
    const { packages, warnings } = catalogFiles(pythonCataloger, {
      "usr/lib/python2.7/argparse.egg-info": metadata("argparse", "1.2"),
      [`${site}/pip/_vendor/six-1.dist-info/METADATA`]: metadata("six", "1"),
      [`${site}/broken-1.dist-info/METADATA`]: "Summary: nothing else\n",
      [`${site}/lost-1.dist-info/RECORD`]: "lost.py,,\n",
      [`${site}/odd-1.dist-info/direct_url.json`]: "not JSON",
    });
    expect(packages).toEqual([]);
    expect(warnings).toEqual([{ path: `${site}/broken-1.dist-info/METADATA`, reason: "it names no package" }]);
  });

  it("owns the files its packages list, and their metadata", () => {
    const { owners } = catalogFiles(pythonCataloger, {
      [`${site}/x-1.dist-info/METADATA`]: metadata("x", "1"),
      [`${site}/x-1.dist-info/INSTALLER`]: "pip\n",
      [`${site}/x-1.dist-info/RECORD`]: "x/a.py,,\n../../../bin/x,,\n../../../../../etc/passwd,,\n",
      [`${site}/x/a.py`]: "1",
      [`${site}/x/stray.py`]: "1",
      "usr/local/bin/x": "#!",
      "etc/passwd": "root",
      "app/y.egg-info/PKG-INFO": metadata("y", "1"),
      "app/y.egg-info/installed-files.txt": "../y.py\n",
      "app/y.py": "1",
      [`${site}/z-1-py3.11.egg/EGG-INFO/PKG-INFO`]: metadata("z", "1"),
      [`${site}/z-1-py3.11.egg/z.py`]: "1",
    });
    const purls = [
      `${site}/x-1.dist-info/INSTALLER`,
      `${site}/x/a.py`,
      `${site}/x/stray.py`,
      "usr/local/bin/x",
      "etc/passwd",
      "app/y.py",
      `${site}/z-1-py3.11.egg/z.py`,
    ].map((path) => owners.ownerOf(path));
    const x = "pkg:pypi/x@1";
    expect(purls).toEqual([x, x, null, x, null, "pkg:pypi/y@1", "pkg:pypi/z@1"]);
  });
});
