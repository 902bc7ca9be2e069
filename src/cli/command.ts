import type { Context } from "./context.ts";

/** A command as data: what help shows, and a function that returns what is to be printed. */
export interface Command {
  /** Words after `hardpan`: `build`, `db import`. */
  readonly name: string;
  /** A shorter name for its last word. */
  readonly alias?: string;
  readonly summary: string;
  /** Longer help, after the options. */
  readonly description?: string;
  /** commander's form: `<NAME>`, `[DIR]`, `<REF...>`, each with its explanation. */
  readonly arguments: readonly (readonly [form: string, explanation: string])[];
  readonly options: readonly CommandOption[];
  /** Command lines that work as they stand, with what they do. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  run(invocation: Invocation, context: Context): Promise<Outcome>;
}

/** An option in commander's form: `--platform <os/arch>`. `many` collects repeated uses. */
export interface CommandOption {
  readonly form: string;
  readonly explanation: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly many?: boolean;
  /** What help lists it under, without a colon; those without stand first. */
  readonly group?: string;
}

/** What the user typed, in commander's terms. */
export interface Invocation {
  readonly arguments: readonly string[];
  readonly options: Options;
}

/** Options by their long name without dashes, in camel case. */
export interface Options {
  text(name: string): string | null;
  texts(name: string): readonly string[];
  /** Whether an option without value was given; `noDev` for `--no-dev`. */
  flag(name: string): boolean;
}

/** What a command found: `json` for machines, `text` for people. `exitCode` 2 is a gate that said no. */
export interface Outcome {
  readonly json: unknown;
  /** The text for each format the command offers; `text` is what is printed unless asked otherwise. */
  readonly text: (terminal: Terminal) => string | Promise<string>;
  /** Printed as it is, whatever the format: the command has rendered it itself. */
  readonly raw?: string;
  /** Further formats by the name `--format` takes. */
  readonly formats?: Readonly<Record<string, () => string>>;
  readonly exitCode?: 0 | 1 | 2;
}

/** What the printer may assume of where text goes. */
export interface Terminal {
  readonly columns: number;
  readonly color: boolean;
}
