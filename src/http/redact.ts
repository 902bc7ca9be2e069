/**
 * `url` as it may be shown: without user name and password, and without the values of its query, which on signed
 * storage URLs are secrets. Text that is no URL is shown as `[invalid URL]`.
 */
export function redactUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return "[invalid URL]";
  const query = parsed.search === "" ? "" : "?…";
  const host = parsed.protocol === "file:" ? "" : parsed.host;
  return `${parsed.protocol}//${host}${parsed.pathname}${query}`;
}

const secretHeader = /^(authorization|proxy-authorization|cookie|set-cookie|.*(token|secret|api-?key|password).*)$/i;

/** `headers` as they may be shown: the values of those that carry credentials are replaced by `[redacted]`. */
export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretHeader.test(name) ? "[redacted]" : value]),
  );
}
