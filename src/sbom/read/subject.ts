import type { ImageIdentity } from "../model.ts";
import { parsePurl } from "./purl-parts.ts";

/** What documents say of the image they are about. */
export interface SaidOfImage {
  readonly name: string | null;
  readonly version: string | null;
  readonly purl: string | null;
  /** SHA-256 of the manifest in hexadecimal digits. */
  readonly sha256: string | null;
  readonly platform: string | null;
}

/** A name no document has: what a writer gives for one that the reader would know and it does not. */
export const noName = "\u0000";

/** The image that is meant; `fallback` is its reference where nothing names it. */
export function imageFrom(said: SaidOfImage, fallback: string): ImageIdentity {
  const parts = said.purl === null ? null : parsePurl(said.purl);
  const oci = parts?.type === "oci" || parts?.type === "docker" ? parts : null;
  const digests = [said.version, oci?.version ?? null, said.sha256 === null ? null : `sha256:${said.sha256}`];
  const digest = digests.find((text) => text !== null && /^sha256:[a-f0-9]{64}$/.test(text)) ?? null;
  const repository = oci?.qualifiers["repository_url"] ?? null;
  const tag = oci?.qualifiers["tag"];
  const isWhole = said.name !== null && /[:/@]/.test(said.name);
  const isVersioned = oci === null && digest === null && said.version !== null && said.version !== "";
  if (said.name !== null && isVersioned && !said.name.includes(":")) {
    return { reference: `${said.name}@${said.version}`, digest, platform: said.platform };
  }
  const named = repository === null || isWhole ? said.name : `${repository}${tag === undefined ? "" : `:${tag}`}`;
  return { reference: named ?? fallback, digest, platform: said.platform };
}

/** `Name (mail)` and `Name <mail>` as `Name <mail>`; null for nothing and for what says that it is not known. */
export function supplierFrom(text: string | null): string | null {
  if (text === null || text.trim() === "" || text === "NOASSERTION" || text === "NONE") return null;
  const [, name = "", email = ""] = /^([^()]*)\(([^()\s]+@[^()\s]+|)\)$/.exec(text.slice(0, 1000).trim()) ?? [];
  if (name.trim() === "") return text.trim();
  return email === "" ? name.trim() : `${name.trim()} <${email}>`;
}

/** A path as the model has it: without leading `./` and `/`. */
export function imagePath(path: string): string {
  return path.replace(/^(?:\.?\/)+/, "");
}

/** A digest of `length` hexadecimal digits in lower case; null for anything else and for the zeros that stand for none. */
export function hexDigest(text: string | null, length: 40 | 64): string | null {
  if (text === null || text.length !== length || !/^[0-9A-Fa-f]+$/.test(text) || /^0+$/.test(text)) return null;
  return text.toLowerCase();
}
