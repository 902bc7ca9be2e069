/** Longest identifier that is looked at, in characters. */
const longest = 4096;

/** The type of the package URL that `text` begins as, in lower case; null for what is none. */
export function purlType(text: string): string | null {
  const type = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\//i.exec(text.slice(0, 100))?.[1];
  return type === undefined ? null : type.toLowerCase();
}

/** The hex of a SHA-256 digest, written `sha256:…` or as hex alone; null for what is none. */
export function sha256Of(text: string | null): string | null {
  return text === null ? null : (/^(?:sha256:)?([a-f0-9]{64})$/.exec(text.toLowerCase())?.[1] ?? null);
}

/** Whether packages and images can be compared with `text`: a package URL, a digest, or what may name an image. */
export function isComparable(text: string): boolean {
  if (text === "" || text.length > longest) return false;
  return purlType(text) !== null || (!/\s|:\/\/|^cpe:|^urn:|^pkg:/i.test(text) && /^[\w[]/.test(text));
}
