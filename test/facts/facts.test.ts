import { describe, expect, it } from "vitest";
import { factsOf, neededForFacts } from "../../src/facts/facts.ts";
import { openImage } from "../../src/facts/image.ts";
import type { Facts } from "../../src/facts/model.ts";
import { walkImage } from "../../src/facts/walk.ts";
import type { ContainerConfig } from "../../src/oci/config.ts";
import { folder, hardLink, program, symlink, type TestLayer, testImage } from "./layers.ts";

async function facts(
  layers: TestLayer | readonly TestLayer[],
  container: Partial<ContainerConfig> = {},
): Promise<Facts> {
  const { store } = await testImage(isList(layers) ? layers : [layers], { container });
  const image = await openImage(store, "test");
  const tree = await walkImage(store, image.manifest, { keep: (path, file) => (neededForFacts(path) ? file.size : 0) });
  return factsOf(tree, image);
}

function isList(layers: TestLayer | readonly TestLayer[]): layers is readonly TestLayer[] {
  return Array.isArray(layers);
}

const accounts: TestLayer = {
  "etc/passwd": "root:x:0:0::/root:/bin/sh\nnode:x:1000:1001::/home/node:\n# no account\nodd:x:abc:1::\n",
  "etc/group": "root:x:0:\nnode:x:1001:\nstaff:x:50:node\n",
};

describe("factsOf, of users", () => {
  it.each([
    ["", "root", 0, 0],
    ["root", "root", 0, 0],
    ["node", "node", 1000, 1001],
    ["1000", "1000", 1000, 1001],
    ["65532", "65532", 65532, 0],
    ["65532:65532", "65532:65532", 65532, 65532],
    ["node:staff", "node:staff", 1000, 50],
    [":staff", ":staff", 0, 50],
    ["nobody", "nobody", null, null],
    ["nobody:staff", "nobody:staff", null, 50],
    ["node:nobody", "node:nobody", 1000, null],
    ["odd", "odd", null, null],
  ])("takes %j for %s, %s:%s", async (user, shown, uid, gid) => {
    expect(await facts(accounts, { user })).toMatchObject({ user: shown, uid, gid });
  });

  it("knows numbers without passwd, and no names", async () => {
    expect(await facts({}, { user: "12" })).toMatchObject({ uid: 12, gid: 0 });
    expect(await facts({}, { user: "node" })).toMatchObject({ uid: null, gid: null });
  });

  it("finds passwd behind a link", async () => {
    const layer = { "etc/passwd": symlink("group"), "etc/group": "node:x:5:6::\n" };
    expect(await facts(layer, { user: "node" })).toMatchObject({ uid: 5, gid: 6 });
  });

  const passwd = "node:x:5:6::\n";
  it.each<[string, readonly TestLayer[]]>([
    ["a link to a file elsewhere", [{ "etc/passwd": symlink("../usr/share/users"), "usr/share/users": passwd }]],
    ["a link of a later layer", [{ "usr/share/passwd": passwd }, { "etc/passwd": symlink("/usr/share/passwd") }]],
    ["a link to a hard link", [{ a: passwd, b: hardLink("a"), "etc/passwd": symlink("../b") }]],
    ["a folder that is a link", [{ "private/etc/passwd": passwd, etc: symlink("private/etc") }]],
    [
      "a link through a link that a layer's own path leads through too",
      [
        { share: symlink("usr/share"), "usr/share": folder },
        { "share/x": passwd, "etc/passwd": symlink("/share/x") },
      ],
    ],
  ])("follows %s to passwd", async (_, layers) => {
    expect(await facts(layers, { user: "node" })).toMatchObject({ uid: 5, gid: 6 });
    expect(await facts(layers, { user: "5" })).toMatchObject({ uid: 5, gid: 6 });
  });

  it("knows no names where links form a loop, or lead to nothing or to a folder", async () => {
    const loop = { "etc/passwd": symlink("group"), "etc/group": symlink("passwd") };
    for (const layer of [loop, { "etc/passwd": symlink("gone") }, { "etc/passwd": symlink("/srv"), srv: folder }]) {
      expect(await facts(layer, { user: "node" })).toMatchObject({ uid: null, gid: null });
    }
  });
});

describe("factsOf, of programs", () => {
  it("lists each shell once, by the path it has without links in its folders", async () => {
    const layer: TestLayer = {
      bin: symlink("usr/bin"),
      "usr/bin/dash": program(),
      "usr/bin/sh": symlink("dash"),
      "usr/bin/bash": program(),
      "usr/bin/rbash": symlink("/bin/bash"),
      "usr/bin/shasum": program(),
    };
    expect((await facts(layer)).shells).toEqual(["/usr/bin/bash", "/usr/bin/dash", "/usr/bin/rbash", "/usr/bin/sh"]);
  });

  it("does not take for a shell what is a folder, cannot be executed or leads nowhere", async () => {
    const layer: TestLayer = {
      "usr/bin/bash": { content: "text", mode: 0o644 },
      "usr/bin/sh": symlink("dash"),
      "usr/bin/zsh/file": program(),
      "usr/share/fish": program(),
      "home/user/sh": program(),
    };
    expect((await facts(layer)).shells).toEqual([]);
  });

  it("finds shells that are hard links, stand in debug images, or in the image's own PATH", async () => {
    const layer: TestLayer = {
      "busybox/busybox": program(),
      "busybox/sh": hardLink("busybox/busybox"),
      "srv/tools/ksh": program(),
    };
    const { shells } = await facts(layer, { environment: ["PATH=/usr/bin:/srv/tools"] });
    expect(shells).toEqual(["/busybox/busybox", "/busybox/sh", "/srv/tools/ksh"]);
  });

  it("knows shells by the other names they go by", async () => {
    const names = ["bash-static", "busybox.static", "rksh", "rzsh", "zsh-static", "zsh5"];
    const others = ["sh-static-check", "static", "shim"];
    const layer = Object.fromEntries([...names, ...others].map((name) => [`usr/bin/${name}`, program()]));
    expect((await facts(layer)).shells).toEqual(names.map((name) => `/usr/bin/${name}`));
  });

  it("counts what a container starts as a shell by its name, wherever it lies", async () => {
    const layer: TestLayer = { "opt/tools/dash": program(), "opt/tools/zsh": program(), "app/server": program() };
    expect((await facts(layer, { entrypoint: ["/opt/tools/dash", "-c"] })).shells).toEqual(["/opt/tools/dash"]);
    expect((await facts(layer, { workingDir: "/opt", cmd: ["tools/zsh"] })).shells).toEqual(["/opt/tools/zsh"]);
    expect((await facts(layer, { entrypoint: ["/app/server"], cmd: ["/opt/tools/dash"] })).shells).toEqual([]);
  });

  it.each([
    ["pip3.13", "pip"],
    ["pip3", "pip"],
    ["micromamba", "mamba"],
    ["npx", "npm"],
  ])("takes %s for the package manager %s", async (name, manager) => {
    const layer = { [`usr/local/bin/${name}`]: program(), "usr/bin/pipeline3": program() };
    expect((await facts(layer)).packageManagers).toEqual([manager]);
  });

  it("names package managers by what they are, not by their programs", async () => {
    const layer: TestLayer = {
      "usr/bin/apt": program(),
      "usr/bin/apt-get": program(),
      "usr/bin/dpkg": program(),
      "usr/local/bin/pip3": program("#!/usr/bin/python3"),
      "usr/local/lib/node_modules/npm/bin/npm-cli.js": program("#!/usr/bin/env node"),
      "usr/local/bin/npm": symlink("../lib/node_modules/npm/bin/npm-cli.js"),
      "usr/local/bin/npx": symlink("../lib/node_modules/npm/bin/npx-cli.js"),
      "usr/local/bin/yarn": symlink("/opt/yarn/bin/yarn"),
    };
    expect((await facts(layer)).packageManagers).toEqual(["apt", "dpkg", "npm", "pip"]);
  });

  it("lists files with a setuid or setgid bit, and hard links to them", async () => {
    const layer: TestLayer = {
      "usr/bin/su": program("", 0o4755),
      "usr/bin/chage": program("", 0o2755),
      "usr/bin/again": hardLink("usr/bin/su"),
      "usr/bin/ls": program(),
      "var/mail": { type: "directory", mode: 0o2775 },
    };
    expect((await facts(layer)).setuid).toEqual(["/usr/bin/again", "/usr/bin/chage", "/usr/bin/su"]);
  });
});

describe("factsOf, of configuration and size", () => {
  it("repeats what the configuration says and adds up sizes", async () => {
    const container = {
      entrypoint: ["/init"],
      cmd: ["serve"],
      workingDir: "/app",
      environment: ["A=1"],
      exposedPorts: ["8080/tcp"],
      labels: { a: "b" },
    };
    const { store } = await testImage([{ a: "1" }, { b: "2" }], { container });
    const image = await openImage(store, "test");
    const found = factsOf(await walkImage(store, image.manifest, { keep: () => 0 }), image);
    const compressed = image.manifest.layers.reduce((sum, layer) => sum + layer.size, image.manifest.config.size);
    expect(found).toMatchObject({
      entrypoint: ["/init"],
      cmd: ["serve"],
      workingDir: "/app",
      environment: ["A=1"],
      ports: ["8080/tcp"],
      labels: { a: "b" },
      size: { compressed, unpacked: 2 * 2048 },
      layers: 2,
    });
  });
});
