import { isDigest } from "./digest.ts";
import { OciError } from "./error.ts";
import { formatReference, type ImageReference, isTag, parseReference, type Tag } from "./reference.ts";

/**
 * Where an image, file tree or bill of materials is to be found. `reference` within a layout or archive is a tag, a digest
 * or a full name; null where the only image is meant. The path `-` of an archive or bill of materials is standard input.
 */
export type Locator =
  | { readonly kind: "registry"; readonly reference: ImageReference }
  | { readonly kind: "local"; readonly reference: ImageReference }
  | { readonly kind: "image"; readonly reference: ImageReference }
  | { readonly kind: "oci-dir"; readonly path: string; readonly reference: string | null }
  | { readonly kind: "archive"; readonly path: string; readonly reference: string | null }
  | { readonly kind: "fs"; readonly path: string }
  | { readonly kind: "sbom"; readonly path: string }
  | { readonly kind: "catalog"; readonly name: string; readonly tag: Tag | null }
  | { readonly kind: "baseline"; readonly name: string; readonly tag: Tag | null };

/** The path that stands for standard input; a file of that name is written `./-`. */
export const standardInput = "-";

/** The forms a locator has, for help texts. */
export const locatorForms: readonly string[] = [
  "registry://REFERENCE",
  "local://REFERENCE",
  "image://REFERENCE (or a bare REFERENCE: the local engine, then the registry)",
  "oci-dir://DIR[:TAG|@DIGEST|#NAME]",
  "archive://FILE[#NAME] (- for standard input)",
  "fs://DIR or fs://FILE",
  "sbom://FILE (- or nothing for standard input)",
  "catalog://NAME[:TAG]",
  "baseline://NAME[:TAG]",
];

/**
 * Reads a locator. A name without scheme is `image://`.
 *
 * Paths are taken as they stand. Text after the last `#` chooses within a layout or archive, by tag, digest or full name; a
 * path that itself has a `#` is written with one more at its end. For `oci-dir://` skopeo's form works too: `:TAG` or
 * `@sha256:…` at the end; a folder whose own name looks like that is written with a slash or `#` at its end. An archive's
 * path may have colons anywhere. `sbom://` alone is standard input, as is `-`. Throws OCI_REFERENCE_INVALID.
 */
export function parseLocator(text: string): Locator {
  const scheme = /^([a-z][a-z0-9+.-]{0,20}):\/\//.exec(text);
  if (scheme === null) {
    if (isPath(text)) throw invalidLocator(text, "before a path, and before - for standard input, stands what it is");
    return { kind: "image", reference: parseReference(text) };
  }
  const kind = scheme[1];
  const rest = text.slice(scheme[0].length);
  switch (kind) {
    case "registry":
    case "local":
    case "image":
      return { kind, reference: parseReference(rest) };
    case "oci-dir":
      return { kind, ...splitDirectory(rest, text) };
    case "archive":
      return { kind, ...(splitHash(rest, text) ?? { path: checkPath(rest, text), reference: null }) };
    case "fs":
      return { kind, path: checkPath(rest, text) };
    case "sbom":
      return { kind, path: rest === "" ? standardInput : checkPath(rest, text) };
    case "catalog":
    case "baseline":
      return { kind, ...splitCatalogName(rest, text) };
    default:
      throw invalidLocator(text, `${kind}:// is not a known form`);
  }
}

/** Whether `text` is a path, as which no image's name begins, or stands for standard input. */
function isPath(text: string): boolean {
  return text === standardInput || /^[./~]/.test(text);
}

/** `locator` as text; `parseLocator` reads the same locator back. */
export function formatLocator(locator: Locator): string {
  switch (locator.kind) {
    case "registry":
    case "local":
    case "image":
      return `${locator.kind}://${formatReference(locator.reference)}`;
    case "oci-dir":
    case "archive":
      return `${locator.kind}://${locator.path}${formatChoice(locator)}`;
    case "fs":
    case "sbom":
      return `${locator.kind}://${locator.path}`;
    case "catalog":
    case "baseline":
      return `${locator.kind}://${locator.name}${locator.tag === null ? "" : `:${locator.tag}`}`;
  }
}

function formatChoice(locator: {
  readonly kind: "oci-dir" | "archive";
  readonly path: string;
  readonly reference: string | null;
}): string {
  const { kind, path, reference } = locator;
  const plain = !path.includes("#") && (kind === "archive" || skopeoChoice(path) === null);
  if (reference === null) return plain ? "" : "#";
  if (kind === "archive" || !plain) return `#${reference}`;
  return isDigest(reference) ? `@${reference}` : isTag(reference) ? `:${reference}` : `#${reference}`;
}

interface Place {
  readonly path: string;
  readonly reference: string | null;
}

function splitDirectory(rest: string, text: string): Place {
  const hashed = splitHash(rest, text);
  if (hashed !== null) return hashed;
  const choice = skopeoChoice(rest);
  if (choice === null) return { path: checkPath(rest, text), reference: null };
  return { path: checkPath(choice.path, text), reference: choice.reference };
}

function skopeoChoice(path: string): { readonly path: string; readonly reference: string } | null {
  const at = path.lastIndexOf("@");
  if (at !== -1 && isDigest(path.slice(at + 1))) return { path: path.slice(0, at), reference: path.slice(at + 1) };
  const colon = path.lastIndexOf(":");
  if (colon === -1 || !isTag(path.slice(colon + 1))) return null;
  return { path: path.slice(0, colon), reference: path.slice(colon + 1) };
}

function splitHash(rest: string, text: string): Place | null {
  const hash = rest.lastIndexOf("#");
  if (hash === -1) return null;
  const path = checkPath(rest.slice(0, hash), text);
  const name = rest.slice(hash + 1);
  if (name === "") return { path, reference: null };
  if (!isDigest(name) && !isTag(name)) parseReference(name);
  return { path, reference: name };
}

function checkPath(path: string, text: string): string {
  if (path === "") throw invalidLocator(text, "the path is missing");
  if (path.includes("\0")) throw invalidLocator(text, "a path cannot have a NUL character");
  return path;
}

function splitCatalogName(rest: string, text: string): { readonly name: string; readonly tag: Tag | null } {
  const colon = rest.indexOf(":");
  const name = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? null : rest.slice(colon + 1);
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name))
    throw invalidLocator(text, `${JSON.stringify(name)} is not a catalogue name`);
  if (tag !== null && !isTag(tag)) throw invalidLocator(text, `${JSON.stringify(tag)} is not a tag`);
  return { name, tag };
}

function invalidLocator(text: string, reason: string): OciError {
  return new OciError("OCI_REFERENCE_INVALID", `cannot read ${JSON.stringify(text.slice(0, 300))}: ${reason}`, {
    hint: `the forms are ${locatorForms.join(", ")}`,
  });
}
