import { createHash } from "node:crypto";
import { blamingEntries } from "../../cache/blame.ts";
import type { NpmSubstitution } from "../../catalog/substitution.ts";
import type { LockedPlatform } from "../../definition/lock.ts";
import { compareWithOfficial } from "../../npm/official.ts";
import { readNpmTarball } from "../../npm/tarball.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";

/** Whether a program repackaged by a third party was found equal to the official release. */
export type OfficialVerdict = "equals official release" | "not compared";

/** Compares the program in a fetched tarball with the official release, where the substitution names one and it can be reached. */
export async function officialVerdict(
  tarball: { readonly version: string; readonly sha256: string; readonly what: string },
  { substitution, platform }: { readonly substitution: NpmSubstitution; readonly platform: LockedPlatform },
  ports: Ports,
): Promise<OfficialVerdict> {
  if (substitution.official === null) return "not compared";
  const sha256 = await fileSha256(tarball, substitution.official, ports);
  const { http, cache, signal, offline } = ports;
  const now = () => ports.now().getTime();
  const compared = await compareWithOfficial(
    { version: tarball.version, platform, sha256, offline },
    { http, cache, signal, now },
  );
  return compared.result;
}

/** The SHA-256 of one file of a tarball in the cache; computed once. */
async function fileSha256(
  tarball: { readonly sha256: string; readonly what: string },
  path: string,
  ports: Ports,
): Promise<string> {
  const key = `${tarball.sha256} ${path}`;
  const known = await ports.cache.record("npm-file", key);
  if (typeof known === "string") return known;
  const read = async () => await readFileSha256(tarball, path, ports);
  const sha256 = await blamingEntries(ports.cache, [tarball.sha256], read);
  await ports.cache.writeRecord("npm-file", key, sha256);
  return sha256;
}

async function readFileSha256(
  tarball: { readonly sha256: string; readonly what: string },
  path: string,
  ports: Ports,
): Promise<string> {
  for await (const entry of readNpmTarball(ports.cache.stream(tarball.sha256, ports.signal), { what: tarball.what })) {
    if (entry.path !== path) continue;
    return createHash("sha256").update(entry.content).digest("hex");
  }
  throw new FlowError("FLOW_INPUT_MISSING", `${tarball.what} has no ${path}`, {
    hint: "the package is laid out in another way than catalog/substitutions.yaml expects",
  });
}
