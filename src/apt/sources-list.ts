import { parseStanzas } from "../debian/stanza.ts";

/** An entry of an apt configuration: binary packages of one suite from one address. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** An entry in one line, with its options as they are written: `signed-by=/path`. */
export interface SourceLine extends AptSource {
  readonly options: readonly string[];
}

/** A line of one-line-style (sources.list(5)): `deb [options] uri suite component…`; null for what is none. */
export function parseSourceLine(line: string): SourceLine | null {
  const [entry = ""] = line.split("#", 1);
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*(.*)$/.exec(entry);
  const [, options, uri, suite, components] = match ?? [];
  if (uri === undefined || suite === undefined) return null;
  return { options: words(options), uri, suite, components: words(components) };
}

/** The entries of a one-line-style file (sources.list(5)). Lines it cannot read are skipped. */
export function parseSourcesList(text: string): readonly AptSource[] {
  return text.split("\n").flatMap((line) => {
    const read = parseSourceLine(line);
    return read === null ? [] : [{ uri: read.uri, suite: read.suite, components: read.components }];
  });
}

/** The entries of a deb822-style file (sources.list(5)) that are not switched off. Throws DEB822_INVALID. */
export function parseSourcesStanzas(text: string, what: string): readonly AptSource[] {
  return [...parseStanzas(text, { what, comments: true })].flatMap((stanza) => {
    if (/^(no|false|0|off|disable|without)$/i.test(stanza.get("Enabled")?.trim() ?? "yes")) return [];
    if (!words(stanza.get("Types")).includes("deb")) return [];
    const components = words(stanza.get("Components"));
    return words(stanza.get("URIs")).flatMap((uri) =>
      words(stanza.get("Suites")).map((suite) => ({ uri, suite, components })),
    );
  });
}

function words(text: string | null | undefined): readonly string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}
