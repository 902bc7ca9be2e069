/** The attributes of a manifest's main section, by their names in lower case. */
export type ManifestAttributes = ReadonlyMap<string, string>;

const mostAttributes = 500;
const longestSection = 2 ** 18;

/**
 * Reads the main section of META-INF/MANIFEST.MF (JAR file specification, "JAR Manifest"): names and values, lines folded
 * after 72 bytes put together again. Lines that are neither are passed over; of a name given twice the last counts, as in
 * Java. What is behind the first 256 Ki characters is not looked at.
 */
export function parseManifest(text: string): ManifestAttributes {
  const attributes = new Map<string, string>();
  let name: string | null = null;
  let parts: string[] = [];
  const keep = () => {
    if (name !== null && attributes.size < mostAttributes) attributes.set(name, parts.join("").trim());
    name = null;
  };
  for (const line of text
    .slice(0, longestSection)
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)) {
    if (line === "" && attributes.size + parts.length > 0) break;
    if (line.startsWith(" ")) {
      parts.push(line.slice(1));
      continue;
    }
    keep();
    const colon = line.indexOf(":");
    if (colon <= 0 || colon > 70) continue;
    name = line.slice(0, colon).toLowerCase();
    parts = [line.slice(colon + 1)];
  }
  keep();
  return attributes;
}

/**
 * The clauses of an OSGi header without their parameters (OSGi Core, 3.2.4): `a;x="1,2",b` → `a`, `b`. Quotes around a
 * clause are taken off.
 */
export function clausesOf(header: string): readonly string[] {
  const clauses: string[] = [];
  let clause = "";
  let quoted = false;
  let inParameters = false;
  for (const character of header.slice(0, 10_000)) {
    if (character === '"') quoted = !quoted;
    else if (character === "," && !quoted) {
      clauses.push(clause);
      [clause, inParameters] = ["", false];
    } else if (character === ";" && !quoted) inParameters = true;
    else if (!inParameters) clause += character;
  }
  return [...clauses, clause].map((text) => text.trim()).filter((text) => text !== "");
}
