import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goCataloger } from "../../../src/scan/go/cataloger.ts";
import type { GoBuild } from "../../../src/scan/go/module-info.ts";
import { readGoProgram } from "../../../src/scan/go/program.ts";
import { catalogFiles } from "../../scan/harness.ts";
import { readInPieces } from "../../support/elf-program.ts";
import { has } from "../../support/program.ts";
import { aptAnswers, unpackDebs } from "../../support/real-root.ts";

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
    },
    200_000,
  );

  it("are read with modules, such as the compiler of TypeScript", () => {
    const path = typeScript();
    if (path === null) return;
    expect(asPrinted(read(path))).toBe(printed(path));
    const { packages } = catalogFiles(goCataloger, { "usr/bin/tsc": readFileSync(path) });
    const modules = [...printed(path).matchAll(/^\t(?:mod|dep)\t(\S+)\t(\S+)/gm)].map(
      ([, name, version]) => `${name} ${version}`,
    );
    const [, standard] = /^go(\S+)/.exec(printed(path)) ?? [];
    expect(modules.length).toBeGreaterThan(5);
    expect(packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
      [...modules, `stdlib ${standard}`].sort(),
    );
  });

  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["for this machine", {}, ["-ldflags=-X main.version=1.4.2 -s"]],
    ["to be loaded anywhere", {}, ["-buildmode=pie"]],
    ["for 32 bits", { GOARCH: "386" }, []],
    ["for 64 bits, highest byte first", { GOARCH: "s390x" }, []],
  ])(
    "are read where built %s",
    (name, environment, options) => {
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
      const { packages } = catalogFiles(goCataloger, { "usr/bin/tool": readFileSync(path) });
      expect(packages.map((item) => item.name)).toEqual(["example.org/tool", "stdlib", "example.org/near"]);
    },
    120_000,
  );
});

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
