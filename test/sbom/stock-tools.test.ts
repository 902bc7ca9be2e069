import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { SbomFormat } from "../../src/sbom/formats.ts";
import { readSbom } from "../../src/sbom/read.ts";
import { renderSbom } from "../../src/sbom/write.ts";
import { has } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { richSbom, written } from "./example.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [noSyft, noSpdxTools, noNpm] = ["syft", "pyspdxtools", "npm"].map((program) => !has(program));

/** Runs a program without letting it look for newer ones of itself; returns what it prints. */
function output(program: string, args: readonly string[]): string {
  const env = { ...process.env, SYFT_CHECK_FOR_APP_UPDATE: "false" };
  return execFileSync(program, args, {
    cwd: root,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 2 ** 26,
  });
}

async function writtenTo(format: SbomFormat): Promise<string> {
  const file = join(await temporaryFolder(), `${format}.json`);
  writeFileSync(file, renderSbom(richSbom, format, written));
  return file;
}

describe("syft", () => {
  it.skipIf(noSyft).each(["syft-json", "spdx", "cyclonedx"] as const)(
    "reads every package with its type in what we write as %s (needs syft)",
    async (format) => {
      const { artifacts } = JSON.parse(output("syft", ["convert", await writtenTo(format), "-o", "syft-json"]));
      const read = artifacts.map(
        ({ type, purl }: { type: string; purl: string }) => `${type} ${decodeURIComponent(purl)}`,
      );
      const types: Record<string, string> = { pypi: "python", maven: "java-archive" };
      for (const { type, purl } of richSbom.packages) {
        expect(read).toContain(`${types[type] ?? type} ${decodeURIComponent(purl)}`);
      }
    },
  );

  it.skipIf(noSyft).each(["syft-json", "spdx-json", "cyclonedx-json"])(
    "writes %s of a folder that we read with packages, sources, dependencies and distribution (needs syft)",
    async (format) => {
      const { sbom, notes } = readSbom(output("syft", ["scan", `dir:${await rootFileSystem()}`, "-o", format]), format);
      expect(notes).toEqual([]);
      expect(sbom.distribution).toMatchObject({ id: "debian", versionId: "13" });
      const libc = sbom.packages.find(({ name }) => name === "libc6");
      expect(libc).toMatchObject({
        type: "deb",
        version: "2.41-12+b1",
        source: { name: "glibc", version: "2.41-12" },
        architecture: "amd64",
        locations: ["var/lib/dpkg/status"],
      });
      const tool = sbom.packages.find(({ name }) => name === "tool");
      expect(tool?.dependsOn).toEqual([libc?.purl]);
      const requests = sbom.packages.find(({ type }) => type === "pypi");
      expect(requests).toMatchObject({ name: "requests", licenses: ["Apache-2.0"], locations: [requestsMetadata] });
    },
  );
});

describe("the SPDX tools of Python", () => {
  it.skipIf(noSpdxTools)("find nothing wrong with what we write as SPDX 2.3 (needs pyspdxtools)", async () => {
    expect(output("pyspdxtools", ["--infile", await writtenTo("spdx")])).toBe("");
  });
});

describe("npm", () => {
  it.skipIf(noNpm).each(["spdx", "cyclonedx"])("writes %s that we read with every dependency (needs npm)", (format) => {
    const text = output("npm", ["sbom", `--sbom-format=${format}`, "--package-lock-only"]);
    const { sbom } = readSbom(text, "npm");
    const types = new Set(sbom.packages.map(({ type }) => type));
    expect([...types]).toEqual(["npm"]);
    const parser = sbom.packages.find(({ name }) => name === "spdx-expression-parse");
    const needed = sbom.packages.find(({ name }) => name === "spdx-license-ids");
    expect(needed).toMatchObject({ purl: `pkg:npm/spdx-license-ids@${needed?.version}` });
    expect(parser?.dependsOn).toContain(needed?.purl);
  });
});

const requestsMetadata = "usr/lib/python3/dist-packages/requests-2.32.3.dist-info/METADATA";

/** A folder with a package database, a release file and a Python package. */
async function rootFileSystem(): Promise<string> {
  const files = {
    "etc/os-release":
      'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n',
    "var/lib/dpkg/status": [
      stanza("libc6", "2.41-12+b1", "Source: glibc (2.41-12)"),
      stanza("tool", "1.0-1", "Depends: libc6 (>= 2.38)"),
    ].join("\n"),
    [requestsMetadata]: "Metadata-Version: 2.1\nName: requests\nVersion: 2.32.3\nLicense: Apache-2.0\n",
  };
  const base = join(await temporaryFolder(), "rootfs");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(base, path, ".."), { recursive: true });
    writeFileSync(join(base, path), content);
  }
  return base;
}

function stanza(name: string, version: string, more: string): string {
  const fields = [
    `Package: ${name}`,
    "Status: install ok installed",
    "Maintainer: A <a@example.org>",
    "Architecture: amd64",
  ];
  return `${[...fields, `Version: ${version}`, more, "Description: x"].join("\n")}\n`;
}
