import type { Descriptor } from "../../oci/descriptor.ts";
import type { LayerFile } from "../merge.ts";
import type { FileType } from "../model.ts";
import type { Inspector } from "../trait.ts";
import type { Finder } from "./finder.ts";
import type { FileList } from "./packed.ts";

/** Which contents to keep, what to check, and what is too much. */
export interface WalkOptions {
  /** How many bytes of a file to keep at most, 0 for none; a larger file is not kept. For a hard link `size` is 0. */
  readonly keep: (path: string, file: { readonly size: number; readonly type: FileType }) => number;
  /** Looks at every file as it is read. What it says of all of them, as JSON, counts as kept bytes. */
  readonly inspector?: Inspector;
  /** Reads files as they stream past. What it finds in all of them counts as kept bytes. */
  readonly finder?: Finder;
  /** Where layers that were read before are remembered. */
  readonly memory?: LayerMemory;
  /** The configuration's digests of the unpacked layers, lowest first. */
  readonly diffIds?: readonly string[];
  /** Whether to check `diffIds` too, at the price of a SHA-256 over the unpacked bytes. Off unless asked for. */
  readonly verifyDiffIds?: boolean;
  readonly limits?: Readonly<Partial<WalkBudget>>;
  readonly signal?: AbortSignal;
}

/** What may still be read: tar entries, bytes of tar, bytes of kept contents. */
export interface WalkBudget {
  entries: number;
  /** Bytes of the lists of files, in which folders count once for those that follow one another in them. */
  listedBytes: number;
  unpackedBytes: number;
  keptBytes: number;
  /** Bytes of tar beyond a hundred times the packed ones, of which only files of zeros or the like have many. */
  swollenBytes: number;
}

/** Remembers layers as they were read, with the same options, for whoever reads an image that has them too. */
export interface LayerMemory {
  /** null where the layer is not known. */
  recall(place: LayerPlace): Promise<Layer | null>;
  remember(place: LayerPlace, layer: Layer): Promise<void>;
}

/** One layer to read: `index` counts from 0, lowest first. */
export interface LayerPlace {
  readonly descriptor: Descriptor;
  readonly index: number;
  readonly diffId: string;
}

/** A layer as read. */
export interface Layer {
  /** In the archive's order, markers included. */
  readonly files: FileList;
  /** What is known of some of the files besides, by their place in the order. */
  readonly known: ReadonlyMap<number, Known>;
  /** Paths of whiteouts and opaque markers. */
  readonly markers: readonly string[];
  readonly unpackedSize: number;
  /** What it takes of `WalkBudget.listedBytes`. */
  readonly listedBytes: number;
}

/** What is known of a file's content: the parts of `LayerFile` that most files have not. */
export type Known = Omit<LayerFile, "file">;

/** What a reading that began with others may still take. */
export type ReadOptions = WalkOptions & { readonly budget: WalkBudget };

/** What is known of a file that nobody asked about. */
export const nothingKnown: Known = { content: null, trait: null, finding: null };
