import { randomBytes } from "node:crypto";
import { FactsError } from "../error.ts";
import { type Column, createRunColumn } from "./column.ts";
import { createTexts, type Texts } from "./texts.ts";

/** Paths as rows of a table: each row is a name in the folder of another row, so that a folder's path is held once. */
export interface PathRows {
  /** How many rows there are, the root's included; rows are numbered from 0. */
  readonly count: number;
  /** The names by row. */
  readonly names: Texts;
  /** The row of the folder a row is in; folders have smaller numbers than what they hold. */
  readonly parents: Column;
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
  const names = createTexts();
  const parents = createRunColumn();
  /** Rows by the hash of their name and folder, in the lower bits; above them bits of the hash that spare most looks at names. */
  let slots = new Uint32Array(1 << 10);
  let count = names.add("") + 1;
  const folders = createRecentFolders();

  const slotOf = (parent: number, part: Part): number => {
    const hash = hashOf(seed ^ parent, part);
    const tag = tagOf(hash);
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0;
      if (entry === 0) return slot;
      if ((entry & tagMask) !== tag) continue;
      const row = entry & rowMask;
      if (parents.get(row) === parent && names.matches(row, part)) return slot;
    }
  };
  const grow = () => {
    const size = slots.length * 2;
    // Given back before more is asked for: the garbage collector would come to it late.
    slots.buffer.transfer(0);
    slots = new Uint32Array(size);
    const mask = slots.length - 1;
    for (let row = 1; row < count; row++) {
      const hash = hashOf(seed ^ parents.get(row), whole(names.text(row)));
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = tagOf(hash) | row;
    }
  };
  const add = (parent: number, part: Part): number => {
    if (count > rowMask) throw tooMany();
    if (count * 4 > slots.length * 3) grow();
    const row = names.add(part.path.slice(part.start, part.end));
    count = row + 1;
    parents.set(row, parent);
    slots[slotOf(parent, part)] = tagOf(hashOf(seed ^ parent, part)) | row;
    return row;
  };
  const walk = (path: string, missing: (parent: number, part: Part) => number): number => {
    if (path === "") return rootRow;
    const last = path.lastIndexOf("/") + 1;
    const known = folders.rowOf(path, last);
    const part = { path, start: known < 0 ? 0 : last, end: 0 };
    let row = known < 0 ? rootRow : known;
    for (; row >= 0 && part.start <= path.length; part.start = part.end + 1) {
      const slash = path.indexOf("/", part.start);
      part.end = slash === -1 ? path.length : slash;
      if (known < 0 && part.start === last) folders.note(path, last, row);
      row = (slots[slotOf(row, part)] ?? 0) & rowMask || missing(row, part);
    }
    return row;
  };

  return {
    get count() {
      return count;
    },
    names,
    parents,
    find: (path) => walk(path, () => -1),
    ensure: (path) => walk(path, add),
    pathOf(row) {
      const parts: string[] = [];
      for (let at = row; at !== rootRow; at = parents.get(at)) parts.push(names.text(at));
      return parts.reverse().join("/");
    },
  };
}

/** How many folders are remembered: those that files alternate between, not all of a large image. */
const mostFolders = 1024;

/** The rows of folders met lately, as files that follow one another are mostly in one, or in few. */
function createRecentFolders() {
  const rows = new Map<string, number>();
  let lastFolder = "";
  let lastRow = rootRow;
  const note = (path: string, end: number, row: number) => {
    lastFolder = path.slice(0, end);
    lastRow = row;
    if (rows.size >= mostFolders) rows.clear();
    rows.set(lastFolder, row);
  };
  return {
    /** The row of the folder whose path are the characters of `path` before `end`; -1 where it is not remembered. */
    rowOf(path: string, end: number): number {
      if (end === lastFolder.length && path.startsWith(lastFolder)) return lastRow;
      const folder = path.slice(0, end);
      const row = rows.get(folder);
      if (row === undefined) return -1;
      lastFolder = folder;
      lastRow = row;
      return row;
    },
    note,
  };
}

/** Rows take these bits of a slot. */
const rowMask = 0xff_ffff;
const tagMask = ~rowMask;

function tagOf(hash: number): number {
  return hash & tagMask;
}

function tooMany(): FactsError {
  return new FactsError("FACTS_TOO_LARGE", `the image has more than ${rowMask} files and folders`, {
    hint: "no ordinary image is this large; if it is to be trusted, look at what fills it",
  });
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
