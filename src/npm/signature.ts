import { createPublicKey, verify } from "node:crypto";
import { z } from "zod";
import { registryOf } from "./config.ts";
import { NpmError } from "./error.ts";
import { type PackumentPorts, publishedAt } from "./packument.ts";
import { fetchAddress } from "./registry.ts";
import type { ResolvedNpmPackage } from "./resolve.ts";

/** `verified`: the registry signed this version and the signature is right. `not served`: it serves no keys, or no signature. */
export type SignatureState = "verified" | "not served";

/**
 * Checks the registry's ECDSA signature over `name@version:integrity` with the keys it serves at /-/npm/v1/keys.
 * A key that has expired counts only for what was published before. Throws NPM_SIGNATURE_INVALID, NPM_UNREACHABLE.
 */
export async function checkSignatures(item: ResolvedNpmPackage, ports: PackumentPorts): Promise<SignatureState> {
  if (item.signatures.length === 0) return "not served";
  const keys = await registryKeys(item, ports);
  if (keys.length === 0) return "not served";
  for (const signature of item.signatures) {
    const key = keys.find((candidate) => candidate.keyid === signature.keyid);
    if (key === undefined) throw invalid(item, `by the key ${signature.keyid}, which the registry does not list`);
    if (!isSignedBy(item, signature.sig, key.key))
      throw invalid(item, `with a wrong signature of the key ${key.keyid}`);
    if (await isExpired(item, key, ports))
      throw invalid(item, `by the key ${key.keyid}, which had expired on ${key.expires}`);
  }
  return "verified";
}

type RegistryKey = z.output<typeof keySchema>;

const keySchema = z.object({
  keyid: z.string(),
  keytype: z.literal("ecdsa-sha2-nistp256"),
  /** Base64 of the DER-encoded SubjectPublicKeyInfo. */
  key: z.string(),
  expires: z.string().nullish(),
});

const keysSchema = z.object({ keys: z.array(z.unknown()) });
const keptSchema = z.object({ asOf: z.number(), keys: z.array(keySchema) });
const maximumAge = 24 * 60 * 60 * 1000;
const maximumSize = 256 << 10;

async function registryKeys(item: ResolvedNpmPackage, ports: PackumentPorts): Promise<readonly RegistryKey[]> {
  const url = new URL("-/npm/v1/keys", registryBase(item, ports)).href;
  const kept = keptSchema.safeParse(await ports.cache.record("npm-keys", url)).data ?? null;
  if (kept !== null && ports.now() - kept.asOf < maximumAge) return kept.keys;
  const answer = await fetchAddress(url, ports);
  const keys = answer === null ? [] : readKeys(answer);
  await ports.cache.writeRecord("npm-keys", url, { asOf: ports.now(), keys });
  return keys;
}

function readKeys(answer: Uint8Array): readonly RegistryKey[] {
  if (answer.length > maximumSize) return [];
  let data: unknown;
  try {
    data = JSON.parse(Buffer.from(answer).toString("utf8"));
  } catch {
    return [];
  }
  const listed = keysSchema.safeParse(data).data?.keys ?? [];
  return listed.flatMap((entry) => keySchema.safeParse(entry).data ?? []);
}

/** The configured registry, else what stands before the package's name in its tarball's address. */
function registryBase(item: ResolvedNpmPackage, { config }: PackumentPorts): string {
  const configured = registryOf(item.name, config);
  if (configured !== null) return configured;
  const at = item.tarball.indexOf(`/${item.name}/-/`);
  return at === -1 ? new URL("/", item.tarball).href : item.tarball.slice(0, at + 1);
}

function isSignedBy(item: ResolvedNpmPackage, signature: string, key: string): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
    const message = Buffer.from(`${item.name}@${item.version}:${item.integrity}`);
    return verify("sha256", message, publicKey, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

async function isExpired(item: ResolvedNpmPackage, { expires }: RegistryKey, ports: PackumentPorts): Promise<boolean> {
  if (expires === null || expires === undefined) return false;
  const published = await publishedAt(item.name, item.version, ports);
  return published === null || published >= Date.parse(expires);
}

function invalid(item: ResolvedNpmPackage, how: string): NpmError {
  return new NpmError("NPM_SIGNATURE_INVALID", `${item.name}@${item.version} is signed ${how}`, {
    hint: "do not use it: the registry, or something between, hands out what its owner has not signed",
  });
}
