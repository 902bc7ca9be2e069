import type { DockerfileErrorCode } from "./error.ts";
import { splitFlags } from "./flags.ts";
import { type LogicalText, type Position, type Range, sliceLogical, trimLogical, type Word, wordAt } from "./text.ts";
import type { Command, Diagnostic } from "./tree.ts";

/** What reading a command needs to know of the file around it. `nested` is set for what ONBUILD holds. */
export interface CommandContext {
  readonly nested?: boolean;
  positionOf(range: Range): Position;
  report(diagnostic: Diagnostic): void;
}

const jsonForms = new Set(["ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"]);
const others = [
  "ARG",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "STOPSIGNAL",
  "USER",
  "WORKDIR",
];
const known = new Set([...jsonForms, ...others]);

/** Reads keyword, flags and arguments from a logical line. Heredoc bodies are not on it; the caller adds them. */
export function readCommand(line: LogicalText, context: CommandContext): Command {
  const trimmed = trimLogical(line);
  const length = /^[^\t\v\f\r ]*/.exec(trimmed.text)?.[0].length ?? 0;
  const word = wordAt(trimmed, { from: 0, to: length });
  const keyword = word.text.toUpperCase();
  const position = context.positionOf(word.range);
  const { flags, rest } = splitFlags(sliceLogical(trimmed, length));
  const report = (code: DockerfileErrorCode, message: string, hint: string) =>
    context.report({ code, message, hint, position });

  if (!known.has(keyword)) {
    report("DOCKERFILE_INSTRUCTION_UNKNOWN", `unknown instruction ${shown(word)}`, "check its spelling");
  } else if (rest.text === "") {
    report("DOCKERFILE_INSTRUCTION_INVALID", `${keyword} has no arguments`, "complete or remove the line");
  } else if (keyword === "ONBUILD" && context.nested === true) {
    report("DOCKERFILE_INSTRUCTION_INVALID", "ONBUILD cannot be an ONBUILD trigger", "write ONBUILD once");
  }
  const json = jsonForms.has(keyword) ? rest.text : keyword === "HEALTHCHECK" ? healthcheckCommand(rest.text) : "";
  const exec = readJsonForm(json);
  if (exec === "not strings") {
    report(
      "DOCKERFILE_INSTRUCTION_INVALID",
      `the JSON form of ${keyword} has something other than strings`,
      "quote it",
    );
  }
  const holds = keyword === "ONBUILD" && rest.text !== "" && context.nested !== true;
  const trigger = holds ? readCommand(rest, { ...context, nested: true }) : null;
  return {
    keyword,
    word,
    position,
    flags,
    arguments: rest,
    exec: exec === "not strings" ? null : exec,
    heredocs: [],
    trigger,
  };
}

/** Whether heredocs can follow: RUN, COPY and ADD in the shell form, also behind ONBUILD. */
export function takesHeredocs(command: Command): boolean {
  const { keyword, exec } = command.trigger ?? command;
  return exec === null && (keyword === "RUN" || keyword === "COPY" || keyword === "ADD");
}

function healthcheckCommand(text: string): string {
  return /^cmd[\t\v\f\r ]+(.*)$/is.exec(text)?.[1] ?? "";
}

/** The strings of a JSON array; null for what is not one, which makes it the shell form. */
function readJsonForm(text: string): readonly string[] | "not strings" | null {
  if (!text.startsWith("[")) return null;
  const value = parseJson(text);
  if (!Array.isArray(value)) return null;
  const strings = value.filter((item) => typeof item === "string");
  return strings.length === value.length ? strings : "not strings";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shown(word: Word): string {
  return JSON.stringify(word.text.slice(0, 40));
}
