import { type ArMember, readAr } from "../archive/ar-read.ts";
import type { Bytes } from "../archive/bytes.ts";
import { fromBytes } from "../archive/bytes.ts";
import { decompress, decompressBytes } from "../archive/decompress.ts";
import { createTarParser } from "../archive/tar-read.ts";
import { CodedError } from "../error.ts";
import { DebianError } from "./error.ts";
import { parseStanza, type Stanza } from "./stanza.ts";

/** A binary package (deb(5)). */
export interface Deb {
  /** The control member's files by name: `control`, `md5sums`, `conffiles`, `triggers`, scripts. */
  readonly control: ReadonlyMap<string, Uint8Array>;
  readonly controlStanza: Stanza;
  /** Unpacked bytes of the data member: a tar archive. Decompressed anew by each call. Throws DEB_INVALID. */
  data(): Promise<Uint8Array>;
  /** The same as a stream, which fails with the archive's own errors: XZ_INVALID, ARCHIVE_TOO_LARGE and so on. */
  dataStream(): Bytes;
}

/** The package's name for messages, and bounds in bytes of unpacked content. */
export interface DebOptions {
  readonly what: string;
  /** 64 MiB unless given. */
  readonly controlLimit?: number;
  /** 4 GiB unless given. */
  readonly dataLimit?: number;
}

/**
 * Reads a .deb of format 2.x, its members plain or compressed with gzip, xz or Zstandard. Data is unpacked only when
 * asked for. Throws DEB_INVALID, naming the package.
 */
export async function readDeb(bytes: Uint8Array, options: DebOptions): Promise<Deb> {
  const { what, controlLimit = 2 ** 26, dataLimit = 2 ** 32 } = options;
  return await named(what, async () => {
    const { control, data } = findMembers(readAr(bytes, { what }), what);
    const controlTar = await decompressBytes(control.content, {
      limit: controlLimit,
      what: `${control.name} of ${what}`,
    });
    const files = readControl(controlTar, what);
    const text = new TextDecoder().decode(files.get("control"));
    const limit = { limit: dataLimit, what: `${data.name} of ${what}` };
    return {
      control: files,
      controlStanza: parseStanza(text, { what: `the control file of ${what}` }),
      data: async () => await named(what, async () => await decompressBytes(data.content, limit)),
      dataStream: () => decompress(fromBytes(data.content), limit),
    };
  });
}

const suffixes = /^\.tar(\.gz|\.xz|\.zst)?$/;

/** `debian-binary`, the control and the data member, in this order; names beginning with `_` are for local use. */
function findMembers(
  members: readonly ArMember[],
  what: string,
): { readonly control: ArMember; readonly data: ArMember } {
  const [version, control, data] = members.filter((member) => !member.name.startsWith("_"));
  if (version?.name !== "debian-binary") throw invalid(what, "does not begin with the member debian-binary");
  const format = new TextDecoder().decode(version.content.subarray(0, 100)).split("\n", 1).join("");
  if (!/^2\.[0-9]+$/.test(format)) throw invalid(what, `has the unknown format ${JSON.stringify(format)}`);
  return { control: expected(control, "control", what), data: expected(data, "data", what) };
}

function expected(member: ArMember | undefined, stem: string, what: string): ArMember {
  if (member === undefined || !member.name.startsWith(stem))
    throw invalid(what, `has no member ${stem}.tar in its place`);
  if (!suffixes.test(member.name.slice(stem.length))) {
    throw invalid(what, `has the member ${JSON.stringify(member.name)}, whose compression is not known`);
  }
  return member;
}

function readControl(tar: Uint8Array, what: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const parser = createTarParser(
    {
      entry: (header) => (header.type === "file" ? tar.length : 0),
      file: (header, content) => files.set(header.path, content),
    },
    { what: `the control member of ${what}`, limits: { entries: 10_000 } },
  );
  parser.write(tar);
  parser.end();
  if (!files.has("control")) throw invalid(what, "has no control file");
  return files;
}

/** Runs `read` and gives its failures the package's name. */
async function named<Result>(what: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DebianError && cause.code === "DEB_INVALID") throw cause;
    if (cause instanceof CodedError) throw invalid(what, `cannot be read: ${cause.message}`, cause);
    throw cause;
  }
}

function invalid(what: string, problem: string, cause?: unknown): DebianError {
  return new DebianError("DEB_INVALID", `the package ${what} ${problem}`, {
    hint: "the file is damaged or not a Debian package; remove it from the cache and fetch it again",
    cause,
  });
}
