import type { InstalledRpm, RpmDatabase } from "./database.ts";
import { plain } from "./package.ts";

/**
 * Reads the list that Microsoft's images without rpm have instead of its database, `container-manifest-2`: what `rpm -qa`
 * printed in a format of ten columns separated by tabs: name, version-release, times of installation and build, vendor,
 * epoch, size, architecture, epoch again (0 for none), source package. It names no files and no dependencies. Lines that
 * are not so are counted as damaged; null for a file without any good one.
 */
export function readRpmManifest(content: Uint8Array): RpmDatabase | null {
  const lines = Buffer.from(content).toString("utf8").split("\n");
  const read = lines.filter((line) => line.trim() !== "").map(readLine);
  const found = read.filter((item) => item !== "damaged");
  const packages = found.filter((item) => item !== null);
  return packages.length === 0 ? null : { packages, damaged: read.length - found.length };
}

/** null for a key, see `readRpmPackage`. */
function readLine(line: string): InstalledRpm | "damaged" | null {
  const fields = line.trimEnd().split("\t", 10);
  const [name = "", version = "", , , vendor = "", epoch = "", , architecture = "", , sourceRpm = ""] = fields;
  if (!plain.test(name) || !plain.test(version) || !version.includes("-")) return "damaged";
  if (name === "gpg-pubkey") return null;
  return {
    name,
    version,
    epoch: /^\d{1,10}$/.test(epoch) ? Number(epoch) : null,
    architecture: present(architecture),
    sourceRpm: present(sourceRpm),
    license: null,
    vendor: vendor === "" || vendor === "(none)" ? null : vendor.slice(0, 4096),
    module: null,
    files: [],
    dependsOn: [],
  };
}

function present(text: string): string | null {
  return plain.test(text) && text !== "(none)" ? text : null;
}
