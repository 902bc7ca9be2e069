import { type Entry, fileEntry } from "./layer/entry.ts";

/**
 * Something an image holds that no Debian package owns: a runtime from another source, or what the builder itself adds.
 * It is recorded inside the image with the files it owns, so that no file is without an owner.
 */
export interface Component {
  readonly type: "hardpan" | "generic" | "npm";
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly string[];
  readonly supplier: string | null;
  /** Notes on its origin, in sentences. */
  readonly comments: readonly string[];
}

/** The folder of component records inside an image. */
export const componentFolder = "usr/share/hardpan/component";

/** The record of `component`, which owns `files` and the record itself. */
export function componentRecord(component: Component, files: readonly string[], mtime: number): Entry {
  const path = `${componentFolder}/${component.name.replace(/[^A-Za-z0-9._+-]/g, "_")}.json`;
  const record = { schema: "hardpan/component/1", ...component, files: [...files, path].sort() };
  return fileEntry(path, `${JSON.stringify(record, null, 1)}\n`, { mtime });
}
