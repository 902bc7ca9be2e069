import { parseRelease, type ReleaseBody } from "../debian/release.ts";
import { CodedError } from "../error.ts";
import { fetchCurrent } from "../http/conditional.ts";
import { redactUrl } from "../http/redact.ts";
import { AptError } from "./error.ts";
import { tolerance } from "./keyring.ts";
import type { Pocket, Release } from "./model.ts";
import { type AptOptions, type AptPorts, downloadPorts, isRecent } from "./ports.ts";
import type { SignedText } from "./trust.ts";

/** A suite of any archive: where its InRelease lies, and whose word on it counts. */
export interface SuiteSource {
  /** As answers and messages name it. */
  readonly suite: string;
  readonly codename: string;
  readonly pocket: Pocket;
  /** Base URLs, without slash at the end, in the order to try. */
  readonly bases: readonly string[];
  /** The folder of InRelease below a base, without slashes at its ends; empty for the base itself. */
  readonly folder: string;
  /** Under what the newest InRelease seen is remembered. Other keys, another name: they vouch anew. */
  readonly record: string;
  /** Whether keys that vouched for a remembered InRelease still count. */
  readonly trusts: (signedBy: readonly string[]) => boolean;
  readonly verify: (document: { readonly bytes: Uint8Array; readonly name: string }) => Promise<SignedText>;
  /** Whether an InRelease is of this suite. */
  readonly isOf: (body: ReleaseBody) => boolean;
}

/** A verified release with the files it vouches for. */
export interface VerifiedRelease {
  readonly release: Release;
  readonly body: ReleaseBody;
}

/**
 * Acquires the InRelease of `source` and verifies it: signed by a key that counts, of the suite asked for, neither from
 * the future nor expired nor older than one seen before. Within `maxAge` the one looked at last is used as it is;
 * offline, always. Throws what `source.verify` throws, APT_WRONG_SUITE, APT_NOT_YET_VALID, APT_EXPIRED, APT_ROLLBACK,
 * APT_OFFLINE, DEBIAN_RELEASE_INVALID, or HTTP_….
 */
export async function acquireSigned(
  source: SuiteSource,
  ports: AptPorts,
  options: AptOptions,
): Promise<VerifiedRelease> {
  const known = await readKnown(source, ports);
  const cached = known === null ? null : await openKnown(source, known, ports);
  if (cached !== null && options.offline === true) return cached;
  if (options.offline === true) throw offline(source);
  const recent = known !== null && isRecent(known.checkedAt, ports, options);
  if (cached !== null && recent && !isExpired(cached.body, ports, options)) return cached;
  const failures: CodedError[] = [];
  for (const base of source.bases) {
    try {
      return await acquireFrom(base, { source, known, cached, ports, options });
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      failures.push(cause);
    }
  }
  throw failures.find((failure) => failure instanceof AptError) ?? failures[0] ?? offline(source);
}

interface Attempt {
  readonly source: SuiteSource;
  readonly known: Known | null;
  readonly cached: VerifiedRelease | null;
  readonly ports: AptPorts;
  readonly options: AptOptions;
}

const maxBytes = 1 << 25;

async function acquireFrom(base: string, attempt: Attempt): Promise<VerifiedRelease> {
  const { source, known, cached, ports, options } = attempt;
  const url = [base, source.folder, "InRelease"].filter((part) => part !== "").join("/");
  const name = redactUrl(url);
  const current = await fetchCurrent({ url, name, maxBytes, files: true }, downloadPorts(ports, options));
  if (cached !== null && known?.sha256 === current.sha256) {
    refuseUntimely(cached.body, { name, ports, options });
    await writeKnown(source, { ...known, checkedAt: ports.now() }, ports);
    return cached;
  }
  const bytes = await ports.cache.read(current.sha256);
  if (bytes === null) throw offline(source);
  const signed = await source.verify({ bytes, name });
  const body = parseRelease(signed.text, name);
  refuseOther(body, { source, name });
  refuseUntimely(body, { name, ports, options });
  if (known !== null && body.date < known.date) throw rollback(name, body.date, known.date);
  const text = await ports.cache.write([Buffer.from(signed.text, "utf8")], { name });
  const found: Known = {
    sha256: current.sha256,
    text: text.sha256,
    signedBy: signed.signedBy,
    mirror: redactUrl(base),
    checkedAt: ports.now(),
    date: body.date,
  };
  await writeKnown(source, found, ports);
  return { release: describe(source, body, found), body };
}

/** What is remembered of a suite: the newest release seen, and when a mirror was last asked. */
interface Known {
  /** Of the InRelease as it came. */
  readonly sha256: string;
  /** Of what is signed in it, which lies in the cache by itself so that it need not be verified again. */
  readonly text: string;
  readonly signedBy: readonly string[];
  readonly mirror: string;
  readonly checkedAt: number;
  readonly date: string;
}

const knownKind = "apt-release";

async function writeKnown(source: SuiteSource, known: Known, ports: AptPorts): Promise<void> {
  await ports.cache.writeRecord(knownKind, source.record, known);
}

/** What is remembered, if the keys that vouched for it still count. */
async function readKnown(source: SuiteSource, ports: AptPorts): Promise<Known | null> {
  const value = await ports.cache.record(knownKind, source.record);
  return isKnown(value) && source.trusts(value.signedBy) ? value : null;
}

/** The remembered release, if it is still whole in the cache. */
async function openKnown(source: SuiteSource, known: Known, ports: AptPorts): Promise<VerifiedRelease | null> {
  const text = await ports.cache.read(known.text).catch((cause: unknown) => {
    if (cause instanceof CodedError) return null;
    throw cause;
  });
  if (text === null) return null;
  const body = parseRelease(Buffer.from(text).toString("utf8"), source.suite);
  return { release: describe(source, body, known), body };
}

/** The seal vouches for the values; this tells only which version of the program wrote them. */
function isKnown(value: unknown): value is Known {
  if (typeof value !== "object" || value === null) return false;
  const fields = { sha256: 0, text: 0, signedBy: 0, mirror: 0, checkedAt: "", date: 0, ...value };
  return (
    typeof fields.sha256 === "string" &&
    typeof fields.text === "string" &&
    Array.isArray(fields.signedBy) &&
    typeof fields.mirror === "string" &&
    typeof fields.checkedAt === "number" &&
    typeof fields.date === "string"
  );
}

function describe(source: SuiteSource, body: ReleaseBody, known: Known): Release {
  return {
    suite: source.suite,
    codename: source.codename,
    pocket: source.pocket,
    version: body.version,
    date: body.date,
    validUntil: body.validUntil,
    sha256: known.sha256,
    mirror: known.mirror,
    signedBy: known.signedBy,
    automatic: !body.notAutomatic,
  };
}

function refuseOther(body: ReleaseBody, asked: { readonly source: SuiteSource; readonly name: string }): void {
  const { source, name } = asked;
  if (source.isOf(body)) return;
  const found = body.codename ?? body.suite ?? "no suite";
  throw new AptError("APT_WRONG_SUITE", `${name} is of ${found}, not ${source.suite}`, {
    hint: "the mirror serves one suite in place of another; use another mirror",
  });
}

interface Moment {
  readonly name: string;
  readonly ports: AptPorts;
  readonly options: AptOptions;
}

function refuseUntimely(body: ReleaseBody, { name, ports, options }: Moment): void {
  if (Date.parse(body.date) > ports.now() + tolerance) {
    throw new AptError("APT_NOT_YET_VALID", `${name} is dated ${body.date}, which is in the future`, {
      hint: "set this machine's clock",
    });
  }
  if (isExpired(body, ports, options)) {
    throw new AptError("APT_EXPIRED", `${name} was valid until ${body.validUntil} only`, {
      hint: "the mirror is not updated any more, or something keeps updates back; use another mirror",
    });
  }
}

function isExpired(body: ReleaseBody, ports: AptPorts, options: AptOptions): boolean {
  return options.acceptExpired !== true && body.validUntil !== null && Date.parse(body.validUntil) < ports.now();
}

function rollback(name: string, date: string, newest: string): AptError {
  return new AptError("APT_ROLLBACK", `${name} is of ${date}, but one of ${newest} has been seen before`, {
    hint: "the mirror has fallen behind, or something replays an old release; use another mirror",
  });
}

function offline(source: SuiteSource): AptError {
  return new AptError("APT_OFFLINE", `the suite ${source.suite} is not in the cache`, {
    hint: "run once with access to a mirror",
  });
}
