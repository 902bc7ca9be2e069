import {
  type Alias,
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
  type ScalarTag,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { byPlace, type Problem } from "./problem.ts";
import type { YamlValue } from "./schema.ts";
import { formOfPlain, type YamlOptions } from "./text/plain-yaml.ts";

/** A YAML text as data with every scalar as its source text. `value` is null when there are problems. */
export interface YamlText {
  readonly value: YamlValue | null;
  readonly problems: readonly Problem[];
  /** Where the value at `path`, or with `key` its key, stands; the nearest parent's place when there is no such value. */
  place(path: readonly (string | number)[], key?: boolean): Place;
}

/** Line and column, from 1. `file` is set where the text consists of several files and this is not the first. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly file?: string;
}

const maximumLength = 1 << 20;
const maximumDepth = 48;
const maximumNodes = 200_000;

/** Types that YAML knows by name: `!!int 5` is the text 5, `!!merge <<` the key <<. */
const namedTypes: ScalarTag[] = ["int", "float", "bool", "null", "timestamp", "merge"].map((name) => ({
  tag: `tag:yaml.org,2002:${name}`,
  resolve: (text: string) => text,
}));

/**
 * Reads one YAML 1.2 document. Bare numbers, booleans and dates stay text, and `<<` merges maps; tags of one's own,
 * repeated and non-text keys, texts over 1 MiB and nesting deeper than 48 are problems.
 */
export function readYaml(text: string, readOptions: YamlOptions = {}): YamlText {
  if (text.length > maximumLength) return failed("is longer than 1 MiB");
  const lines = new LineCounter();
  const options = {
    schema: "failsafe",
    customTags: namedTypes,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: "error",
  } as const;
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
  const { isAbsent = () => false } = readOptions;
  const conversion: Conversion = { document, nodes: 0, path: [], problems, at, isAbsent };
  const value = convert(document.contents, conversion);
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
  /** Where the conversion is; one list that grows and shrinks, as most values need no copy of it. */
  readonly path: (string | number)[];
  readonly problems: Problem[];
  readonly at: (offset: number) => Place;
  readonly isAbsent: NonNullable<YamlOptions["isAbsent"]>;
}

function convert(node: unknown, conversion: Conversion): YamlValue {
  conversion.nodes += 1;
  if (conversion.path.length > maximumDepth) return refuse("is nested too deeply", node, conversion);
  if (conversion.nodes > maximumNodes) return refuse("has too many values", node, conversion);
  if (isAlias(node)) return convertAlias(node, conversion);
  if (isScalar(node) && typeof node.value === "string") return node.value;
  if (isSeq(node)) return convertList(node, conversion);
  if (isMap(node)) return convertMap(node, conversion);
  const isNothing = isScalar(node) ? node.value === null || node.value === undefined : node === null;
  return isNothing ? "" : refuse("is of a type that definitions do not have: write it as text", node, conversion);
}

function convertAlias(alias: Alias, conversion: Conversion): YamlValue {
  const node = alias.resolve(conversion.document);
  if (node !== undefined) return convert(node, conversion);
  return refuse(`*${alias.source} stands for nothing: no &${alias.source} comes before it`, alias, conversion);
}

function convertList(node: YAMLSeq, conversion: Conversion): YamlValue {
  const list: YamlValue[] = [];
  for (const [index, item] of node.items.entries()) {
    if (stopped(conversion)) break;
    list.push(convertAt(index, item, conversion));
  }
  return list;
}

function convertMap(node: YAMLMap, conversion: Conversion): YamlValue {
  const map: Record<string, YamlValue> = {};
  const merged: unknown[] = [];
  for (const { key, value } of node.items) {
    if (stopped(conversion)) break;
    if (!isScalar(key) || typeof key.value !== "string" || key.value === "__proto__") {
      refuse("has a key that is not plain text", key, conversion);
    } else if (key.value === "<<" && key.type === "PLAIN") {
      merged.push(value);
    } else {
      const form = formOf(isAlias(value) ? (value.resolve(conversion.document) ?? value) : value);
      if (form !== null && conversion.isAbsent([...conversion.path, key.value], form)) continue;
      map[key.value] = form === null ? convertAt(key.value, value, conversion) : "";
    }
  }
  return merged.reduce<YamlValue>((above, value) => mergeKeys(value, above, conversion), map);
}

/** `<<: *map` or `<<: [*one, *two]`: keys that are not there yet; of several maps the first wins. */
function mergeKeys(node: unknown, above: YamlValue, conversion: Conversion): YamlValue {
  const value = convert(node, conversion);
  const maps = isList(value) ? value : [value];
  const lower = maps.toReversed();
  if (![...lower, above].every((item) => typeof item === "object" && !isList(item))) {
    return refuse("`<<` takes a map or a list of maps", node, conversion);
  }
  return Object.assign({}, ...lower, above);
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function convertAt(part: string | number, node: unknown, conversion: Conversion): YamlValue {
  conversion.path.push(part);
  const value = convert(node, conversion);
  conversion.path.pop();
  return value;
}

function formOf(node: unknown): "null" | "empty text" | null {
  if (node === null || node === undefined) return "null";
  if (!isScalar(node) || typeof node.value !== "string") return null;
  return formOfPlain(node.value, node.type === "PLAIN" && node.tag === undefined);
}

/** One problem of size or nesting is enough; going on would only cost time. */
function stopped(conversion: Conversion): boolean {
  return conversion.problems.length > 0 && conversion.nodes > maximumNodes;
}

function refuse(message: string, node: unknown, { problems, path, at }: Conversion): YamlValue {
  const place = at(rangeOf(node)?.[0] ?? 0);
  if (problems.length < 100) problems.push({ ...place, path: [...path], message });
  return "";
}

function offsetOf(document: Document.Parsed, path: readonly (string | number)[], key: boolean): number {
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
  if (isPair(node)) return rangeOf(node.key);
  return isNode(node) ? (node as Node).range : null;
}
