import { type Bytes, collect } from "../../archive/bytes.ts";
import { decompressBytes } from "../../archive/decompress.ts";
import { readTar } from "../../archive/tar-read.ts";
import { openZip } from "../../archive/zip/zip.ts";
import { readDeb } from "../../debian/deb.ts";
import { VulnError } from "../error.ts";
import { documentOf, type FeedDocument } from "./document.ts";
import { type FeedFile, feedLimit, readFeed } from "./open.ts";
import type { ArchiveForm } from "./sample.ts";

/** Largest member that is read, in bytes, and how many there may be. */
const limits = { member: 64 * 1024 ** 2, members: 1_000_000, deb: 64 * 1024 ** 2 };

/** A member of an archive that is too large to be read. */
export interface OversizedMember {
  readonly oversized: string;
}

/**
 * The documents in a zip or tar archive, or in the files of a Debian package, one at a time in memory; compressed ones are
 * undone. Members that are no documents are left out, and of those beyond 64 MiB there is only the name. Throws what the
 * readers of these archives throw, and VULN_FORMAT_INVALID for a damaged `.json`.
 */
export async function* feedMembers(
  file: FeedFile,
  form: ArchiveForm,
  signal?: AbortSignal,
): AsyncGenerator<FeedDocument | OversizedMember> {
  for await (const member of readers[form](file, signal)) {
    signal?.throwIfAborted();
    const name = `${file.name}/${member.path}`;
    if (member.size > limits.member) yield { oversized: name };
    else {
      const raw = await member.content();
      const plain = await decompressBytes(raw, { limit: limits.member, what: name });
      const document = lookAtMember(plain, { name, changed: new Date(member.mtime * 1000) });
      if (document !== null) yield document;
    }
  }
}

interface Member {
  readonly path: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  content(): Promise<Uint8Array>;
}

const readers: Readonly<Record<ArchiveForm, (file: FeedFile, signal?: AbortSignal) => AsyncGenerator<Member>>> = {
  zip: zipMembers,
  tar: (file, signal) => tarMembers(readFeed(file, signal), file.name),
  deb: debMembers,
};

async function* zipMembers(file: FeedFile): AsyncGenerator<Member> {
  await using archive = await openZip(file.path, { name: file.name, limits: { entrySize: limits.member } });
  for (const header of archive.headers) {
    if (header.name.endsWith("/")) continue;
    const { name: path, size, mtime } = header;
    yield { path, size, mtime, content: async () => await archive.read(header) };
  }
}

async function* tarMembers(bytes: Bytes, what: string): AsyncGenerator<Member> {
  const bounds = { entries: limits.members, totalSize: feedLimit };
  for await (const { header, content } of readTar(bytes, { what, limits: bounds })) {
    if (header.type !== "file") continue;
    const { path, size, mtime } = header;
    const collected = { limit: limits.member, what: `${what}/${path}` };
    yield { path, size, mtime, content: async () => await collect(content, collected) };
  }
}

async function* debMembers(file: FeedFile, signal?: AbortSignal): AsyncGenerator<Member> {
  const bytes = await collect(readFeed(file, signal), { limit: limits.deb, what: file.name });
  const deb = await readDeb(bytes, { what: file.name, dataLimit: feedLimit });
  yield* tarMembers(deb.dataStream(), file.name);
}

/** null for what is no document: an archive in the archive, an empty file, text that only happens to begin with a bracket. */
function lookAtMember(content: Uint8Array, of: Pick<FeedDocument, "name" | "changed">): FeedDocument | null {
  try {
    const document = documentOf(content, of);
    const { form } = document.sample;
    return form === "lines" || form === "object" || form === "array" || form === "text" ? document : null;
  } catch (cause) {
    if (cause instanceof VulnError && !of.name.endsWith(".json")) return null;
    throw cause;
  }
}
