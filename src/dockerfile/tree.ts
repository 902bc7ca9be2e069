import type { DockerfileErrorCode } from "./error.ts";
import type { LogicalText, Position, Range, Word } from "./text.ts";

/**
 * A Dockerfile as a lossless tree: the ranges of `nodes` cover `source` without gap or overlap, in order. Any text has
 * one; what a builder would refuse stands in `diagnostics`.
 */
export interface Dockerfile {
  readonly source: string;
  /** The character that continues lines and escapes, from the `escape` directive. */
  readonly escape: "\\" | "`";
  readonly nodes: readonly Node[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What one or more whole lines are. */
export type Node = Blank | Comment | Directive | Instruction;

/** A line with nothing on it. */
export interface Blank {
  readonly kind: "blank";
  readonly range: Range;
}

/** A line whose first visible character is `#`, outside continuations and heredocs. */
export interface Comment {
  readonly kind: "comment";
  readonly range: Range;
}

/** `# syntax=`, `# escape=` or `# check=` before everything else. `name` is in lower case. */
export interface Directive {
  readonly kind: "directive";
  readonly range: Range;
  readonly name: string;
  readonly value: string;
}

/** An instruction with its continuation lines, the comments between them, and its heredocs. */
export interface Instruction extends Command {
  readonly kind: "instruction";
  /** Whole lines, to the end of the last heredoc. */
  readonly range: Range;
}

/** What an instruction says; ONBUILD holds a second one. */
export interface Command {
  /** In upper case: `FROM`, `RUN`. Instructions this reader does not know are kept too. */
  readonly keyword: string;
  readonly word: Word;
  readonly position: Position;
  readonly flags: readonly Flag[];
  /** What follows keyword and flags. */
  readonly arguments: LogicalText;
  /** The strings of the JSON form; null in the shell form and where the instruction has no JSON form. */
  readonly exec: readonly string[] | null;
  readonly heredocs: readonly Heredoc[];
  /** The instruction ONBUILD keeps for later; null elsewhere. */
  readonly trigger: Command | null;
}

/** `--name=value` between keyword and arguments; `value` is null without `=`. Quotes are removed, as builders do. */
export interface Flag {
  readonly name: string;
  readonly value: string | null;
  readonly word: Word;
}

/** A body announced by `<<NAME`. `range` is of the body without its terminator. */
export interface Heredoc {
  readonly name: string;
  /** Whether variables in it are replaced: not when any part of the name was quoted. */
  readonly expand: boolean;
  /** `<<-`: leading tabs are dropped. */
  readonly chomp: boolean;
  readonly content: string;
  readonly range: Range;
}

/** Something a builder would refuse. */
export interface Diagnostic {
  readonly code: DockerfileErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly position: Position;
}
