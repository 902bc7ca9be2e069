import type { YamlValue } from "../schema.ts";
import type { Place } from "../yaml.ts";
import { isYamlMap } from "../yaml-value.ts";

type Path = readonly (string | number)[];

/** Where the parts of a value stand. */
export interface Origin {
  place(path: Path, key?: boolean): Place;
}

/** A value with the origin of each of its parts. */
export interface Layer {
  readonly value: YamlValue;
  readonly origin: Origin;
  /** Where this value is in its origin. */
  readonly path: Path;
  /** Parts of another origin or place than their parent's; absent where nothing was merged. */
  readonly parts?: ReadonlyMap<string | number, Layer>;
}

/** A whole value of one origin. */
export function layerOf(value: YamlValue, origin: Origin): Layer {
  return { value, origin, path: [] };
}

/** Command lines are one value in several words: joining two would make a third. */
const whole: ReadonlySet<string | number | undefined> = new Set(["entrypoint", "cmd"]);

/**
 * Puts `over` over `under`: maps key by key, lists one after the other without texts that are there already, all else
 * replaced. `entrypoint` and `cmd` are replaced, too.
 */
export function mergeLayers(under: Layer, over: Layer): Layer {
  const [below, above] = [under.value, over.value];
  if (isList(below) && isList(above)) return whole.has(over.path.at(-1)) ? over : mergeLists(under, over);
  if (isYamlMap(below) && isYamlMap(above)) return mergeMaps(under, over);
  return over;
}

/** The layer's map without one of its keys. */
export function withoutKey(layer: Layer, key: string): Layer {
  if (!isYamlMap(layer.value)) return layer;
  const { [key]: _, ...value } = layer.value;
  return { ...layer, value };
}

/** Where the part of a layer at `path`, or with `key` its key, stands. */
export function placeIn(layer: Layer, path: Path, key?: boolean): Place {
  let current = layer;
  for (const [depth, part] of path.entries()) {
    const inner = current.parts?.get(part);
    if (inner === undefined) return current.origin.place([...current.path, ...path.slice(depth)], key);
    current = inner;
  }
  return current.origin.place(current.path, key);
}

function mergeLists(under: Layer, over: Layer): Layer {
  const first = partsOf(under);
  const known = new Set(first.map(({ value }) => value).filter((value) => typeof value === "string"));
  const more = partsOf(over).filter(({ value }) => typeof value !== "string" || !known.has(value));
  const items = [...first, ...more];
  return { ...over, value: items.map(({ value }) => value), parts: new Map(items.entries()) };
}

function mergeMaps(under: Layer, over: Layer): Layer {
  const parts = new Map<string | number, Layer>();
  const keys = [...Object.keys(under.value), ...Object.keys(over.value)];
  for (const key of new Set(keys)) {
    const [below, above] = [partOf(under, key), partOf(over, key)];
    const part = below === null ? above : above === null ? below : mergeLayers(below, above);
    if (part !== null) parts.set(key, part);
  }
  return { ...over, value: Object.fromEntries([...parts].map(([key, { value }]) => [key, value])), parts };
}

function partsOf(layer: Layer): readonly Layer[] {
  return isList(layer.value) ? layer.value.flatMap((_, index) => partOf(layer, index) ?? []) : [];
}

function partOf(layer: Layer, key: string | number): Layer | null {
  const known = layer.parts?.get(key);
  if (known !== undefined) return known;
  const { value } = layer;
  const inner = isList(value)
    ? value[Number(key)]
    : isYamlMap(value) && Object.hasOwn(value, key)
      ? value[key]
      : undefined;
  return inner === undefined ? null : { value: inner, origin: layer.origin, path: [...layer.path, key] };
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
