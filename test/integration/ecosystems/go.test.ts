import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GoBuild } from "../../../src/scan/go/module-info.ts";
import { readGoProgram } from "../../../src/scan/go/program.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { readInPieces } from "../../support/elf-program.ts";
import { has } from "../../support/program.ts";
import { aptAnswers, scanFolders, unpackDebs } from "../../support/real-root.ts";

const hasGo = has("go");
const skipped = hasGo ? "" : " (skipped: there is no go)";

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "hardpan-go-"));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

/** What `go version -m` prints of a program, but for the checksums. */
function printed(path: string): string {
  const text = execFileSync("go", ["version", "-m", path], { encoding: "utf8", cwd: work });
  const lines = text
    .slice(`${path}: `.length)
    .split("\n")
    .filter((line) => line !== "\t");
  return lines
    .map((line) => (/^\t(?:mod|dep|=>)\t/.test(line) ? line.split("\t").slice(0, 4).join("\t") : line))
    .join("\n");
}

/** The same from what was read. */
function asPrinted({ goVersion, path, main, dependencies, settings }: GoBuild): string {
  const module = (kind: string, { path, version }: { path: string; version: string }) =>
    `\t${kind}\t${path}\t${version}`;
  return [
    goVersion,
    ...(path === "" ? [] : [`\tpath\t${path}`]),
    ...(main === null ? [] : [module("mod", main)]),
    ...dependencies.flatMap((item) => [
      module("dep", item),
      ...(item.replacement === undefined ? [] : [module("=>", item.replacement)]),
    ]),
    ...Object.entries(settings).map(
      ([key, value]) => `\tbuild\t${key}=${/[ "`]/.test(value) ? JSON.stringify(value) : value}`,
    ),
    "",
  ].join("\n");
}

function read(path: string): GoBuild {
  const build = readInPieces(readGoProgram(), readFileSync(path), 65_536);
  if (build === null) throw new Error(`${path} is no Go program`);
  return build;
}

describe.skipIf(!hasGo)(`Go programs, as go version -m prints them${skipped}`, () => {
  const ofDebian = [
    "usr/bin/skopeo",
    "usr/bin/umoci",
    "usr/sbin/runc",
    "usr/bin/containerd",
    "usr/bin/gh",
    "usr/bin/caddy",
  ];
  const hasApt = aptAnswers();

  it.skipIf(!hasApt)(
    `are read from Debian's packages${hasApt ? "" : " (skipped: apt cannot download)"}`,
    async () => {
      const root = join(work, "debian");
      await unpackDebs(root, ["skopeo", "umoci", "runc", "containerd", "gh", "caddy"]);
      for (const path of ofDebian) expect(asPrinted(read(join(root, path))), path).toBe(printed(join(root, path)));
      const sbom = await scanFolders([root]);
      const go = sbom.packages.filter(({ type }) => type === "golang");
      for (const path of ofDebian) {
        const inside = go.filter(({ locations }) => locations.includes(path));
        expect(inside.map(listed).sort(), path).toEqual(modulesPrinted(join(root, path)).toSorted());
      }
      expect(go.filter(({ owner }) => owner?.startsWith("pkg:deb/") !== true)).toEqual([]);
      expectValidDocuments(sbom);
    },
    200_000,
  );

  it("are read with modules, such as the compiler of TypeScript", async () => {
    const path = typeScript();
    if (path === null) return;
    expect(asPrinted(read(path))).toBe(printed(path));
    const sbom = await scanFolders([rootWith(path, "typescript")]);
    expect(modulesPrinted(path).length).toBeGreaterThan(5);
    expect(sbom.packages.map(listed).sort()).toEqual(modulesPrinted(path).toSorted());
    expect(sbom.unowned.paths).toEqual([]);
    expectValidDocuments(sbom);
  }, 120_000);

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["for this machine", {}, ["-ldflags=-X main.version=1.4.2 -s"]],
    ["to be loaded anywhere", {}, ["-buildmode=pie"]],
    ["for 32 bits", { GOARCH: "386" }, []],
    ["for 64 bits, highest byte first", { GOARCH: "s390x" }, []],
  ])(
    "are read where built %s",
    async (name, environment, options) => {
      const folder = join(work, name.replaceAll(/\W/g, "-"));
      for (const [path, text] of Object.entries(sources)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const env = {
        ...process.env,
        GOOS: "linux",
        CGO_ENABLED: "0",
        GOFLAGS: "-mod=mod",
        GOPROXY: "off",
        ...environment,
      };
      execFileSync("go", ["build", "-o", "out", ...options, "."], { cwd: join(folder, "tool"), env, stdio: "pipe" });
      const path = join(folder, "tool/out");
      expect(asPrinted(read(path))).toBe(printed(path));
      const sbom = await scanFolders([rootWith(path, `${name.replaceAll(/\W/g, "-")}-root`)]);
      expect(sbom.packages.map(({ name }) => name)).toEqual(["example.org/near", "example.org/tool", "stdlib"]);
      expectValidDocuments(sbom);
    },
    120_000,
  );
});

/** A folder of an image with the program as usr/local/bin/tool. */
function rootWith(program: string, name: string): string {
  const root = join(work, name);
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  copyFileSync(program, join(root, "usr/local/bin/tool"));
  return root;
}

function listed({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}

/** The modules that `go version -m` prints of a program, and the Go that built it as the standard library's version. */
function modulesPrinted(path: string): readonly string[] {
  const text = printed(path);
  const [, standard] = /^go(\S+)/.exec(text) ?? [];
  const modules = [...text.matchAll(/^\t(?:mod|dep)\t(\S+)\t(\S+)/gm)];
  return [`stdlib ${standard}`, ...modules.map(([, name, version]) => `${name} ${version}`)];
}

/** A program that needs a module of a folder beside its own, so that nothing has to be downloaded. */
const sources = {
  "tool/go.mod":
    "module example.org/tool\n\ngo 1.19\n\nrequire example.org/near v1.0.0\n\nreplace example.org/near => ../near\n",
  "tool/main.go":
    'package main\n\nimport "example.org/near"\n\nvar version = "none"\n\nfunc main() { println(near.Name(), version) }\n',
  "near/go.mod": "module example.org/near\n\ngo 1.19\n",
  "near/near.go": 'package near\n\nfunc Name() string { return "near" }\n',
};

/** The program of TypeScript for this machine; null where there is none. */
function typeScript(): string | null {
  const require = createRequire(import.meta.url);
  const name = `@typescript/typescript-${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(require.resolve("typescript/package.json")).resolve(`${name}/package.json`);
    const path = join(dirname(manifest), "lib/tsc");
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
