import { createHash } from "node:crypto";
import { z } from "zod";
import { observed } from "../archive/bytes.ts";
import { readTar } from "../archive/tar-read.ts";
import { unxz } from "../archive/xz.ts";
import type { Cache } from "../cache/cache.ts";
import { HttpError } from "../http/error.ts";
import type { Http } from "../http/fetch.ts";
import { NpmError } from "./error.ts";
import { nodeReleaseFingerprints, nodeReleaseKeyUrl, readPinnedKeys, verifiedText } from "./release-keys.ts";

/** A program that claims to be the one of an official Node.js release. */
export interface OfficialRequest {
  /** `24.21.0`. */
  readonly version: string;
  readonly platform: "linux/amd64" | "linux/arm64";
  /** SHA-256 (hex) of the program file. */
  readonly sha256: string;
  /** Asks nobody; only an earlier comparison counts. */
  readonly offline?: boolean;
}

/** The outcome in the words that lock, bill of materials and report use; `reason` says why nothing was compared. */
export type OfficialComparison =
  | { readonly result: "equals official release" }
  | { readonly result: "not compared"; readonly reason: string };

/** What the comparison works with. */
export interface OfficialPorts {
  readonly http: Http;
  readonly cache: Cache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
  /** Where releases lie; default https://nodejs.org/dist/. */
  readonly releases?: string;
  /** Whose signatures count, and where their keys are; default the Node.js release team's. */
  readonly fingerprints?: readonly string[];
  readonly keyUrl?: (fingerprint: string) => string;
}

/**
 * Compares a Node program with bin/node of the official release: SHASUMS256.txt signed by a release key, the archive
 * with the sum listed there, the file with the same SHA-256. Throws NPM_OFFICIAL_MISMATCH when they differ. Where
 * anything is out of reach the answer is `not compared`, within two seconds for a host that does not answer; that is
 * remembered for a day, a found equality for good.
 */
export async function compareWithOfficial(request: OfficialRequest, ports: OfficialPorts): Promise<OfficialComparison> {
  const key = `${request.version} ${request.platform} ${request.sha256}`;
  const kept = keptSchema.safeParse(await ports.cache.record("node-official", key)).data ?? null;
  if (kept?.result === "equals official release") return { result: kept.result };
  if (kept !== null && ports.now() - kept.at < maximumAge) return { result: kept.result, reason: kept.reason };
  if (request.offline === true) return notCompared("no network is to be used");
  const outcome = await compare(request, ports);
  await ports.cache.writeRecord("node-official", key, { reason: "", ...outcome, at: ports.now() });
  return outcome;
}

const maximumAge = 24 * 60 * 60 * 1000;
const patience = 2_000;
const listSize = 256 << 10;
const archiveSize = 256 << 20;
const unpackedSize = 2 ** 31;

const keptSchema = z.object({
  result: z.enum(["equals official release", "not compared"]),
  reason: z.string(),
  at: z.number(),
});

async function compare(request: OfficialRequest, ports: OfficialPorts): Promise<OfficialComparison> {
  const folder = `${ports.releases ?? "https://nodejs.org/dist/"}v${request.version}/`;
  const signed = await fetchText(`${folder}SHASUMS256.txt.asc`, ports);
  if (signed === null) return notCompared("the official release's list of sums cannot be reached");
  const list = await verifyList(signed, ports);
  if (list === null) return notCompared("no known release key has signed the list of sums, or none can be reached");

  const file = `node-v${request.version}-linux-${request.platform === "linux/amd64" ? "x64" : "arm64"}.tar.xz`;
  const expected = sumOf(file, list);
  if (expected === null) return notCompared(`the release has no ${file}`);
  const found = await hashProgram(`${folder}${file}`, ports);
  if (found === null) return notCompared(`${file} cannot be reached`);
  if (found.archive !== expected) return notCompared(`${file} is not the one that was signed`);
  if (found.program === request.sha256) return { result: "equals official release" };
  throw mismatch(request, found.program);
}

async function verifyList(signed: string, ports: OfficialPorts): Promise<string | null> {
  const fingerprints = ports.fingerprints ?? nodeReleaseFingerprints;
  const urls = fingerprints.map((fingerprint) => (ports.keyUrl ?? nodeReleaseKeyUrl)(fingerprint));
  const armored = await Promise.all(urls.map(async (url) => await fetchText(url, ports)));
  const keys = await Promise.all(
    armored.map(async (text) => (text === null ? [] : await readPinnedKeys(text, fingerprints))),
  );
  return await verifiedText(signed, keys.flat(), ports.now());
}

/** The sum of `file` in a list of `<sha256>  <name>` lines. */
function sumOf(file: string, list: string): string | null {
  for (const line of list.split(/\r?\n/)) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
    if (name === file && sum !== undefined) return sum;
  }
  return null;
}

/** SHA-256 of an archive and of the bin/node in it; null when it cannot be had or read. */
async function hashProgram(url: string, ports: OfficialPorts): Promise<{ archive: string; program: string } | null> {
  try {
    const response = await ports.http.request(url, { maxBytes: archiveSize, ...signalOf(ports) });
    const archive = createHash("sha256");
    const tar = unxz(
      observed(response.body, (chunk) => archive.update(chunk)),
      { limit: unpackedSize, what: url },
    );
    let program: string | null = null;
    for await (const { header, content } of readTar(tar, { what: url })) {
      if (header.type !== "file" || !/^[^/]+\/bin\/node$/.test(header.path)) continue;
      const hash = createHash("sha256");
      for await (const chunk of content) hash.update(chunk);
      program = hash.digest("hex");
    }
    return program === null ? null : { archive: archive.digest("hex"), program };
  } catch {
    if (ports.signal?.aborted === true) throw ports.signal.reason;
    return null;
  }
}

/** A small text, or null when it is not to be had within two seconds. */
async function fetchText(url: string, ports: OfficialPorts): Promise<string | null> {
  const deadline = AbortSignal.timeout(patience);
  const signal = ports.signal === undefined ? deadline : AbortSignal.any([ports.signal, deadline]);
  try {
    const response = await ports.http.request(url, { retry: false, maxBytes: listSize, signal });
    return await response.text();
  } catch (cause) {
    if (ports.signal?.aborted === true) throw ports.signal.reason;
    if (cause instanceof HttpError || deadline.aborted) return null;
    throw cause;
  }
}

function signalOf({ signal }: OfficialPorts): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function notCompared(reason: string): OfficialComparison {
  return { result: "not compared", reason };
}

function mismatch(request: OfficialRequest, official: string): NpmError {
  const { version, platform, sha256 } = request;
  return new NpmError(
    "NPM_OFFICIAL_MISMATCH",
    `node ${version} for ${platform} has the SHA-256 ${sha256}, the official release ${official}`,
    { hint: "do not use it: the repackaged program is not the one Node.js has released" },
  );
}
