import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { compressSync } from "@napi-rs/lzma/xz";
import { createCleartextMessage, generateKey, type PrivateKey, readPrivateKey, sign } from "openpgp";
import type { PinnedKey } from "../../src/apt/keys.ts";
import type { DebianArchitecture, DebianPocket } from "../../src/apt/model.ts";
import type { TestFiles } from "./deb.ts";
import { fields, hash, type MadePackage, makePackage } from "./made-package.ts";

/** A binary package of an archive made in a test; relation fields are written as they are. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** Default `all`. */
  readonly architecture?: DebianArchitecture | "all";
  /** `name` or `name (version)`, as in a Source field. */
  readonly source?: string;
  /** Default `release`. */
  readonly pocket?: DebianPocket;
  /** Default `main`. */
  readonly component?: string;
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
  const used = new Set(options.packages.map(({ pocket }) => pocket));
  const pockets: readonly DebianPocket[] = ["release", "updates", "security"];
  const debs: TestArchive["debs"][number][] = [];
  for (const pocket of used.has("backports") ? ([...pockets, "backports"] as const) : pockets) {
    const made = options.packages
      .filter((entry) => (entry.pocket ?? "release") === pocket)
      .map((entry) => makePackage(entry));
    const root = join(options.directory, pocket === "security" ? "debian-security" : "debian");
    for (const { filename, bytes } of made) await write(join(root, filename), bytes);
    for (const { entry, filename, bytes } of made) {
      debs.push({ ...entry, path: join(root, filename), sha256: hash("sha256", bytes), size: bytes.length });
    }
    await writeDebianSuite(root, { options, pocket, key, made });
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

async function writeDebianSuite(
  root: string,
  suite: {
    readonly options: TestArchiveOptions;
    readonly pocket: DebianPocket;
    readonly key: PrivateKey;
    readonly made: readonly MadePackage[];
  },
): Promise<void> {
  const { options, pocket, key, made } = suite;
  const codename = `${options.codename ?? "trixie"}${pocket === "release" ? "" : `-${pocket}`}`;
  const components = [...new Set(["main", ...made.map(({ entry }) => entry.component ?? "main")])];
  await writeSuite(join(root, "dists", codename), {
    ...options,
    key: options.key === "none" ? "none" : key,
    made,
    components,
    fields: [
      ["Origin", "Debian"],
      ["Label", pocket === "security" ? "Debian-Security" : "Debian"],
      ["Suite", `stable${pocket === "release" ? "" : `-${pocket}`}`],
      ["Version", options.version ?? "13.1"],
      ["Codename", codename],
      ["NotAutomatic", pocket === "backports" ? "yes" : undefined],
      ["ButAutomaticUpgrades", pocket === "backports" ? "yes" : undefined],
    ],
  });
}

/** A suite to be written. */
export interface TestSuite
  extends Pick<TestArchiveOptions, "date" | "validUntil" | "architectures" | "indexCompression" | "byHash"> {
  readonly key: PrivateKey | "none";
  readonly made: readonly MadePackage[];
  /** None for a repository that is one folder. */
  readonly components: readonly string[];
  /** The first fields of its Release. */
  readonly fields: readonly (readonly [name: string, value: string | undefined])[];
}

/** Writes Packages files, Release and InRelease of a suite into `folder`. */
export async function writeSuite(folder: string, suite: TestSuite): Promise<void> {
  const { components } = suite;
  const architectures = suite.architectures ?? ["amd64", "arm64"];
  const hashes: string[] = [];
  const add = async (path: string, wanted: (entry: TestPackage) => boolean) => {
    const text = suite.made.filter(({ entry }) => wanted(entry)).map(({ stanza }) => `${stanza}\n`);
    hashes.push(...(await writePackages(folder, { path, text: text.join(""), suite })));
  };
  if (components.length === 0) await add("Packages", () => true);
  for (const component of components)
    for (const architecture of architectures)
      await add(
        `${component}/binary-${architecture}/Packages`,
        (entry) =>
          (entry.component ?? "main") === component && ["all", architecture].includes(entry.architecture ?? "all"),
      );
  const { validUntil } = suite;
  const date = new Date(suite.date ?? "2026-01-10T00:00:00Z");
  const release = fields([
    ...suite.fields,
    ["Date", date.toUTCString().replace("GMT", "UTC")],
    ["Valid-Until", validUntil && new Date(validUntil).toUTCString().replace("GMT", "UTC")],
    ["Acquire-By-Hash", suite.byHash === false ? undefined : "yes"],
    ["Architectures", architectures.join(" ")],
    ["Components", components.length === 0 ? undefined : components.join(" ")],
    ["Description", "An archive made in a test"],
    ["SHA256", `\n${hashes.join("\n")}`],
  ]);
  await write(join(folder, "Release"), release);
  const { key } = suite;
  await write(join(folder, "InRelease"), key === "none" ? release : await clearsign(release, { key, date }));
}

/** Writes one Packages file in the compressions wanted; returns the lines about it for a Release. */
async function writePackages(
  folder: string,
  file: { readonly path: string; readonly text: string; readonly suite: TestSuite },
): Promise<readonly string[]> {
  const { path, suite } = file;
  const plain = Buffer.from(file.text);
  const lines = [` ${hash("sha256", plain)} ${plain.length} ${path}`];
  for (const compression of suite.indexCompression ?? ["xz"]) {
    const bytes = compression === "xz" ? compressSync(plain) : gzipSync(plain);
    lines.push(` ${hash("sha256", bytes)} ${bytes.length} ${path}.${compression}`);
    await write(join(folder, `${path}.${compression}`), bytes);
    if (suite.byHash === false) continue;
    await write(join(folder, dirname(path), "by-hash", "SHA256", hash("sha256", bytes)), bytes);
  }
  return lines;
}

/** Writes a file and the folders it lies in. */
export async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
