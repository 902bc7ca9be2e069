/** An element without elements in it. */
export interface XmlLeaf {
  /** From the root: `project/parent/version`. */
  readonly path: string;
  readonly text: string;
  /** Tells apart the elements that leaves are in: the same number for leaves of the same one. */
  readonly within: number;
}

const deepest = 64;
const longestName = 256;

/**
 * The leaves of an XML document, in its order. Names lose their prefix; attributes, comments, instructions and document
 * types are passed over, and no entity is known but the five of XML and characters by number, so nothing expands. Reads
 * as far as the document is well formed and not nested more than 64 deep; never throws.
 */
export function* xmlLeaves(document: string): Generator<XmlLeaf> {
  const path: string[] = [];
  const numbers: number[] = [0];
  let count = 0;
  let text: string[] = [];
  let isLeaf = false;
  for (const { kind, content } of tokens(document)) {
    if (kind === "text") text.push(content);
    else if (kind === "open" || kind === "empty") {
      isLeaf = kind === "open";
      text = [];
      if (kind === "empty") continue;
      path.push(content);
      numbers.push(++count);
      if (path.length > deepest) return;
    } else {
      numbers.pop();
      if (isLeaf) yield { path: path.join("/"), text: text.join("").trim(), within: numbers.at(-1) ?? 0 };
      isLeaf = false;
      if (path.pop() !== content) return;
    }
  }
}

interface Token {
  readonly kind: "text" | "open" | "empty" | "close";
  readonly content: string;
}

/** What is passed over, by how it begins and ends; a document type may have declarations in brackets. */
const skipped = [
  ["<!--", "-->"],
  ["<?", "?>"],
] as const;

function* tokens(document: string): Generator<Token> {
  let at = 0;
  while (at < document.length) {
    const start = document.indexOf("<", at);
    if (start < 0) return;
    if (start > at) yield { kind: "text", content: decoded(document.slice(at, start)) };
    const comment = skipped.find(([begin]) => document.startsWith(begin, start));
    if (comment !== undefined) at = after(document, comment[1], start);
    else if (document.startsWith("<![CDATA[", start)) {
      at = after(document, "]]>", start);
      yield { kind: "text", content: document.slice(start + 9, at - 3) };
    } else if (document.startsWith("<!", start)) at = afterDeclaration(document, start);
    else {
      at = afterTag(document, start);
      const token = tagOf(document.slice(start + 1, at - 1));
      if (token === null) return;
      yield token;
    }
  }
}

/** Just behind `end`; where there is none, the end of the document. */
function after(document: string, end: string, from: number): number {
  const at = document.indexOf(end, from);
  return at < 0 ? document.length : at + end.length;
}

function afterDeclaration(document: string, start: number): number {
  const end = after(document, ">", start);
  const bracket = document.slice(start, end).indexOf("[");
  return bracket < 0 ? end : after(document, ">", after(document, "]", start + bracket));
}

/** Behind the tag's `>`, which may stand in the quotes of an attribute before. */
function afterTag(document: string, start: number): number {
  const plain = after(document, ">", start);
  if (!/["']/.test(document.slice(start, plain))) return plain;
  let quote = "";
  for (let at = start; at < document.length; at++) {
    const character = document[at] ?? "";
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return at + 1;
  }
  return document.length;
}

function tagOf(tag: string): Token | null {
  const isClosing = tag.startsWith("/");
  const name = /^[^\s/<>"'=]+/.exec(tag.slice(isClosing ? 1 : 0, longestName))?.[0];
  if (name === undefined) return null;
  const content = name.slice(name.indexOf(":") + 1);
  if (isClosing) return { kind: "close", content };
  return { kind: tag.endsWith("/") ? "empty" : "open", content };
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hex, name) => {
    if (typeof name === "string") return entities[name] ?? whole;
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
