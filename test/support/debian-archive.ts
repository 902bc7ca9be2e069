import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { compressSync } from "@napi-rs/lzma/xz";
import { createCleartextMessage, generateKey, type PrivateKey, readPrivateKey, sign } from "openpgp";
import type { PinnedKey } from "../../src/apt/keys.ts";
import type { DebianArchitecture, Pocket } from "../../src/apt/model.ts";
import { makeDeb, type TestFiles } from "./deb.ts";

/** A binary package of an archive made in a test; relation fields are written as they are. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** Default `all`. */
  readonly architecture?: DebianArchitecture | "all";
  /** `name` or `name (version)`, as in a Source field. */
  readonly source?: string;
  /** Default `release`. */
  readonly pocket?: Pocket;
  readonly depends?: string;
  readonly preDepends?: string;
  readonly recommends?: string;
  readonly provides?: string;
  readonly conflicts?: string;
  readonly breaks?: string;
  readonly replaces?: string;
  /** Default `optional`. */
  readonly priority?: string;
  readonly section?: string;
  readonly essential?: boolean;
  readonly multiArch?: string;
  readonly description?: string;
  /** Default: one file, usr/share/doc/NAME/copyright. */
  readonly files?: TestFiles;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly compression?: "xz" | "none";
}

/** How to make an archive. */
export interface TestArchiveOptions {
  /** An empty folder to make it in. */
  readonly directory: string;
  readonly packages: readonly TestPackage[];
  /** Default `trixie`. */
  readonly codename?: string;
  /** Default `13.1`. */
  readonly version?: string;
  /** ISO 8601, default 2026-01-10T00:00:00Z: the Date of the Release files and of their signatures. */
  readonly date?: string;
  /** ISO 8601; none by default. */
  readonly validUntil?: string;
  /** Default the checked-in test key; `none` leaves InRelease unsigned. */
  readonly key?: PrivateKey | "none";
  readonly architectures?: readonly DebianArchitecture[];
  /** Default xz alone; gzip's bytes depend on the version of zlib. */
  readonly indexCompression?: readonly ("xz" | "gz")[];
  /** Default true: indices also lie under by-hash/SHA256. */
  readonly byHash?: boolean;
}

/** An archive on disk: main and updates below `debian`, security below `debian-security`. */
export interface TestArchive {
  readonly directory: string;
  /** `file:` URLs of the two trees. */
  readonly mirrors: { readonly main: readonly string[]; readonly security: readonly string[] };
  /** The public key in binary, and the pin that trusts it. */
  readonly keyring: Uint8Array;
  readonly pins: readonly PinnedKey[];
  /** The made packages. `path` is absolute. */
  readonly debs: readonly (TestPackage & { readonly path: string; readonly sha256: string; readonly size: number })[];
}

const keyFile = new URL("../fixtures/keys/test-archive.private.asc", import.meta.url);

/** The private key whose archives come out the same on every machine. It is public: trust it nowhere else. */
export async function testKey(): Promise<PrivateKey> {
  return await readPrivateKey({ armoredKey: await readFile(keyFile, "utf8") });
}

/** A key that nobody pinned. */
export async function strangerKey(): Promise<PrivateKey> {
  const { privateKey } = await generateKey({
    userIDs: [{ name: "A stranger" }],
    date: new Date("2020-01-01T00:00:00Z"),
    format: "object",
  });
  return privateKey;
}

/** Makes a real, signed Debian archive: .debs, Packages, Release, InRelease, by-hash. Deterministic for a given key. */
export async function makeDebianArchive(options: TestArchiveOptions): Promise<TestArchive> {
  const key = options.key === undefined || options.key === "none" ? await testKey() : options.key;
  const pockets: readonly Pocket[] = ["release", "updates", "security"];
  const debs: TestArchive["debs"][number][] = [];
  for (const pocket of pockets) {
    const made = options.packages
      .filter((entry) => (entry.pocket ?? "release") === pocket)
      .map((entry) => makePackage(entry));
    const root = join(options.directory, pocket === "security" ? "debian-security" : "debian");
    for (const { filename, bytes } of made) await write(join(root, filename), bytes);
    for (const { entry, filename, bytes } of made) {
      debs.push({ ...entry, path: join(root, filename), sha256: hash("sha256", bytes), size: bytes.length });
    }
    await writeSuite(root, { options, pocket, key, stanzas: made });
  }
  return {
    directory: options.directory,
    mirrors: {
      main: [pathToFileURL(join(options.directory, "debian")).href],
      security: [pathToFileURL(join(options.directory, "debian-security")).href],
    },
    keyring: key.toPublic().write(),
    pins: [{ fingerprint: key.getFingerprint().toUpperCase(), name: "Test key" }],
    debs,
  };
}

/** Signs `text` as an InRelease is signed. */
export async function clearsign(
  text: string,
  options: { readonly key: PrivateKey | PrivateKey[]; readonly date: Date },
): Promise<string> {
  return await sign({
    message: await createCleartextMessage({ text }),
    signingKeys: options.key,
    date: options.date,
    config: { nonDeterministicSignaturesViaNotation: false },
  });
}

/** The folder that a `file:` URL of `TestArchive.mirrors` names. */
export function mirrorFolder(url: string | undefined): string {
  return fileURLToPath(url ?? "");
}

interface Made {
  readonly entry: TestPackage;
  readonly filename: string;
  readonly bytes: Uint8Array;
  readonly stanza: string;
}

function makePackage(entry: TestPackage): Made {
  const architecture = entry.architecture ?? "all";
  const source = entry.source?.split(" ")[0] ?? entry.name;
  const initial = source.startsWith("lib") ? source.slice(0, 4) : source.slice(0, 1);
  const version = entry.version.replace(/^\d+:/, "");
  const filename = `pool/main/${initial}/${source}/${entry.name}_${version}_${architecture}.deb`;
  const control = fields([
    ["Package", entry.name],
    ["Source", entry.source],
    ["Version", entry.version],
    ["Architecture", architecture],
    ["Essential", entry.essential === true ? "yes" : undefined],
    ["Multi-Arch", entry.multiArch],
    ["Maintainer", "Test Maintainer <test@example.invalid>"],
    ["Installed-Size", "12"],
    ["Pre-Depends", entry.preDepends],
    ["Depends", entry.depends],
    ["Recommends", entry.recommends],
    ["Provides", entry.provides],
    ["Conflicts", entry.conflicts],
    ["Breaks", entry.breaks],
    ["Replaces", entry.replaces],
    ["Section", entry.section ?? "misc"],
    ["Priority", entry.priority ?? "optional"],
    [
      "Description",
      entry.description ?? `package ${entry.name} of a test\n Its long description\n .\n has two paragraphs.`,
    ],
  ]);
  const files = entry.files ?? { [`usr/share/doc/${entry.name}/copyright`]: "License: public-domain\n" };
  const bytes = makeDeb({
    control,
    files,
    ...(entry.scripts === undefined ? {} : { scripts: entry.scripts }),
    ...(entry.compression === undefined ? {} : { compression: entry.compression }),
  });
  const place = fields([
    ["Filename", filename],
    ["Size", String(bytes.length)],
    ["MD5sum", hash("md5", bytes)],
    ["SHA256", hash("sha256", bytes)],
  ]);
  return { entry, filename, bytes, stanza: control + place };
}

async function writeSuite(
  root: string,
  suite: {
    readonly options: TestArchiveOptions;
    readonly pocket: Pocket;
    readonly key: PrivateKey;
    readonly stanzas: readonly Made[];
  },
): Promise<void> {
  const { options, pocket } = suite;
  const codename = `${options.codename ?? "trixie"}${pocket === "release" ? "" : `-${pocket}`}`;
  const folder = join(root, "dists", codename);
  const architectures = options.architectures ?? ["amd64", "arm64"];
  const hashes: string[] = [];
  for (const architecture of architectures) {
    const text = suite.stanzas
      .filter(({ entry }) => ["all", architecture].includes(entry.architecture ?? "all"))
      .map(({ stanza }) => `${stanza}\n`)
      .join("");
    const plain = Buffer.from(text);
    const path = `main/binary-${architecture}/Packages`;
    hashes.push(` ${hash("sha256", plain)} ${plain.length} ${path}`);
    for (const compression of options.indexCompression ?? ["xz"]) {
      const bytes = compression === "xz" ? compressSync(plain) : gzipSync(plain);
      hashes.push(` ${hash("sha256", bytes)} ${bytes.length} ${path}.${compression}`);
      await write(join(folder, `${path}.${compression}`), bytes);
      if (options.byHash === false) continue;
      await write(join(folder, dirname(path), "by-hash", "SHA256", hash("sha256", bytes)), bytes);
    }
  }
  const date = new Date(options.date ?? "2026-01-10T00:00:00Z");
  const release = fields([
    ["Origin", "Debian"],
    ["Label", pocket === "security" ? "Debian-Security" : "Debian"],
    ["Suite", `stable${pocket === "release" ? "" : `-${pocket}`}`],
    ["Version", options.version ?? "13.1"],
    ["Codename", codename],
    ["Date", date.toUTCString().replace("GMT", "UTC")],
    ["Valid-Until", options.validUntil && new Date(options.validUntil).toUTCString().replace("GMT", "UTC")],
    ["Acquire-By-Hash", options.byHash === false ? undefined : "yes"],
    ["Architectures", architectures.join(" ")],
    ["Components", "main"],
    ["Description", "An archive made in a test"],
    ["SHA256", `\n${hashes.join("\n")}`],
  ]);
  await write(join(folder, "Release"), release);
  await write(
    join(folder, "InRelease"),
    options.key === "none" ? release : await clearsign(release, { ...suite, date }),
  );
}

function fields(entries: readonly (readonly [name: string, value: string | undefined])[]): string {
  return entries
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}:${value?.startsWith("\n") === true ? "" : " "}${value}\n`)
    .join("");
}

function hash(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
