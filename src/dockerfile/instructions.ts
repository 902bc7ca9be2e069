import { DockerfileError } from "./error.ts";
import { splitWords } from "./text.ts";
import type { Command, Dockerfile } from "./tree.ts";

/** A command line: of the shell in the shell form, of the kernel in the exec form. */
export type CommandLine =
  | { readonly form: "shell"; readonly text: string }
  | { readonly form: "exec"; readonly arguments: readonly string[] };

/** What RUN, CMD, ENTRYPOINT, SHELL or HEALTHCHECK CMD runs; null for other instructions and `HEALTHCHECK NONE`. */
export function commandLineOf(command: Command): CommandLine | null {
  if (command.exec !== null && command.keyword !== "VOLUME") return execForm(command);
  if (command.keyword === "HEALTHCHECK") {
    const text = /^cmd[\t\v\f\r ]+(.*)$/is.exec(command.arguments.text)?.[1];
    return text === undefined ? null : { form: "shell", text };
  }
  const runs = ["RUN", "CMD", "ENTRYPOINT", "SHELL"].includes(command.keyword);
  return runs ? { form: "shell", text: command.arguments.text } : null;
}

function execForm(command: Command): CommandLine | null {
  const copies = command.keyword === "COPY" || command.keyword === "ADD";
  return copies || command.exec === null ? null : { form: "exec", arguments: command.exec };
}

/** What COPY or ADD takes from where to where, as written; heredocs count as sources. null for other instructions. */
export interface Copy {
  /** `--from`: a stage by name or number, or an image; null for the build context. */
  readonly from: string | null;
  readonly chown: string | null;
  readonly sources: readonly string[];
  readonly destination: string;
}

/** Reads a COPY or ADD. null for other instructions, and where source or destination is missing. */
export function copyOf(command: Command): Copy | null {
  if (command.keyword !== "COPY" && command.keyword !== "ADD") return null;
  const words = command.exec ?? splitWords(command.arguments).map((word) => word.text);
  const destination = words.at(-1);
  if (destination === undefined || words.length < 2) return null;
  const flag = (name: string) => command.flags.find((candidate) => candidate.name === name)?.value ?? null;
  return { from: flag("from"), chown: flag("chown"), sources: words.slice(0, -1), destination };
}

/** Throws the first thing a builder would refuse in `dockerfile`; `path` names the file in the message. */
export function assertValid(dockerfile: Dockerfile, path: string): void {
  const first = dockerfile.diagnostics[0];
  if (first === undefined) return;
  const { line, column } = first.position;
  throw new DockerfileError(first.code, `${path}:${line}:${column}: ${first.message}`, { hint: first.hint });
}
