import { decompress } from "../archive/decompress.ts";
import { createTarParser } from "../archive/tar-read.ts";
import { readDeb } from "../debian/deb.ts";
import { parseIndexedPackage } from "../debian/packages.ts";
import { parseRelease } from "../debian/release.ts";
import { readStanzas } from "../debian/stanza.ts";
import { CodedError } from "../error.ts";
import { download } from "../http/download.ts";
import { AptError } from "./error.ts";
import { type PackagesFile, packagesFile } from "./index/packages-file.ts";
import { type AptOptions, type AptPorts, downloadPorts } from "./ports.ts";
import { mirrorsFor } from "./sources.ts";
import { readTrustedKeys, type SignedText, type TrustedKeys, verifySigned } from "./trust.ts";

/** A signed document of a mirror. */
export interface SignedDocument {
  readonly bytes: Uint8Array;
  /** What it is, for messages. */
  readonly name: string;
  /** The release whose keyring package is taken where the host has no keyring. */
  readonly codename: string;
}

/**
 * Verifies `document` with the pinned keys of the host's keyring or, where that lacks some of them, of the archive's
 * package `debian-archive-keyring`; that one needs no trust, as only pinned keys are taken from it. Throws as
 * `verifySigned`, and APT_KEYRING_MISSING when no keyring can be had.
 */
export async function verifyDocument(
  document: SignedDocument,
  ports: AptPorts,
  options: AptOptions,
): Promise<SignedText> {
  const { pins } = ports.trust;
  const verify = async (keys: TrustedKeys) =>
    await verifySigned(document.bytes, { keys, now: ports.now() + tolerance, name: document.name });
  const host = await ports.trust.keyring();
  const own = host === null ? { keys: [] } : await readTrustedKeys(host, pins);
  if (own.keys.length >= pins.length) return await verify(own);
  const failure = own.keys.length === 0 ? null : await verify(own).catch((cause: unknown) => ({ cause }));
  if (failure !== null && !("cause" in failure)) return failure;
  if (failure !== null && !isKeyUnknown(failure.cause)) throw failure.cause;
  const archive = await archiveKeyring(document, ports, options).catch((cause: unknown) => {
    if (failure !== null && cause instanceof CodedError) throw failure.cause;
    throw cause;
  });
  return await verify(await readTrustedKeys(archive, pins));
}

/** How far, in milliseconds, clocks may disagree. */
export const tolerance = 60 * 60 * 1000;

function isKeyUnknown(cause: unknown): boolean {
  return cause instanceof AptError && cause.code === "APT_KEY_UNKNOWN";
}

const packageName = "debian-archive-keyring";
const recordKind = "apt-keyring";

/** The keyring in the archive's own package, from the cache or from the mirror. */
async function archiveKeyring(document: SignedDocument, ports: AptPorts, options: AptOptions): Promise<Uint8Array> {
  const place = { kind: recordKind, key: document.codename };
  const known = await ports.cache.record(place.kind, place.key);
  const cached = typeof known === "string" ? await ports.cache.read(known).catch(() => null) : null;
  if (cached !== null) return cached;
  if (options.offline === true) throw missing("nothing may be fetched");
  const bytes = await keyringFromMirrors(document.codename, ports, options);
  const { sha256 } = await ports.cache.write([bytes], { name: packageName });
  await ports.cache.writeRecord(place.kind, place.key, sha256);
  return bytes;
}

async function keyringFromMirrors(codename: string, ports: AptPorts, options: AptOptions): Promise<Uint8Array> {
  let failure: CodedError = missing("no mirror is known");
  for (const base of mirrorsFor(ports.mirrors, "release")) {
    try {
      return await keyringFrom({ base, codename }, ports, options);
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      failure = cause;
    }
  }
  throw failure;
}

async function keyringFrom(
  place: { readonly base: string; readonly codename: string },
  ports: AptPorts,
  options: AptOptions,
): Promise<Uint8Array> {
  const { base, codename } = place;
  const fetching = downloadPorts(ports, options);
  const url = `${base}/dists/${codename}/Release`;
  const request = {
    maxBytes: 1 << 24,
    files: true,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const response = await ports.http.request(url, request);
  const body = parseRelease(await response.text(), response.url);
  // The package is the same for every architecture, so each index that has it will do.
  const architecture = body.architectures.find((name) => name !== "all") ?? "all";
  const index = packagesFile(body, { base, suite: codename, component: "main", architecture });
  const { sha256 } = await download({ ...index, files: true }, fetching);
  const found = await findPackage(index, ports.cache.stream(sha256, options.signal));
  const deb = await download(
    {
      urls: [`${base}/${found.filename}`],
      name: packageName,
      sha256: found.sha256,
      size: found.size,
      maxBytes: 1 << 24,
      files: true,
    },
    fetching,
  );
  const bytes = await ports.cache.read(deb.sha256);
  if (bytes === null) throw missing("its package has vanished from the cache");
  return await keyringOfPackage(bytes);
}

async function findPackage(
  index: PackagesFile,
  content: AsyncIterable<Uint8Array>,
): Promise<{ readonly filename: string; readonly sha256: string; readonly size: number }> {
  const limit = { limit: index.unpackedLimit, what: index.name };
  for await (const stanza of readStanzas(decompress(content, limit), limit)) {
    if (stanza.get("Package") === packageName) return parseIndexedPackage(stanza, index.name);
  }
  throw missing("the mirror does not have the package either");
}

async function keyringOfPackage(bytes: Uint8Array): Promise<Uint8Array> {
  const deb = await readDeb(bytes, { what: packageName, dataLimit: 1 << 26 });
  const data = await deb.data();
  const found: Uint8Array[] = [];
  const wanted = /^(\.\/)?usr\/share\/keyrings\/debian-archive-keyring\.(pgp|gpg)$/;
  const parser = createTarParser(
    {
      entry: (header) => (header.type === "file" && wanted.test(header.path) ? 1 << 24 : 0),
      file: (header, content) => {
        if (wanted.test(header.path)) found.push(content);
      },
    },
    { what: packageName, limits: { entries: 10_000 } },
  );
  parser.write(data);
  parser.end();
  const [keyring] = found;
  if (keyring === undefined) throw missing("the archive's package holds none");
  return keyring;
}

function missing(reason: string): AptError {
  return new AptError("APT_KEYRING_MISSING", `there is no keyring to verify Debian's archive with: ${reason}`, {
    hint: "install the package debian-archive-keyring, or run once with access to a mirror",
  });
}
