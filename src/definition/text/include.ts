import type { Problem } from "../problem.ts";
import type { YamlValue } from "../schema.ts";
import { type Place, readYaml, type YamlText } from "../yaml.ts";
import { isYamlMap } from "../yaml-value.ts";
import { isAbsent } from "./absent.ts";
import { type Layer, layerOf, mergeLayers, placeIn, withoutKey } from "./merge.ts";
import { readPlainYaml } from "./plain-yaml.ts";

/** Gives the text of a file by its path below the catalogue's folder; null when there is none. */
export type ReadInclude = (path: string) => string | null;

/** A file that a definition includes, itself or through another. */
export interface IncludedText {
  readonly path: string;
  readonly text: string;
}

/** A definition's text with all it includes, as one value. `value` is null when there are problems. */
export interface AssembledText {
  readonly value: YamlValue | null;
  readonly problems: readonly Problem[];
  /** In the order of first use. */
  readonly included: readonly IncludedText[];
  /** As of YamlText, across files. */
  place(path: readonly (string | number)[], key?: boolean): Place;
}

/** Where texts come from. */
export interface AssembleOptions {
  /** The definition's own path, for messages. */
  readonly file: string;
  readonly include?: ReadInclude | undefined;
}

/** Files may include files this deep. */
const maximumDepth = 8;
const maximumFiles = 100;

/**
 * Reads a definition and the partial definitions that `includes` names, in their order and each once, and puts the
 * definition's own keys over them: maps are merged key by key, lists joined, all else replaced. A file that is missing,
 * includes itself or is no YAML is a problem with its place.
 */
export function assemble(text: string, { file, include }: AssembleOptions): AssembledText {
  const state: State = { include, problems: [], included: [], stack: [file], seen: new Set() };
  const layer = readLayer(text, undefined, state);
  const { problems, included } = state;
  if (layer === null) return { value: null, problems, included, place: () => ({ line: 1, column: 1 }) };
  const value = problems.length > 0 ? null : layer.value;
  return { value, problems, included, place: (path, key) => placeIn(layer, path, key) };
}

interface State {
  readonly include: ReadInclude | undefined;
  readonly problems: Problem[];
  readonly included: IncludedText[];
  /** The files being read, outermost first. */
  readonly stack: string[];
  readonly seen: Set<string>;
}

function readLayer(text: string, file: string | undefined, state: State): Layer | null {
  const yaml = readText(text);
  const inFile = file === undefined ? {} : { file };
  state.problems.push(...yaml.problems.map((problem) => ({ ...problem, ...inFile })));
  if (yaml.value === null) return null;
  if (file !== undefined && yaml.value !== "" && !isYamlMap(yaml.value)) {
    state.problems.push({ ...yaml.place([]), file, path: [], message: "must be a map of a definition's keys" });
    return null;
  }
  const own = layerOf(yaml.value, { place: (path, key) => ({ ...yaml.place(path, key), ...inFile }) });
  const wanted = includesOf(yaml.value);
  if (wanted === null || wanted.length === 0) return own;
  let below: Layer | null = null;
  for (const [index, path] of wanted.entries()) {
    const layer = follow(path, { ...placeIn(own, ["includes", index]), path: ["includes", index] }, state);
    if (layer !== null) below = below === null ? layer : mergeLayers(below, layer);
  }
  return below === null ? own : mergeLayers(below, own);
}

/** Most texts are plain; of those, only a problem asks where something stands. */
function readText(text: string): Pick<YamlText, "value" | "problems" | "place"> {
  const value = readPlainYaml(text, { isAbsent });
  if (value === null) return readYaml(text, { isAbsent });
  let whole: YamlText | null = null;
  return {
    value,
    problems: [],
    place(path, key) {
      whole ??= readYaml(text, { isAbsent });
      return whole.place(path, key);
    },
  };
}

/** The list under `includes`; null when it is none, which the schema says. */
function includesOf(value: YamlValue): readonly string[] | null {
  const list = isYamlMap(value) ? value["includes"] : undefined;
  return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : null;
}

const usablePath = /^(?!\/)(?!(?:.*\/)?\.{0,2}\/)(?!.*\/\.\.?$)[^\0\\]+\.ya?ml$/;

function follow(path: string, at: Omit<Problem, "message">, state: State): Layer | null {
  const { stack, seen, included, include } = state;
  const refuse = (message: string) => {
    state.problems.push({ ...at, message });
    return null;
  };
  if (!usablePath.test(path)) return refuse("must be the path of a .yaml file below the catalogue's folder");
  if (stack.includes(path))
    return refuse(`includes itself: ${[...stack.slice(stack.indexOf(path)), path].join(" → ")}`);
  if (stack.length > maximumDepth) return refuse(`files include each other more than ${maximumDepth} deep`);
  if (seen.has(path)) return null;
  if (seen.size >= maximumFiles) return refuse(`more than ${maximumFiles} files are included`);
  if (include === undefined) return refuse("cannot be included: the definition is not read from a catalogue");
  const text = include(path);
  if (text === null) return refuse(`the catalogue has no file ${path}`);
  seen.add(path);
  included.push({ path, text });
  stack.push(path);
  const layer = readLayer(text, path, state);
  stack.pop();
  return layer === null ? null : withoutKey(layer, "includes");
}
