import { readFileSync, realpathSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type DynamicParts, dynamicElf } from "../../support/dynamic-program.ts";
import { has, run } from "../../support/program.ts";
import { hardLink, program, symlink, type TestEntry, type TestLayer } from "../layers.ts";
import { audited } from "./audited.ts";

const loader = "/lib64/ld-linux-x86-64.so.2";
const triplet = "usr/lib/x86_64-linux-gnu";

/** A system of a merged /usr with a C library. */
const base: TestLayer = {
  lib: symlink("usr/lib"),
  lib64: symlink("usr/lib64"),
  "usr/lib64/ld-linux-x86-64.so.2": symlink("/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
  [`${triplet}/ld-linux-x86-64.so.2`]: library({ soname: "ld-linux-x86-64.so.2" }),
  [`${triplet}/libc.so.6`]: library({ interpreter: loader, needed: ["ld-linux-x86-64.so.2"], soname: "libc.so.6" }),
};

function library(parts: DynamicParts): TestEntry {
  return { content: dynamicElf(parts), mode: 0o644 };
}

function binary(needed: readonly string[], parts: DynamicParts = {}): TestEntry {
  return program(dynamicElf({ interpreter: loader, needed: [...needed, "libc.so.6"], ...parts }));
}

async function missing(layer: TestLayer, environment: readonly string[] = []): Promise<readonly string[]> {
  const { missingLoaders, missingLibraries } = await audited([base, layer], { environment });
  return [
    ...missingLoaders.map(({ path, loader: name, grade }) => `${path} is loaded by ${name}, ${grade}`),
    ...missingLibraries.map(({ path, library: name, grade }) => `${path} needs ${name}, ${grade}`),
  ];
}

describe("auditImage, of what programs need", () => {
  it("finds nothing missing where all is in the usual folders", async () => {
    const layer = {
      "usr/bin/tool": binary(["libz.so.1"]),
      [`${triplet}/libz.so.1`]: symlink("libz.so.1.3"),
      [`${triplet}/libz.so.1.3`]: library({ soname: "libz.so.1", needed: ["libc.so.6"] }),
    };
    expect(await missing(layer)).toEqual([]);
  });

  it("reports a library that is nowhere, dangling, a folder, or of another machine", async () => {
    const layer = {
      "usr/bin/tool": binary(["liba.so", "libb.so", "libc.so", "libd.so"]),
      "usr/lib/libb.so": symlink("nowhere"),
      "usr/lib/libc.so/file": "x",
      "usr/lib/libd.so": library({ machine: 183 }),
    };
    expect(await missing(layer)).toEqual(
      ["liba.so", "libb.so", "libc.so", "libd.so"].map((name) => `/usr/bin/tool needs ${name}, certain`),
    );
  });

  it("reports a library that is there where no search path leads", async () => {
    const layer = { "opt/tool/bin/x": binary(["libx.so"]), "opt/tool/lib/libx.so": library({ needed: ["libc.so.6"] }) };
    expect(await missing(layer)).toEqual(["/opt/tool/bin/x needs libx.so, certain"]);
  });

  it.each([
    ["DT_RUNPATH", { runpath: "$ORIGIN/../lib" }],
    ["DT_RPATH", { rpath: "/nowhere:$" + "{ORIGIN}/../lib" }],
    ["an absolute folder", { runpath: "/opt/tool/lib" }],
  ])("follows %s", async (_, parts) => {
    const layer = { "opt/tool/bin/x": binary(["libx.so"], parts), "opt/tool/lib/libx.so": library({}) };
    expect(await missing(layer)).toEqual([]);
  });

  it("takes $ORIGIN from the folder a symbolic link leads to, and from that of a hard link itself", async () => {
    const layer = {
      "opt/tool/bin/x": binary(["libx.so"], { runpath: "$ORIGIN/../lib" }),
      "usr/bin/x": hardLink("opt/tool/bin/x"),
      "usr/bin/y": symlink("/opt/tool/bin/x"),
      "opt/tool/lib/libx.so": library({}),
    };
    expect(await missing(layer)).toEqual(["/usr/bin/x needs libx.so, certain"]);
  });

  it("does not heed DT_RPATH beside DT_RUNPATH", async () => {
    const layer = {
      "opt/x": binary(["libx.so"], { runpath: "/a", rpath: "$ORIGIN/lib" }),
      "opt/lib/libx.so": library({}),
    };
    expect(await missing(layer)).toEqual(["/opt/x needs libx.so, certain"]);
  });

  it("follows LD_LIBRARY_PATH of the image", async () => {
    const layer = { "usr/bin/x": binary(["libx.so"]), "opt/lib/libx.so": library({}) };
    expect(await missing(layer, ["LD_LIBRARY_PATH=/a:/opt/lib"])).toEqual([]);
  });

  it("follows ld.so.conf and what it includes once ldconfig has read it", async () => {
    const layer = {
      "etc/ld.so.conf": "# folders\ninclude /etc/ld.so.conf.d/*.conf\ninclude ld.so.conf\n",
      "etc/ld.so.conf.d/a.conf": "/opt/a/lib, /opt/b/lib # both\n",
      "etc/ld.so.conf.d/b.other": "/opt/c/lib\n",
      "usr/bin/x": binary(["liba.so", "libb.so", "libc.so"]),
      "opt/a/lib/liba.so": library({}),
      "opt/b/lib/libb.so": library({}),
      "opt/c/lib/libc.so": library({}),
    };
    expect(await missing({ ...layer, "etc/ld.so.cache": "cache" })).toEqual(["/usr/bin/x needs libc.so, certain"]);
    expect(await missing(layer)).toHaveLength(3);
  });

  it("reads no configuration without end", async () => {
    const files = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`opt/file-${index}`, "x"]));
    const layer: TestLayer = {
      ...files,
      "etc/ld.so.cache": "cache",
      "etc/ld.so.conf": "include /opt/*1*2*3*x\ninclude /opt/f*\n".repeat(20_000),
      "etc/ssl/openssl.cnf": ".include /opt\n".repeat(50_000),
      "usr/lib/ossl-modules/fips.so": library({}),
    };
    const begin = performance.now();
    expect(await missing(layer)).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it("refuses an image whose programs need libraries without end", async () => {
    const folders = Array.from({ length: 1000 }, (_, index) => `/f${index}`).join(":");
    const needed = Array.from({ length: 5500 }, (_, index) => `l${index}`);
    const layer = { "usr/bin/x": binary(needed, { runpath: folders }) };
    await expect(missing(layer)).rejects.toMatchObject({ code: "FACTS_TOO_LARGE" });
  });

  it("follows libraries to what they need, and lets them have what the program can load", async () => {
    const layer = {
      "opt/x/bin/x": binary(["liba.so", "libb.so"], { runpath: "$ORIGIN/../lib" }),
      "opt/x/lib/liba.so": library({ needed: ["libb.so", "libgone.so"] }),
      "opt/x/lib/libb.so": library({ needed: ["libc.so.6"] }),
    };
    expect(await missing(layer)).toEqual(["/opt/x/lib/liba.so needs libgone.so, certain"]);
  });

  it("is certain of libraries on the search path that no program needs", async () => {
    const layer = { "usr/lib/libown.so.1": library({ needed: ["libgone.so"] }) };
    expect(await missing(layer)).toEqual(["/usr/lib/libown.so.1 needs libgone.so, certain"]);
  });

  it("thinks it possible of plugins, and has no doubts where the image has the library at all", async () => {
    const layer = {
      "usr/lib/server/plugins/a.so": library({ needed: ["libserver.so", "libgone.so"] }),
      "usr/lib/server/private/libserver.so.2": library({ soname: "libserver.so" }),
    };
    expect(await missing(layer)).toEqual(["/usr/lib/server/plugins/a.so needs libgone.so, possible"]);
  });

  it("reports a loader that is missing, and then not also libraries", async () => {
    const musl = {
      "usr/bin/x": program(dynamicElf({ interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libgone.so"] })),
    };
    expect(await missing(musl)).toEqual(["/usr/bin/x is loaded by /lib/ld-musl-x86_64.so.1, certain"]);
  });

  it("knows what musl's loader is itself, and its folders", async () => {
    const layer: TestLayer = {
      "lib/ld-musl-x86_64.so.1": library({ soname: "libc.musl-x86_64.so.1" }),
      "usr/local/lib/libx.so": library({ needed: ["libpthread.so.0"] }),
      "usr/bin/x": program(
        dynamicElf({ interpreter: "/lib/ld-musl-x86_64.so.1", needed: ["libx.so", "libc.so", "libz.so"] }),
      ),
    };
    const libraries = async (more: TestLayer) =>
      (await audited({ ...layer, ...more })).missingLibraries.map(({ library: name }) => name);
    expect(await libraries({})).toEqual(["libz.so"]);
    expect(await libraries({ "etc/ld-musl-x86_64.path": "/opt/lib\n", "opt/lib/libz.so": library({}) })).toEqual([
      "libx.so",
    ]);
  });

  it("looks for each program's libraries where its own loader does, in an image with glibc and musl", async () => {
    const musl = "/lib/ld-musl-x86_64.so.1";
    const layer: TestLayer = {
      "usr/lib/ld-musl-x86_64.so.1": library({ soname: "libc.musl-x86_64.so.1" }),
      "usr/bin/lz4": binary(["liblz4.so.1", "libm.so.6"]),
      [`${triplet}/liblz4.so.1`]: library({ needed: ["libc.so.6"] }),
      "usr/bin/small": program(dynamicElf({ interpreter: musl, needed: ["liblz4.so.1", "libm.so", "libown.so"] })),
      "usr/local/lib/libown.so": library({ needed: ["libc.musl-x86_64.so.1"] }),
      "usr/lib/libplain.so": library({ needed: ["liblz4.so.1"] }),
    };
    expect(await missing(layer)).toEqual([
      "/usr/bin/lz4 needs libm.so.6, certain",
      "/usr/bin/small needs liblz4.so.1, certain",
    ]);
  });

  it("misses glibc itself where only its loader stands beside musl", async () => {
    const { [`${triplet}/libc.so.6`]: _, ...rest } = base;
    const layer = { ...rest, "usr/lib/ld-musl-x86_64.so.1": library({}), "usr/bin/x": binary([]) };
    expect((await audited(layer)).missingLibraries.map(({ library: name }) => name)).toEqual(["libc.so.6"]);
  });

  it("takes musl for the loader of glibc's programs where there is no glibc", async () => {
    const layer: TestLayer = {
      "lib/ld-musl-x86_64.so.1": library({ soname: "libc.musl-x86_64.so.1" }),
      "lib64/ld-linux-x86-64.so.2": symlink("../lib/ld-musl-x86_64.so.1"),
      "usr/bin/x": binary(["libpthread.so.0", "libgone.so"]),
    };
    expect((await audited(layer)).missingLibraries.map(({ library: name }) => name)).toEqual(["libgone.so"]);
  });

  it("has nothing to say of static programs and of files for other kinds of machine", async () => {
    const narrow = dynamicElf({ interpreter: "/lib/ld-linux.so.2", needed: ["libgone.so"] });
    narrow[4] = 1;
    expect(await missing({ "usr/bin/static": program(dynamicElf()), "usr/bin/narrow": program(narrow) })).toEqual([]);
  });

  it("is not certain of programs and libraries for another machine than the image", async () => {
    const other = { interpreter: "/lib/ld-linux-aarch64.so.1", needed: ["libgone.so"], machine: 183 };
    const layer = {
      "usr/bin/x": program(dynamicElf(other)),
      "usr/lib/liba.so": library({ machine: 183, needed: ["libgone.so"] }),
    };
    expect(await missing(layer)).toEqual([
      "/usr/bin/x is loaded by /lib/ld-linux-aarch64.so.1, possible",
      "/usr/lib/liba.so needs libgone.so, possible",
    ]);
  });

  it("ends for libraries that need each other", async () => {
    const layer = {
      "usr/bin/x": binary(["liba.so"]),
      "usr/lib/liba.so": library({ needed: ["libb.so"] }),
      "usr/lib/libb.so": library({ needed: ["liba.so"] }),
    };
    expect(await missing(layer)).toEqual([]);
  });
});

const noLdd = process.platform === "linux" && has("ldd") ? null : "needs ldd";

describe.skipIf(noLdd !== null)(`a program of this machine${noLdd === null ? "" : ` (skipped: ${noLdd})`}`, () => {
  const listed = noLdd === null ? run("ldd", ["/bin/ls"]) : "";
  const paths = [...listed.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] ?? "");

  it("has all it needs with the libraries ldd lists, and not without any one of them", async () => {
    const layer: Record<string, TestEntry> = { "usr/bin/ls": program(readFileSync("/bin/ls")) };
    for (const path of paths) layer[path.slice(1)] = { content: readFileSync(realpathSync(path)), mode: 0o755 };
    expect(paths.length).toBeGreaterThan(1);
    expect(await audited(layer)).toMatchObject({ missingLoaders: [], missingLibraries: [] });
    for (const path of paths) {
      const { [path.slice(1)]: _, ...rest } = layer;
      const { missingLoaders, missingLibraries } = await audited(rest);
      const name = path.slice(path.lastIndexOf("/") + 1);
      const names = [...missingLoaders.map((one) => one.loader), ...missingLibraries.map((one) => one.library)];
      expect(names.some((one) => one.endsWith(name))).toBe(true);
    }
  });
});
