import { describe, expect, it } from "vitest";
import { runtimeCataloger } from "../../../src/scan/runtime/cataloger.ts";
import { program as executable, hardLink, symlink as linkTo } from "../../facts/layers.ts";
import { elfProgram } from "../../support/elf-program.ts";
import { changeLog, javaRelease, nodeHeader } from "../../support/runtime-texts.ts";
import { catalogFiles, type HarnessFile, type HarnessOptions } from "../harness.ts";
import { scanLayers } from "../tree.ts";

type Files = Readonly<Record<string, HarnessFile>>;

/** A program that can be run, with a text in it. */
const program = (text: string, size = 100): HarnessFile => ({
  content: elfProgram({ loaded: [{ content: Buffer.concat([Buffer.from(`\0${text}\0`), Buffer.alloc(size)]) }] }),
  mode: 0o755,
});
const node = program("no version", 5 * 2 ** 20);
const symlink = (linkPath: string): HarnessFile => ({ type: "symlink", linkPath, mode: 0o777 });

const catalog = (files: Files, options: HarnessOptions = {}) => catalogFiles(runtimeCataloger, files, options);
const listed = (files: Files, options: HarnessOptions = {}) =>
  catalog(files, options).packages.map(({ name, version, locations }) => `${name} ${version} ${locations.join(" ")}`);
const generic = (name: string, version: string) => ({
  ...{ type: "generic", name, version, source: null, purl: `pkg:generic/${name}@${version}` },
  ...{ licenses: [], locations: ["x"], supplier: null, architecture: null, comments: [] },
});
/** What is said of where a package is that was found at one place. */
const at = (path: string) => ({ locations: [path], evidence: path, dependsOn: [] });

describe("runtimeCataloger", () => {
  it("lists a server that no package owns, with its licence", () => {
    const { packages, owners } = catalog({ "usr/sbin/nginx": program("nginx/1.25.3") });
    expect(packages).toEqual([{ ...generic("nginx", "1.25.3"), licenses: ["BSD-2-Clause"], ...at("usr/sbin/nginx") }]);
    expect(owners.ownerOf("usr/sbin/nginx")).toBe("pkg:generic/nginx@1.25.3");
  });

  it("says that it does not know a version rather than nothing at all", () => {
    expect(catalog({ "usr/sbin/nginx": program("engine") }).packages).toMatchObject([
      { name: "nginx", version: "", purl: "pkg:generic/nginx", comments: ["version not found"] },
    ]);
  });

  it("leaves alone what a package owns, what was found before, and scripts", () => {
    const files = {
      "usr/sbin/nginx": program("nginx/1.25.3"),
      "usr/bin/bash": program("@(#)Bash version 5.2.15(1)"),
      "usr/bin/perl": { content: "#!/bin/sh\n", mode: 0o755 },
    };
    const owned = { "usr/sbin/nginx": "pkg:deb/debian/nginx@1.25.3-1" };
    expect(listed(files, { owned, found: [generic("bash", "5.2.15")] })).toEqual([]);
    expect(listed(files, { owned, found: [generic("bash", "5.2.14")] })).toEqual(["bash 5.2.15 usr/bin/bash"]);
  });

  it("lists a program and its library as one, where either tells the version", () => {
    const files = {
      "usr/local/bin/ruby": program("nothing"),
      "usr/local/lib/libruby.so.3.3.0": program("ruby 3.3.0 (2023-12-25 revision 5124f9ac75) [x86_64-linux]"),
      "usr/local/lib/ruby/3.3.0/set.rb": "x",
      "opt/other/bin/ruby": program("nothing"),
    };
    const { packages, owners } = catalog(files);
    expect(packages.map(({ version, locations }) => [version, locations])).toEqual([
      ["", ["opt/other/bin/ruby"]],
      ["3.3.0", ["usr/local/bin/ruby", "usr/local/lib/libruby.so.3.3.0"]],
    ]);
    expect(owners.ownerOf("usr/local/lib/ruby/3.3.0/set.rb")).toBe("pkg:generic/ruby@3.3.0");
  });

  it("lists busybox once where all its programs are links to it, of either kind, and owns those", async () => {
    const text = Buffer.from("\0BusyBox v1.36.1 (2023-11-07 18:53:09 UTC)\0");
    const { sbom } = await scanLayers([
      {
        "bin/[": executable(elfProgram({ loaded: [{ content: text }] })),
        "bin/busybox": hardLink("bin/["),
        "bin/sh": hardLink("bin/["),
        "usr/bin/env": linkTo("../../bin/busybox"),
        "usr/bin/other": linkTo("../../bin/nothing"),
      },
    ]);
    expect(sbom.packages.map(({ name, version, locations }) => [name, version, locations])).toEqual([
      ["busybox", "1.36.1", ["bin/busybox"]],
    ]);
    expect(sbom.unowned.paths).toEqual(["usr/bin/other"]);
  });
});

describe("Python in the runtime cataloger", () => {
  const patchLevel = '#define PY_VERSION "3.12.1"\n';
  const install: Files = {
    "usr/local/bin/python3.12": program("nothing"),
    "usr/local/bin/python3": symlink("python3.12"),
    "usr/local/bin/python": symlink("python3"),
    "usr/local/bin/idle3.12": "x",
    "usr/local/lib/python3.12/os.py": "x",
    "usr/local/bin/tool": "x",
  };

  it("takes its version from the library, the header or the environment, in this order", () => {
    const library = { "usr/local/lib/libpython3.12.so.1.0": program("3.12.4") };
    const header = { "usr/local/include/python3.12/patchlevel.h": patchLevel };
    const environment = ["PYTHON_VERSION=3.12.3"];
    expect(listed({ ...install, ...library, ...header }, { environment })).toEqual([
      "python 3.12.4 usr/local/bin/python3.12 usr/local/lib/libpython3.12.so.1.0",
    ]);
    expect(listed({ ...install, ...header }, { environment })).toEqual(["python 3.12.1 usr/local/bin/python3.12"]);
    expect(listed(install, { environment })).toEqual(["python 3.12.3 usr/local/bin/python3.12"]);
    expect(listed(install, { environment: ["PYTHON_VERSION=3.11.3"] })).toEqual(["python  usr/local/bin/python3.12"]);
  });

  it("owns its library and the links and programs beside it, and no other", () => {
    const { owners } = catalog(install, { environment: ["PYTHON_VERSION=3.12.3"] });
    expect(Object.keys(install).filter((path) => !owners.owns(path))).toEqual(["usr/local/bin/tool"]);
  });
});

describe("Node.js in the runtime cataloger", () => {
  const archive: Files = {
    "usr/local/bin/node": node,
    "usr/local/bin/nodejs": symlink("node"),
    "usr/local/include/node/node_version.h": nodeHeader("24.3.1"),
    "usr/local/include/node/v8.h": "x",
    "usr/local/LICENSE": "Node.js is licensed for use as follows:\n",
    "usr/local/README.md": "x",
    "usr/local/CHANGELOG.md": changeLog,
    "usr/local/share/man/man1/node.1": "x",
    "usr/local/share/other": "x",
  };

  it("is found in an official archive, of which it owns the files", () => {
    const { packages, owners } = catalog(archive);
    expect(packages).toEqual([{ ...generic("node", "24.3.1"), licenses: ["MIT"], ...at("usr/local/bin/node") }]);
    expect(Object.keys(archive).filter((path) => !owners.owns(path))).toEqual(["usr/local/share/other"]);
  });

  it.each<[string, Files, readonly string[], string]>([
    [
      "itself before all else",
      {
        "usr/local/bin/node": program("node.js/v24.3.2", 5 * 2 ** 20),
        "usr/local/include/node/node_version.h": nodeHeader("24.3.1"),
      },
      ["NODE_VERSION=20.0.0"],
      "24.3.2",
    ],
    [
      "the headers",
      { "usr/local/bin/node": node, "usr/local/include/node/node_version.h": nodeHeader("24.3.1") },
      ["NODE_VERSION=20.0.0"],
      "24.3.1",
    ],
    [
      "the environment",
      { "usr/local/bin/node": node, "usr/local/CHANGELOG.md": changeLog },
      ["NODE_VERSION=20.0.0"],
      "20.0.0",
    ],
    ["the folder", { "root/.nvm/versions/node/v22.1.0/bin/node": node }, [], "22.1.0"],
    ["the name of the archive", { "opt/node-v18.20.1-linux-x64/bin/node": node }, [], "18.20.1"],
    ["the change log", { "usr/local/bin/node": node, "usr/local/CHANGELOG.md": changeLog }, [], "24.3.1"],
    ["nowhere", { "usr/local/bin/node": node }, ["NODE_VERSION=lts"], ""],
  ])("takes its version from %s", (_, files, environment, version) => {
    expect(catalog(files, { environment }).packages.map((item) => item.version)).toEqual([version]);
  });

  it("is listed once where it is twice, and apart where the versions differ", () => {
    const files = { "opt/node-v22.1.0/bin/node": node, "srv/v22.1.0/bin/node": node, "srv/v20.1.0/bin/node": node };
    expect(listed(files)).toEqual([
      "node 22.1.0 opt/node-v22.1.0/bin/node srv/v22.1.0/bin/node",
      "node 20.1.0 srv/v20.1.0/bin/node",
    ]);
  });

  it("is no small launcher, nothing outside bin and nothing that cannot be executed", () => {
    const files = {
      "usr/local/bin/node": program("node.js/v24.3.2"),
      "srv/bin/node": { ...(typeof node === "object" ? node : {}), mode: 0o644 },
      "srv/node": node,
    };
    expect(listed(files)).toEqual([]);
  });
});

describe("Java and Go in the runtime cataloger", () => {
  it("lists a Java runtime by its folder, which it owns", () => {
    const { packages, owners } = catalog({
      "opt/java/openjdk/release": javaRelease,
      "opt/java/openjdk/bin/java": program("java"),
      "opt/java/openjdk/lib/modules": "x",
      "opt/app/release": javaRelease,
    });
    expect(packages).toEqual([
      {
        ...generic("openjdk", "21.0.5"),
        ...{ licenses: ["GPL-2.0-only WITH Classpath-exception-2.0"], ...at("opt/java/openjdk/release") },
        ...{ supplier: "Eclipse Adoptium", comments: ["runtime version 21.0.5+11-LTS", "Temurin-21.0.5+11"] },
      },
    ]);
    expect(owners.ownerOf("opt/java/openjdk/lib/modules")).toBe("pkg:generic/openjdk@21.0.5");
  });

  it("lists a Go installation by its folder, which it owns", () => {
    const files = {
      "usr/local/go/VERSION": "go1.22.1\ntime 2024-02-29T18:18:48Z\n",
      "usr/local/go/bin/go": program("go"),
      "usr/local/go/src/fmt/print.go": "x",
      "srv/go/VERSION": "go1.21.0\n",
    };
    expect(listed(files)).toEqual(["go 1.22.1 usr/local/go/VERSION"]);
    expect(catalog(files).owners.owns("usr/local/go/src/fmt/print.go")).toBe(true);
  });
});
