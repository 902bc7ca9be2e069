import { registryOf } from "./config.ts";
import { NpmError } from "./error.ts";
import { downloadTarball, fetchNpm } from "./fetch.ts";
import { type Freshness, type PackumentPorts, type PublishedPackage, readPackage } from "./packument.ts";

/** A tarball that is known by its hashes: `integrity` is `sha512-…`, `sha256` in hex. */
export interface KnownTarball {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly sha256: string;
}

/** Whether a tarball is in the cache now, or why it is not. */
export type KnownOutcome = { readonly kind: "fetched" } | { readonly kind: "missing"; readonly reason: string };

/**
 * Brings a tarball that is known by its hashes into the cache: from the cache itself, from the address the registry
 * gives for its version, or, when the version has been withdrawn, from where the registry keeps tarballs by convention.
 * Throws NPM_SIGNATURE_INVALID.
 */
export async function fetchKnown(
  item: KnownTarball,
  freshness: Freshness,
  ports: PackumentPorts,
): Promise<KnownOutcome> {
  if ((await ports.cache.path(item.sha256)) !== null) return { kind: "fetched" };
  if (freshness.offline === true) return { kind: "missing", reason: "not in the cache" };
  try {
    return await fromRegistry(item, freshness, ports);
  } catch (cause) {
    if (!(cause instanceof NpmError) || !lacking.has(cause.code)) throw cause;
    return { kind: "missing", reason: cause.message };
  }
}

const lacking = new Set(["NPM_NOT_FOUND", "NPM_UNREACHABLE", "NPM_ANSWER_INVALID", "NPM_INTEGRITY"]);

async function fromRegistry(item: KnownTarball, freshness: Freshness, ports: PackumentPorts): Promise<KnownOutcome> {
  const published = await readPackage(item.name, freshness, ports).catch((cause: unknown) => {
    if (cause instanceof NpmError && cause.code === "NPM_NOT_FOUND") return null;
    throw cause;
  });
  const found = published?.versions.find(({ version }) => version === item.version);
  if (found === undefined) return await withdrawn(item, published, ports);
  if (found.integrity !== item.integrity) return other(`the registry announces ${found.integrity}`);
  return judge(item, await fetchNpm({ name: item.name, ...found }, ports));
}

async function withdrawn(
  item: KnownTarball,
  published: PublishedPackage | null,
  ports: PackumentPorts,
): Promise<KnownOutcome> {
  const tarball = conventionalAddress(item, published, ports);
  if (tarball === null) return { kind: "missing", reason: "the registry has no such version (any more)" };
  const { name, version, integrity } = item;
  return judge(item, await downloadTarball({ name, version, integrity, tarball }, ports));
}

function judge({ sha256 }: KnownTarball, fetched: { readonly sha256: string }): KnownOutcome {
  return fetched.sha256 === sha256 ? { kind: "fetched" } : other(`the registry's has the SHA-256 ${fetched.sha256}`);
}

function other(told: string): KnownOutcome {
  return { kind: "missing", reason: `there is another tarball under this version: ${told}` };
}

/** Where the tarball of another version lies, with this version in its name; else `<registry>/<name>/-/<name>-<version>.tgz`. */
function conventionalAddress(
  { name, version }: KnownTarball,
  published: PublishedPackage | null,
  { config }: PackumentPorts,
): string | null {
  const base = name.split("/").at(-1) ?? name;
  for (const sibling of published?.versions ?? []) {
    const ending = `/${base}-${sibling.version}.tgz`;
    if (sibling.tarball.endsWith(ending)) return `${sibling.tarball.slice(0, -ending.length)}/${base}-${version}.tgz`;
  }
  const registry = registryOf(name, config);
  return registry === null ? null : new URL(`${name}/-/${base}-${version}.tgz`, registry).href;
}
