import type { Descriptor } from "../oci/descriptor.ts";

/** The kind of a file in an image. */
export type FileType = "file" | "directory" | "symlink" | "link" | "character" | "block" | "fifo";

/** A file of the merged image. `path` has no leading slash; `layer` counts from 0; `size` and `mode` as in the archive. */
export interface ImageFile {
  readonly path: string;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly linkPath: string;
  readonly layer: number;
}

/** A layer as found: compressed size from the manifest, unpacked size of its tar stream. */
export interface ImageLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
  readonly unpackedSize: number;
}

/** An image with its layers applied: whiteouts and opaque directories honoured. */
export interface ImageTree {
  readonly files: ReadonlyMap<string, ImageFile>;
  /** Contents of the files a reader asked to keep, by path. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly layers: readonly ImageLayer[];
}

/** What an image really has. What is not known is null. */
export interface Facts {
  readonly user: string;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Absolute paths of shells found, sorted; empty when there is none. */
  readonly shells: readonly string[];
  /** Package managers found by name (`apt`, `dpkg`, `npm`, `yarn`), sorted. */
  readonly packageManagers: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly environment: readonly string[];
  readonly ports: readonly string[];
  readonly setuid: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes: `compressed` sums the manifest's layers and config, `unpacked` the layers' tar streams. */
  readonly size: { readonly compressed: number; readonly unpacked: number };
  readonly layers: number;
}
