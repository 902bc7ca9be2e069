import { randomBytes } from "node:crypto";
import { type Column, createColumn } from "./column.ts";
import { createNames, type Names } from "./names.ts";

/** Paths as rows of a table: each row is a name in the folder of another row, so that a folder's path is held once. */
export interface PathRows {
  /** How many rows there are, the root's included; rows are numbered from 0. */
  readonly count: number;
  readonly names: Names;
  /** The row of the folder a row is in; folders have smaller numbers than what they hold. */
  readonly parents: Column;
  /** Where the name of a row stands in `names`. */
  readonly places: Column;
  /** The row of `path`; -1 where there is none. */
  find(path: string): number;
  /** The row of `path`, which is added, with its folders, where it is missing. */
  ensure(path: string): number;
  pathOf(row: number): string;
}

/** The row of the root, whose path is "". */
export const rootRow = 0;

/** Rows for no path but the root. */
export function createPathRows(): PathRows {
  /** Paths made to collide for one seed do not for another. */
  const seed = randomBytes(4).readUInt32LE();
  const names = createNames();
  const parents = createColumn();
  const places = createColumn();
  let slots = new Uint32Array(1 << 10);
  let count = 1;

  const slotOf = (parent: number, part: Part): number => {
    const mask = slots.length - 1;
    for (let slot = hashOf(seed ^ parent, part) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot] ?? 0;
      if (row === 0) return slot;
      if (parents.get(row) === parent && names.matches(places.get(row), part)) return slot;
    }
  };
  const grow = () => {
    slots = new Uint32Array(slots.length * 2);
    for (let row = 1; row < count; row++) slots[slotOf(parents.get(row), whole(names.text(places.get(row))))] = row;
  };
  const add = (parent: number, part: Part): number => {
    if (count * 8 > slots.length * 7) grow();
    const row = count++;
    parents.set(row, parent);
    places.set(row, names.add(part.path.slice(part.start, part.end), null));
    slots[slotOf(parent, part)] = row;
    return row;
  };
  const walk = (path: string, missing: (parent: number, part: Part) => number): number => {
    const part = { path, start: 0, end: 0 };
    let row = rootRow;
    for (; path !== "" && row >= 0 && part.start <= path.length; part.start = part.end + 1) {
      const slash = path.indexOf("/", part.start);
      part.end = slash === -1 ? path.length : slash;
      row = slots[slotOf(row, part)] || missing(row, part);
    }
    return row;
  };

  return {
    get count() {
      return count;
    },
    names,
    parents,
    places,
    find: (path) => walk(path, () => -1),
    ensure: (path) => walk(path, add),
    pathOf(row) {
      const parts: string[] = [];
      for (let at = row; at !== rootRow; at = parents.get(at)) parts.push(names.text(places.get(at)));
      return parts.reverse().join("/");
    },
  };
}

/** A part of a path: the characters from `start` to `end`. */
export interface Part {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

function whole(name: string): Part {
  return { path: name, start: 0, end: name.length };
}

function hashOf(start: number, part: Part): number {
  let hash = Math.imul(start, 0x9e37_79b1);
  for (let index = part.start; index < part.end; index++) {
    hash = Math.imul(hash ^ part.path.charCodeAt(index), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
