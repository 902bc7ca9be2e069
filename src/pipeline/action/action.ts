import type { PipelineError } from "../error.ts";

/** What a step's action comes to: a script, and what has to be there for it. */
export interface ActionScript {
  readonly script: string;
  readonly shell: "sh";
  /** Programs that must be in the stage, besides the shell. */
  readonly programs: readonly string[];
  /** Whether the script must reach other machines. */
  readonly network: boolean;
  /** Variables the script counts on; where the step's own `environment` has the same name, the step's wins. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What an action knows about the build it is part of. */
export interface ActionContext {
  readonly arch: "amd64" | "arm64";
  readonly fips: boolean;
  /** `${target.dir}` and the step's `work-dir`: absolute paths inside the stage. */
  readonly targetDir: string;
  readonly workDir: string;
  /** Where the stage collects SBOM fragments; `/opt/docker/sbom` when not given. */
  readonly sbomDir?: string;
  /** Seconds since 1970, the one time the build knows. */
  readonly epoch: number;
  /** For messages: the definition's file, the build's and the step's name. */
  readonly definition: string;
  readonly build: string;
  readonly step: string;
}

/** An action as data: its name, its inputs, and the script they come to. */
export interface Action {
  /** As `uses` has it: `go/build@v1`. */
  readonly name: string;
  /** Every key `with` may have; `required` ones must be given. */
  readonly inputs: Readonly<Record<string, "required" | "optional">>;
  /** Pure. Throws PIPELINE_ACTION_INPUT through the inputs it reads. */
  write(inputs: ActionInputs, context: ActionContext): ActionBody;
}

/** What one action writes; `actionScript` puts the shell's options and the working directory before it. */
export interface ActionBody {
  readonly lines: readonly string[];
  readonly programs: readonly string[];
  /** False when not given. */
  readonly network?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The checked values of `with`, by key. All methods throw PIPELINE_ACTION_INPUT for a value of another type. */
export interface ActionInputs {
  /** A text; null when absent. */
  text(key: string): string | null;
  /** A text that is there and not empty. */
  requiredText(key: string): string;
  /** `true`, `false`, `1` or `0`; null when absent. */
  flag(key: string): boolean | null;
  /** A list, or a text with one item per line, trimmed and without empty items; empty when absent. */
  list(key: string): readonly string[];
  /** As `list`, and each item read as words, with the shell's quotes. */
  words(key: string): readonly string[];
  /** A map, or `NAME=value` items, names checked to be those of environment variables; empty when absent. */
  variables(key: string): Readonly<Record<string, string>>;
  /** The error for a value that is not as it must be. */
  invalid(key: string, what: string): PipelineError;
}
