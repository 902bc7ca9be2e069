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
  /** File capabilities as `formatCapabilities` shows them, where the file has any. */
  readonly capabilities?: string;
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

/** What an audit of an image's files finds besides. All paths are absolute, all lists sorted by them. */
export interface AuditedFacts extends Facts {
  /** Further groups of the user, see `supplementaryGroups`. */
  readonly groups: readonly number[];
  /** The first word of what a container starts and the file it means; null when the configuration names nothing. */
  readonly command: StartedCommand | null;
  /** What the user can write, without what lies below a folder of the list; null when its uid is not known. */
  readonly writable: readonly string[] | null;
  /** What everybody can write, except for `sticky`: folders where only a file's owner can remove it, such as /tmp. */
  readonly worldWritable: readonly string[];
  readonly sticky: readonly string[];
  readonly capabilities: readonly CapableFile[];
  readonly scripts: readonly ScriptFact[];
  /** Programs whose program interpreter, the dynamic loader, is missing. */
  readonly missingLoaders: readonly MissingLoader[];
  readonly missingLibraries: readonly MissingLibrary[];
  readonly fips: FipsFacts;
}

/** `path` is null when the image has no such program. */
export interface StartedCommand {
  readonly word: string;
  readonly path: string | null;
}

/** A file with capabilities, `cap_net_raw=ep`. */
export interface CapableFile {
  readonly path: string;
  readonly capabilities: string;
}

/**
 * `certain` for programs, scripts found by PATH and libraries on the search path: they cannot run or be loaded. `possible`
 * for scripts and libraries elsewhere, which nothing may run, or a program load that brings what they need; and for what is
 * for another machine than the image.
 */
export type Grade = "certain" | "possible";

/** An executable script and what runs it: a path, or the word that env(1) looks up in PATH. */
export interface ScriptFact {
  readonly path: string;
  readonly interpreter: string;
  readonly missing: boolean;
  readonly grade: Grade;
}

/** A program and the loader it names. */
export interface MissingLoader {
  readonly path: string;
  readonly loader: string;
  readonly grade: Grade;
}

/** A program or library and the name of a library it needs, which is not where it is looked for. */
export interface MissingLibrary {
  readonly path: string;
  readonly library: string;
  readonly grade: Grade;
}

/** What an image has of OpenSSL's FIPS provider and its configuration (fips_module(7), config(5)). */
export interface FipsFacts {
  /** Path of fips.so; null when there is none, and then all else is null or false. */
  readonly provider: string | null;
  /** The module's version as its file says. */
  readonly version: string | null;
  /** The configuration file programs read, whether or not it is about FIPS. */
  readonly configuration: string | null;
  /** Whether the configuration activates the provider. */
  readonly activated: boolean;
  /** Whether it makes approved algorithms the default: `default_properties = fips=yes`. */
  readonly enforced: boolean;
  /** Whether the configuration's `module-mac` is that of the provider's file; null where it names none. */
  readonly intact: boolean | null;
  /** A file of these that the image's user cannot read, so that programs do without; null where there is none. */
  readonly unreadable: string | null;
  /** What the label `io.hardpan.fips.certificate` says, where it has a number. */
  readonly certificate: string | null;
  /** Where there is a provider: programs and libraries that bring cryptography of their own, which it has no part in; sorted. */
  readonly outside: readonly ForeignCryptography[];
}

/** A program or library with cryptography of its own, and what that is. */
export interface ForeignCryptography {
  readonly path: string;
  readonly what: string;
}
