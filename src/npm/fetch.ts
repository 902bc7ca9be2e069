import { createHash } from "node:crypto";
import { z } from "zod";
import { NpmError } from "./error.ts";
import type { PackumentPorts } from "./packument.ts";
import { streamTarball } from "./registry.ts";
import type { ResolvedNpmPackage } from "./resolve.ts";
import { checkSignatures, type SignatureState } from "./signature.ts";

/** A tarball in the cache. `sha256` is in hex, `size` in bytes. */
export interface FetchedNpmPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly sha256: string;
  readonly size: number;
  readonly signatures: SignatureState;
}

/** Where a tarball lies and what it must be. */
export type Tarball = Omit<ResolvedNpmPackage, "signatures">;

/** How to fetch: `offline` asks nobody, and takes what an earlier signature check found. */
export interface FetchNpmOptions {
  readonly offline?: boolean;
}

/**
 * Brings a package's tarball into the cache: its bytes have the sha512 the registry announced, and its signatures are
 * right where the registry serves them. Throws NPM_INTEGRITY, NPM_SIGNATURE_INVALID, NPM_NOT_FOUND, NPM_UNREACHABLE.
 */
export async function fetchNpm(
  item: ResolvedNpmPackage,
  ports: PackumentPorts,
  options: FetchNpmOptions = {},
): Promise<FetchedNpmPackage> {
  const { name, version, integrity } = item;
  const key = `${name}@${version} ${integrity}`;
  const kept = keptSchema.safeParse(await ports.cache.record("npm-tarball", key)).data ?? null;
  const isHere = kept !== null && (await ports.cache.path(kept.sha256)) !== null;
  if (options.offline === true) {
    if (isHere) return { name, version, integrity, ...kept };
    throw absent(item);
  }
  const signatures = kept?.signatures === "verified" ? "verified" : await checkSignatures(item, ports);
  const { sha256, size } = isHere ? kept : await downloadTarball(item, ports);
  const fetched = { sha256, size, signatures };
  await ports.cache.writeRecord("npm-tarball", key, fetched);
  return { name, version, integrity, ...fetched };
}

const keptSchema = z.object({ sha256: z.string(), size: z.number(), signatures: z.enum(["verified", "not served"]) });

const maximumSize = 512 << 20;

/**
 * Brings the tarball at an address into the cache, with nothing to vouch for it but its sha512. Throws NPM_INTEGRITY,
 * NPM_NOT_FOUND, NPM_UNREACHABLE.
 */
export async function downloadTarball(item: Tarball, ports: PackumentPorts): Promise<{ sha256: string; size: number }> {
  const what = `${item.name}@${item.version}`;
  const request = { name: what, url: item.tarball, integrity: item.integrity };
  return await streamTarball(request, async (content) => await ports.cache.write(checked(content, item)), ports);
}

/** Passes a tarball on and fails at its end when its sha512 is not the announced one, so that nothing of it is kept. */
async function* checked(content: AsyncIterable<Uint8Array>, item: Tarball): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha512");
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > maximumSize) throw mismatch(item, `is larger than ${maximumSize} bytes`);
    hash.update(chunk);
    yield chunk;
  }
  const integrity = `sha512-${hash.digest("base64")}`;
  if (integrity !== item.integrity) throw mismatch(item, `has the integrity ${integrity}, not ${item.integrity}`);
}

function mismatch(item: Tarball, what: string): NpmError {
  return new NpmError("NPM_INTEGRITY", `the tarball of ${item.name}@${item.version} ${what}`, {
    hint: "try again; if it stays, the registry or a proxy before it hands out altered content",
  });
}

function absent(item: ResolvedNpmPackage): NpmError {
  return new NpmError("NPM_UNREACHABLE", `${item.name}@${item.version} is not in the cache`, {
    hint: "run the command once with network access",
  });
}
