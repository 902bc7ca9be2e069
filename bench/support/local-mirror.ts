import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fetchPackages } from "../../src/apt/package-download.ts";
import { resolve } from "../../src/apt/resolve.ts";
import { acquireIndex } from "../../src/apt/suite.ts";
import { readDeb } from "../../src/debian/deb.ts";
import { aptOptions, aptPorts } from "../../src/flow/supply/apt-ports.ts";
import { benchPorts } from "./plan.ts";

const list = ["base-files", "ca-certificates", "libc6", "libstdc++6", "netbase", "tzdata"];

/**
 * Makes an unsigned mirror with the packages of the hardened image and all that apt would want besides. Returns the names
 * to ask for.
 */
export async function makeLocalMirror(directory: string): Promise<readonly string[]> {
  const ports = await benchPorts();
  const index = await acquireIndex(
    { codename: "trixie", architecture: "amd64", components: ["main"] },
    aptPorts(ports),
    aptOptions(ports),
  );
  const { packages } = resolve({ packages: list, ignorePreDepends: {} }, index);
  index.close();
  await fetchPackages(packages, aptPorts(ports), aptOptions(ports));
  await mkdir(join(directory, "pool"));
  const stanzas: string[] = [];
  for (const item of packages) {
    const bytes = (await ports.cache.read(item.sha256)) ?? new Uint8Array();
    const file = `pool/${basename(item.filename)}`;
    await writeFile(join(directory, file), bytes);
    const deb = await readDeb(bytes, { what: item.name });
    const control = new TextDecoder().decode(deb.control.get("control")).trimEnd();
    stanzas.push(`${control}\nFilename: ${file}\nSize: ${item.size}\nSHA256: ${item.sha256}\n`);
  }
  const text = stanzas.join("\n");
  const folder = join(directory, "dists", "trixie", "main", "binary-amd64");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "Packages"), text);
  const sum = createHash("sha256").update(text).digest("hex");
  const release = [
    ...["Origin: Debian", "Suite: stable", "Codename: trixie", "Architectures: amd64", "Components: main"],
    ...[
      "Date: Sat, 10 Jan 2026 00:00:00 UTC",
      "SHA256:",
      ` ${sum} ${Buffer.byteLength(text)} main/binary-amd64/Packages`,
    ],
  ];
  await writeFile(join(directory, "dists", "trixie", "Release"), `${release.join("\n")}\n`);
  return list;
}
