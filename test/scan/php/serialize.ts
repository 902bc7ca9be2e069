/** What PHP's `serialize` writes of texts, numbers and nested maps of them; for records of PEAR made in tests. */
export function serialize(value: string | number | Readonly<Record<string, unknown>>): string {
  if (typeof value === "number") return `i:${value};`;
  if (typeof value === "string") return `s:${Buffer.byteLength(value)}:"${value}";`;
  const entries = Object.entries(value).map(([key, item]) => {
    if (typeof item !== "string" && typeof item !== "number" && !isMap(item))
      throw new Error(`not serialisable: ${key}`);
    return `${/^\d+$/.test(key) ? `i:${key};` : serialize(key)}${serialize(item)}`;
  });
  return `a:${entries.length}:{${entries.join("")}}`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
