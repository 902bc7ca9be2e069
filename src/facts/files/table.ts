import { FactsError } from "../error.ts";
import type { FileType, ImageFile } from "../model.ts";
import { createRunColumn } from "./column.ts";
import { createPathRows, rootRow } from "./path-rows.ts";
import { createTexts } from "./texts.ts";

/**
 * Files by path, as a map, in some ten bytes each besides their names: an image may have millions. Files are made anew
 * each time they are asked for. They come in the order in which their paths were first met.
 */
export interface FileTable extends ReadonlyMap<string, ImageFile> {
  set(path: string, file: ImageFile): void;
  delete(path: string): boolean;
  /** Takes away what `rule` names, without looking at each path as a whole. */
  drop(rule: DropRule): void;
  /** Whether `path` was ever the folder of a file, or a file; of what never was, nothing need be taken away. */
  leadsOn(path: string): boolean;
  /** The row of the file at `path`, a small number that never changes; -1 where there is no such file. */
  rowOf(path: string): number;
}

/** Files to take away: those at `paths`, all below them and all below `folders`, where layers below `before` brought them. */
export interface DropRule {
  readonly paths: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  readonly before: number;
}

/** A table without files. */
export function createFileTable(): FileTable {
  const rows = createPathRows();
  const { names, parents } = rows;
  const kinds = createKinds();
  /** 0 for what only leads to others, or is gone. */
  const kindOf = createRunColumn();
  const sizes = createSizes();
  const links = createLinks();
  const capabilities = new Map<number, string>();
  let count = 0;

  const fileAt = (row: number, path: string): ImageFile | undefined => {
    const kind = kinds.get(kindOf.get(row));
    if (kind === undefined) return undefined;
    const { type, mode, uid, gid, layer } = kind;
    const linkPath = isLink(type) ? links.get(row) : "";
    const file = { path, type, mode, uid, gid, size: sizes.get(row), linkPath, layer };
    const found = capabilities.size === 0 ? undefined : capabilities.get(row);
    return found === undefined ? file : { ...file, capabilities: found };
  };
  const take = (row: number): boolean => {
    if (kindOf.get(row) === 0) return false;
    kindOf.set(row, 0);
    count--;
    return true;
  };
  /** The rows that have a file, with its path. */
  function* rowsOfFiles(): Generator<readonly [row: number, path: string]> {
    let folder = rootRow;
    let prefix = "";
    for (let row = 1; row < rows.count; row++) {
      if (kindOf.get(row) === 0) continue;
      if (parents.get(row) !== folder) {
        folder = parents.get(row);
        prefix = folder === rootRow ? "" : `${rows.pathOf(folder)}/`;
      }
      yield [row, prefix + names.text(row)];
    }
  }
  function* keys(): Generator<string> {
    for (const [, path] of rowsOfFiles()) yield path;
  }
  function* files(): Generator<ImageFile> {
    for (const [row, path] of rowsOfFiles()) {
      const file = fileAt(row, path);
      if (file !== undefined) yield file;
    }
  }

  const table: FileTable = {
    get size() {
      return count;
    },
    get(path) {
      const row = rows.find(path);
      return row < 0 ? undefined : fileAt(row, path);
    },
    has: (path) => table.rowOf(path) >= 0,
    set(path, file) {
      const row = rows.ensure(path);
      if (kindOf.get(row) === 0) count++;
      kindOf.set(row, kinds.numberOf(file));
      sizes.set(row, file.size);
      if (file.capabilities !== undefined) capabilities.set(row, file.capabilities);
      else if (capabilities.size > 0) capabilities.delete(row);
      if (isLink(file.type)) links.set(row, file.linkPath);
    },
    delete(path) {
      const row = rows.find(path);
      return row >= 0 && take(row);
    },
    rowOf(path) {
      const row = rows.find(path);
      return row >= 0 && kindOf.get(row) !== 0 ? row : -1;
    },
    leadsOn: (path) => rows.find(path) >= 0,
    drop({ paths, folders, before }) {
      const isBefore = (row: number) => (kinds.get(kindOf.get(row))?.layer ?? before) < before;
      const marked = new Uint8Array(rows.count);
      for (const path of [...paths, ...folders]) {
        const row = rows.find(path);
        if (row >= 0) marked[row] = 1;
        if (row >= 0 && paths.has(path) && isBefore(row)) take(row);
      }
      for (let row = 1; row < rows.count; row++) {
        if (marked[parents.get(row)] !== 1) continue;
        marked[row] = 1;
        if (isBefore(row)) take(row);
      }
    },
    keys,
    values: files,
    entries: () => files().map((file): [string, ImageFile] => [file.path, file]),
    [Symbol.iterator]: () => table.entries(),
    forEach(use, self) {
      for (const file of files()) use.call(self, file, file.path, table);
    },
  };
  return table;
}

/** What many files have in common. */
type Kind = Pick<ImageFile, "type" | "mode" | "uid" | "gid" | "layer">;

/** Each takes a hundred bytes and more. */
const mostKinds = 0xffff;

function tooManyKinds(): FactsError {
  return new FactsError("FACTS_TOO_LARGE", `the image's files differ in more than ${mostKinds} modes and owners`, {
    hint: "no ordinary image has so many; if it is to be trusted, look at whom its files belong to",
  });
}

/** Numbers kinds from 1; files that follow one another are mostly of the same. */
function createKinds() {
  const kinds: Kind[] = [];
  const numbers = new Map<string, number>();
  let last: Kind | null = null;
  let lastNumber = 0;
  return {
    get: (number: number): Kind | undefined => kinds[number - 1],
    numberOf(file: Kind): number {
      const { type, mode, uid, gid, layer } = file;
      const isLast =
        last?.mode === mode && last.type === type && last.layer === layer && last.uid === uid && last.gid === gid;
      if (isLast) return lastNumber;
      const key = `${type} ${mode} ${uid} ${gid} ${layer}`;
      last = { type, mode, uid, gid, layer };
      lastNumber = numbers.get(key) ?? kinds.push(last);
      if (lastNumber > mostKinds) throw tooManyKinds();
      numbers.set(key, lastNumber);
      return lastNumber;
    },
  };
}

/** Sizes by row; those that need more than 32 bits are rare. */
function createSizes() {
  const largest = 0xffff_ffff;
  const short = createRunColumn();
  const long = new Map<number, number>();
  return {
    get(row: number): number {
      const size = short.get(row);
      return size === largest ? (long.get(row) ?? size) : size;
    },
    set(row: number, size: number) {
      short.set(row, Math.min(size, largest));
      if (size >= largest) long.set(row, size);
    },
  };
}

/** Where links lead, by row. */
function createLinks() {
  const texts = createTexts();
  texts.add("");
  const numbers = createRunColumn();
  return {
    get: (row: number): string => texts.text(numbers.get(row)),
    set: (row: number, path: string) => numbers.set(row, texts.add(path)),
  };
}

function isLink(type: FileType): boolean {
  return type === "symlink" || type === "link";
}
