import { type ElfDynamic, readElfDynamic } from "../elf/dynamic.ts";
import { isElf } from "../elf/header.ts";
import { type FipsModule, isFipsModule, readFipsModule } from "./fips-module.ts";

/** What a file is for an audit, small enough to be kept in place of its content, and JSON. */
export type FileTrait = ElfTrait | ScriptTrait;

/** A program or a library. */
export interface ElfTrait extends ElfDynamic {
  readonly kind: "elf";
  /** Of the FIPS provider only. */
  readonly fips?: FipsModule;
}

/** An executable text whose first line names what runs it (execve(2), "Interpreter scripts"). */
export interface ScriptTrait {
  readonly kind: "script";
  readonly interpreter: string;
  /** The rest of the line; null when there is none. */
  readonly argument: string | null;
}

/** What a trait depends on besides the content. */
export interface TraitFile {
  readonly path: string;
  readonly mode: number;
}

/** Looks at files while they stream past; only what it says of them is kept. */
export interface Inspector {
  /** What the first bytes, at most `tarStartSize`, tell of a file; `whole` asks for all of it. */
  start(file: TraitFile & { readonly size: number }, start: Uint8Array): FileTrait | "whole" | null;
  whole(file: TraitFile, content: Uint8Array): FileTrait | null;
}

/** The longest first line Linux reads, and the largest program or library that is looked into, in bytes. */
const limits = { line: 256, elf: 256 * 2 ** 20 };

/** Types of ELF files that are loaded: executable and shared object. */
const loadable: ReadonlySet<number | undefined> = new Set([2, 3]);

/** Finds the trait of each file of a walk. */
export const traitInspector: Inspector = {
  start(file, start) {
    if (!isElf(start)) return fileTrait(file, start);
    return loadable.has(start[16]) && file.size <= limits.elf ? "whole" : null;
  },
  whole: fileTrait,
};

/**
 * The trait of a file: of an ELF program or library of whatever mode, which needs its whole content, or of an executable
 * script, which needs its first 256 bytes. null for any other. Never throws for what the content is.
 */
export function fileTrait(file: TraitFile, content: Uint8Array): FileTrait | null {
  if (!isElf(content)) return (file.mode & 0o111) === 0 ? null : scriptTrait(content);
  const dynamic = content.length > limits.elf ? null : readElfDynamic(content);
  if (dynamic === null) return null;
  return { kind: "elf", ...dynamic, ...(isFipsModule(file.path) ? { fips: readFipsModule(content) } : {}) };
}

function scriptTrait(content: Uint8Array): ScriptTrait | null {
  if (content[0] !== 0x23 || content[1] !== 0x21) return null;
  const [line = ""] = Buffer.from(content.subarray(2, limits.line))
    .toString("latin1")
    .split(/[\n\0]/, 1);
  const [, interpreter, argument = ""] = /^[ \t]*([^ \t]+)(?:[ \t]+(.*))?$/s.exec(line.replace(/[ \t]+$/, "")) ?? [];
  return interpreter === undefined ? null : { kind: "script", interpreter, argument: argument || null };
}
