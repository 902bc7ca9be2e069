import { execFileSync } from "node:child_process";
import { appendFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readDirectory } from "../../src/content/directory/read.ts";
import { openImage } from "../../src/facts/image.ts";
import type { ContainerConfig } from "../../src/oci/config.ts";
import type { Sbom, ScanWarning } from "../../src/sbom/model.ts";
import { type FilesScanOptions, scanFiles } from "../../src/scan/files.ts";
import { scanImage } from "../../src/scan/scan.ts";
import { imageOfTars } from "../facts/layers.ts";

const store = fileURLToPath(new URL("../../.cache/debs", import.meta.url));
const large = { stdio: "pipe" as const, maxBuffer: 2 ** 31 - 1 };

/**
 * Files of Debian packages of this machine's suites, downloaded once. Throws where apt does not have one of them.
 */
export async function downloadDebs(names: readonly string[]): Promise<readonly string[]> {
  const found = async () => (await readdir(store)).filter((file) => names.some((name) => file.startsWith(`${name}_`)));
  await mkdir(store, { recursive: true });
  const there = await found();
  const missing = names.filter((name) => !there.some((file) => file.startsWith(`${name}_`)));
  if (missing.length > 0) {
    const work = join(store, `.partial-${process.pid}`);
    await mkdir(work, { recursive: true });
    execFileSync("apt-get", ["--quiet=2", "--option", "APT::Sandbox::User=root", "download", ...missing], {
      ...large,
      cwd: work,
    });
    for (const file of await readdir(work)) await rename(join(work, file), join(store, file));
    await rm(work, { recursive: true, force: true });
  }
  return (await found()).map((file) => join(store, file));
}

/** Unpacks packages into `root`, with the records that dpkg would have of them unless `records` is false. */
export async function unpackDebs(root: string, names: readonly string[], records = true): Promise<void> {
  const info = join(root, "var/lib/dpkg/info");
  await mkdir(info, { recursive: true });
  for (const file of await downloadDebs(names)) {
    execFileSync("dpkg-deb", ["--extract", file, root], large);
    if (!records) continue;
    const control = execFileSync("dpkg-deb", ["--field", file], { encoding: "utf8" });
    const [name = ""] = /(?<=^Package: ).*/m.exec(control) ?? [];
    const paths = execFileSync("dpkg-deb", ["--contents", file], { encoding: "utf8", maxBuffer: 2 ** 28 });
    const list = paths
      .split("\n")
      .flatMap(
        (line) => /^(?:\S+\s+){5}\.(\/.*?)(?: (?:->|link to) .*)?$/.exec(line)?.[1]?.replace(/(.)\/$/, "$1") ?? [],
      );
    await writeFile(join(info, `${name}.list`), `${list.join("\n")}\n`);
    await appendFile(
      join(root, "var/lib/dpkg/status"),
      `${control.trimEnd().replace(/^Package: .*$/m, "$&\nStatus: install ok installed")}\n\n`,
    );
  }
  if (!records) await rm(join(root, "var/lib/dpkg"), { recursive: true });
}

/** The folder as a layer: a tar archive as tar(1) writes it. */
export function layerOfFolder(root: string): Uint8Array {
  return execFileSync(
    "tar",
    ["--create", "--numeric-owner", "--sort=name", "--format=pax", "--directory", root, "."],
    large,
  );
}

/** Scans an image whose layers are these folders' files, lowest first. */
export async function scanFolders(roots: readonly string[], container: Partial<ContainerConfig> = {}): Promise<Sbom> {
  const { store } = await imageOfTars(roots.map(layerOfFolder), { container, compression: "none" });
  const image = await openImage(store, "test");
  return (await scanImage(store, image, { reference: "test" })).sbom;
}

/** Scans a folder of this machine as `hardpan sbom fs://` does, where lock files count. */
export async function scanPlace(root: string, detail: Pick<FilesScanOptions, "files"> = {}): Promise<Sbom> {
  const warnings: ScanWarning[] = [];
  const warn = (path: string, reason: string) => void warnings.push({ path, reason });
  const options = { reference: `fs://${root}`, warnings: () => warnings, ...detail };
  return await scanFiles(readDirectory(root, { warn }), options);
}

/** Whether apt can download packages here; a test that needs some is skipped, with this as its reason, where it cannot. */
export function aptAnswers(): boolean {
  try {
    execFileSync("apt-get", ["--quiet=2", "--print-uris", "download", "tzdata"], {
      stdio: "ignore",
      cwd: tmpdir(),
      timeout: 60_000,
    });
    return true;
  } catch {
    return false;
  }
}
