import { type ParsedPurl, parsePurl } from "../../sbom/read/purl-parts.ts";

/**
 * Whether what a statement names as `statement` is the package `target`, both package URLs (as go-vex's PurlMatches): type,
 * namespace and name are the same; a version in the statement is the target's; every qualifier in the statement is the
 * target's too, which may have more. The subpath is not looked at. Ranges do not exist: `pkg:npm/glob<11.1` is a package of
 * that name. Encoding, letter case and the name rules of each type are normalised first (purl-spec). false for what is no
 * package URL.
 */
export function purlMatches(statement: string, target: string): boolean {
  const general = readPurl(statement);
  const special = readPurl(target);
  return general !== null && special !== null && isPackageOf(general, special) && hasQualifiers(general, special);
}

/** What a package URL says, with names as purl-spec has them compared; null for what is none. */
export function readPurl(text: string): ParsedPurl | null {
  const purl = parsePurl(text);
  if (purl === null || purl.type !== "golang") return purl;
  // Go tells cases apart, and so does the library that parses; the specification has both parts in lower case.
  return { ...purl, namespace: purl.namespace?.toLowerCase() ?? null, name: purl.name.toLowerCase() };
}

/** Whether type, namespace and name are the same and the version of `general`, where it has one, is that of `special`. */
export function isPackageOf(general: ParsedPurl, special: ParsedPurl): boolean {
  return (
    general.type === special.type &&
    general.namespace === special.namespace &&
    general.name === special.name &&
    (general.version === null || general.version === special.version)
  );
}

function hasQualifiers(general: ParsedPurl, special: ParsedPurl): boolean {
  return Object.entries(general.qualifiers).every(([key, value]) => special.qualifiers[key] === value);
}
