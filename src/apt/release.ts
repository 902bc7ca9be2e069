import { parseRelease, type ReleaseBody } from "../debian/release.ts";
import { CodedError } from "../error.ts";
import { fetchCurrent } from "../http/conditional.ts";
import { redactUrl } from "../http/redact.ts";
import { AptError } from "./error.ts";
import { tolerance, verifyDocument } from "./keyring.ts";
import type { Pocket, Release } from "./model.ts";
import { type AptOptions, type AptPorts, downloadPorts } from "./ports.ts";
import { mirrorsFor } from "./sources.ts";

/** Which suite: `trixie` and its pocket. */
export interface SuiteChoice {
  readonly codename: string;
  readonly pocket: Pocket;
}

/** A verified release with the files it vouches for. */
export interface VerifiedRelease {
  readonly release: Release;
  readonly body: ReleaseBody;
}

/** The suite's name in the archive: `trixie`, `trixie-updates`, `trixie-security`. */
export function suiteName(choice: SuiteChoice): string {
  return choice.pocket === "release" ? choice.codename : `${choice.codename}-${choice.pocket}`;
}

/**
 * Acquires a suite's InRelease and verifies it: signed by a pinned key, of the suite asked for, neither from the future
 * nor expired nor older than one seen before. Within `maxAge` the one looked at last is used as it is; offline, always.
 * The mirrors are tried in order. Throws APT_UNSIGNED, APT_KEY_UNKNOWN, APT_SIGNATURE_INVALID, APT_KEYRING_MISSING,
 * APT_WRONG_SUITE, APT_NOT_YET_VALID, APT_EXPIRED, APT_ROLLBACK, APT_OFFLINE, DEBIAN_RELEASE_INVALID, or HTTP_….
 */
export async function acquireRelease(
  choice: SuiteChoice,
  ports: AptPorts,
  options: AptOptions = {},
): Promise<VerifiedRelease> {
  const known = await readKnown(choice, ports);
  const cached = known === null ? null : await openKnown(choice, known, ports);
  const age = known === null ? null : ports.now() - known.checkedAt;
  if (cached !== null && options.offline === true) return cached;
  if (options.offline === true) throw offline(choice);
  const recent = age !== null && age >= 0 && age < (options.maxAge ?? 0);
  if (cached !== null && recent && !isExpired(cached.body, ports, options)) return cached;
  const failures: CodedError[] = [];
  for (const base of mirrorsFor(ports.mirrors, choice.pocket)) {
    try {
      return await acquireFrom(base, { choice, known, cached, ports, options });
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      failures.push(cause);
    }
  }
  throw failures.find((failure) => failure instanceof AptError) ?? failures[0] ?? offline(choice);
}

interface Attempt {
  readonly choice: SuiteChoice;
  readonly known: Known | null;
  readonly cached: VerifiedRelease | null;
  readonly ports: AptPorts;
  readonly options: AptOptions;
}

const maxBytes = 1 << 25;

async function acquireFrom(base: string, attempt: Attempt): Promise<VerifiedRelease> {
  const { choice, known, cached, ports, options } = attempt;
  const url = `${base}/dists/${suiteName(choice)}/InRelease`;
  const name = redactUrl(url);
  const current = await fetchCurrent({ url, name, maxBytes, files: true }, downloadPorts(ports, options));
  if (cached !== null && known?.sha256 === current.sha256) {
    refuseUntimely(cached.body, { name, ports, options });
    await writeKnown(choice, { ...known, checkedAt: ports.now() }, ports);
    return cached;
  }
  const bytes = await ports.cache.read(current.sha256);
  if (bytes === null) throw offline(choice);
  const signed = await verifyDocument({ bytes, name, codename: choice.codename }, ports, options);
  const body = parseRelease(signed.text, name);
  refuseOther(body, { choice, name });
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
  await writeKnown(choice, found, ports);
  return { release: describe(choice, body, found), body };
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

async function writeKnown(choice: SuiteChoice, known: Known, ports: AptPorts): Promise<void> {
  await ports.cache.writeRecord(knownKind, suiteName(choice), known);
}

/** What is remembered, if the keys that vouched for it are still pinned. */
async function readKnown(choice: SuiteChoice, ports: AptPorts): Promise<Known | null> {
  const value = await ports.cache.record(knownKind, suiteName(choice));
  if (!isKnown(value)) return null;
  const pinned = new Set(ports.trust.pins.map((pin) => pin.fingerprint));
  return value.signedBy.some((key) => pinned.has(key)) ? value : null;
}

/** The remembered release, if it is still whole in the cache. */
async function openKnown(choice: SuiteChoice, known: Known, ports: AptPorts): Promise<VerifiedRelease | null> {
  const text = await ports.cache.read(known.text).catch((cause: unknown) => {
    if (cause instanceof CodedError) return null;
    throw cause;
  });
  if (text === null) return null;
  const body = parseRelease(Buffer.from(text).toString("utf8"), suiteName(choice));
  return { release: describe(choice, body, known), body };
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

function describe(choice: SuiteChoice, body: ReleaseBody, known: Known): Release {
  return {
    suite: suiteName(choice),
    codename: choice.codename,
    pocket: choice.pocket,
    version: body.version,
    date: body.date,
    validUntil: body.validUntil,
    sha256: known.sha256,
    mirror: known.mirror,
    signedBy: known.signedBy,
  };
}

function refuseOther(body: ReleaseBody, asked: { readonly choice: SuiteChoice; readonly name: string }): void {
  const wanted = suiteName(asked.choice);
  if (body.codename === wanted || body.suite === wanted) return;
  throw new AptError(
    "APT_WRONG_SUITE",
    `${asked.name} is of ${body.codename ?? body.suite ?? "no suite"}, not ${wanted}`,
    {
      hint: "the mirror serves one suite in place of another; use another mirror",
    },
  );
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

function offline(choice: SuiteChoice): AptError {
  return new AptError("APT_OFFLINE", `the suite ${suiteName(choice)} is not in the cache`, {
    hint: "run once with access to a mirror",
  });
}
