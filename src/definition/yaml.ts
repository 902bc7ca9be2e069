import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Range,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { byPlace, type Problem } from "./problem.ts";
import type { YamlValue } from "./schema.ts";

/** A YAML text as data with every scalar as its source text. `value` is null when there are problems. */
export interface YamlText {
  readonly value: YamlValue | null;
  readonly problems: readonly Problem[];
  /** Where the value at `path`, or with `key` its key, stands; the nearest parent's place when there is no such value. */
  place(path: readonly (string | number)[], key?: boolean): Place;
}

/** Line and column, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const maximumLength = 1 << 20;
const maximumDepth = 48;
const maximumNodes = 200_000;

/**
 * Reads one YAML 1.2 document. Bare numbers, booleans and dates stay text; tags other than a string's, repeated and
 * non-text keys, texts over 1 MiB and nesting deeper than 48 are problems.
 */
export function readYaml(text: string): YamlText {
  if (text.length > maximumLength) return failed("is longer than 1 MiB");
  const lines = new LineCounter();
  const options = { schema: "failsafe", prettyErrors: false, lineCounter: lines, logLevel: "error" } as const;
  let document: Document.Parsed;
  try {
    document = parseDocument(text, options);
  } catch (cause) {
    return failed(`is not YAML: ${cause instanceof RangeError ? "nested too deeply" : String(cause)}`);
  }
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = [...document.errors, ...document.warnings].map(({ pos, code, message }) => ({
    ...at(pos[0]),
    path: [],
    message: explain(code, message),
  }));
  const place = (path: readonly (string | number)[], key = false): Place => at(offsetOf(document, path, key));
  if (problems.length > 0) return { value: null, problems: problems.toSorted(byPlace), place };
  const conversion: Conversion = { document, nodes: 0, problems, at };
  const value = convert(document.contents, [], conversion);
  return { value: problems.length > 0 ? null : value, problems: problems.toSorted(byPlace), place };
}

function failed(message: string): YamlText {
  return { value: null, problems: [{ line: 1, column: 1, path: [], message }], place: () => ({ line: 1, column: 1 }) };
}

function explain(code: string, message: string): string {
  if (code === "TAG_RESOLVE_FAILED") return "an unquoted ! begins a YAML tag; put the text in quotes: '!name'";
  if (code === "DUPLICATE_KEY") return "this key is given twice";
  if (message.includes("call stack")) return "is nested too deeply";
  if (code === "MULTIPLE_DOCS") return "a file holds one definition; remove what follows the ---";
  return message.split("\n", 1)[0] ?? message;
}

interface Conversion {
  readonly document: Document.Parsed;
  nodes: number;
  readonly problems: Problem[];
  readonly at: (offset: number) => Place;
}

type Path = readonly (string | number)[];

function convert(node: unknown, path: Path, conversion: Conversion): YamlValue {
  conversion.nodes += 1;
  if (path.length > maximumDepth) return refuse("is nested too deeply", node, path, conversion);
  if (conversion.nodes > maximumNodes) return refuse("has too many values", node, path, conversion);
  if (isAlias(node)) return convert(node.resolve(conversion.document), path, conversion);
  if (isScalar(node)) return typeof node.value === "string" ? node.value : "";
  if (isSeq(node)) return convertList(node, path, conversion);
  if (isMap(node)) return convertMap(node, path, conversion);
  return "";
}

function convertList(node: YAMLSeq, path: Path, conversion: Conversion): YamlValue {
  const list: YamlValue[] = [];
  for (const [index, item] of node.items.entries()) {
    if (stopped(conversion)) break;
    list.push(convert(item, [...path, index], conversion));
  }
  return list;
}

function convertMap(node: YAMLMap, path: Path, conversion: Conversion): YamlValue {
  const map: Record<string, YamlValue> = {};
  for (const { key, value } of node.items) {
    if (stopped(conversion)) break;
    if (!isScalar(key) || typeof key.value !== "string" || key.value === "__proto__") {
      refuse("has a key that is not plain text", key, path, conversion);
      continue;
    }
    map[key.value] = convert(value, [...path, key.value], conversion);
  }
  return map;
}

/** One problem of size or nesting is enough; going on would only cost time. */
function stopped(conversion: Conversion): boolean {
  return conversion.problems.length > 0 && conversion.nodes > maximumNodes;
}

function refuse(message: string, node: unknown, path: Path, conversion: Conversion): YamlValue {
  const place = conversion.at(rangeOf(node)?.[0] ?? 0);
  if (conversion.problems.length < 100) conversion.problems.push({ ...place, path, message });
  return "";
}

function offsetOf(document: Document.Parsed, path: Path, key: boolean): number {
  let node: unknown = document.contents;
  let offset = rangeOf(node)?.[0] ?? 0;
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const isLast = depth === path.length - 1;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      if (pair === undefined || !isPair(pair)) return offset;
      offset = rangeOf(pair.key)?.[0] ?? offset;
      next = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      next = node.items[part];
    }
    if (next === undefined || (isLast && key)) return offset;
    node = next;
    offset = rangeOf(node)?.[0] ?? offset;
  }
  return offset;
}

function rangeOf(node: unknown): Range | null | undefined {
  return isNode(node) ? (node as Node).range : null;
}
