import { z } from "zod";
import { VulnError } from "../error.ts";

/*
 * A bundle is one file: 8 bytes of mark, of which the last is the version of this format; the length of the envelope in 4
 * bytes, the highest first; the envelope, which is a DSSE envelope as JSON; and to the end of the file the index, a SQLite
 * database, compressed with Zstandard. What is signed is a description of the index with the hash of its compressed bytes.
 */

/** What a bundle begins with. */
export const bundleMark: Uint8Array = Buffer.from("HpAdvis\u0001", "latin1");

/** Bytes before the envelope. */
export const headSize = 12;

/** Largest envelope, in bytes. */
const envelopeLimit = 1024 * 1024;

/** The type of the envelope's payload. */
export const bundlePayloadType = "application/vnd.hardpan.advisories.v1+json";

/** Largest index, in bytes, compressed and not. */
export const bundledIndexLimit: number = 4 * 1024 ** 3;

const size = z.int().nonnegative().max(bundledIndexLimit);

const description = z.object({
  schema: z.literal("hardpan/advisories/1"),
  /** ISO 8601: when the bundle was made. */
  created: z.iso.datetime(),
  index: z.object({ version: z.int().nonnegative(), size }),
  content: z.object({ compression: z.literal("zstd"), size, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  sources: z
    .array(
      z.object({
        source: z.string().min(1).max(200),
        asOf: z
          .string()
          .regex(/^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?/)
          .max(40),
        checked: z.iso.datetime().optional(),
        records: z.int().nonnegative(),
        knowsUnfixed: z.boolean(),
      }),
    )
    .max(1000),
});

/**
 * What is signed: which index is in the bundle, by size, hash and version, and the sources it was made of, each with the
 * date of its newest data as exactly as it is known.
 */
export type BundleDescription = z.infer<typeof description>;

/** The description as it is signed. */
export function encodeDescription(bundle: BundleDescription): Uint8Array {
  return Buffer.from(JSON.stringify(bundle));
}

/** Reads a description. Throws VULN_BUNDLE_INVALID. */
export function parseDescription(payload: Uint8Array, file: string): BundleDescription {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (cause) {
    throw invalidBundle(file, "what is signed in it is no JSON", cause);
  }
  const parsed = description.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidBundle(
    file,
    `what is signed in it is no description of advisories: ${issue?.path.join(".")} ${issue?.message}`,
  );
}

/** The first bytes of a bundle with an envelope of `length` bytes. */
export function encodeHead(length: number): Uint8Array {
  const head = Buffer.alloc(headSize);
  head.set(bundleMark);
  head.writeUInt32BE(length, bundleMark.length);
  return head;
}

/** Whether a file that begins so is a bundle, of this or another version. */
export function looksLikeBundle(head: Uint8Array): boolean {
  return bundleMark.subarray(0, -1).every((byte, at) => head[at] === byte);
}

/** The length of the envelope. Throws VULN_BUNDLE_INVALID and VULN_BUNDLE_OTHER_VERSION. */
export function parseHead(head: Uint8Array, file: string): number {
  if (head.length < headSize || !looksLikeBundle(head)) throw invalidBundle(file, "it is no bundle of advisories");
  const version = head[bundleMark.length - 1];
  if (version !== bundleMark.at(-1)) {
    throw new VulnError(
      "VULN_BUNDLE_OTHER_VERSION",
      `${file} is a bundle of version ${version}; this program reads 1`,
      {
        hint: "import it with the version of Hardpan it was made with, or newer",
      },
    );
  }
  const length = Buffer.from(head).readUInt32BE(bundleMark.length);
  if (length > envelopeLimit) throw invalidBundle(file, `its envelope has ${length} bytes, more than any`);
  return length;
}

/** VULN_BUNDLE_INVALID. */
export function invalidBundle(file: string, what: string, cause?: unknown): VulnError {
  return new VulnError("VULN_BUNDLE_INVALID", `${file}: ${what}`, {
    hint: "the file is damaged, cut short or not what it seems: copy it again; the old index is unchanged",
    ...(cause === undefined ? {} : { cause }),
  });
}
