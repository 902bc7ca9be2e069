import { assignmentsOf } from "../dockerfile/assignments.ts";
import type { Edit } from "../dockerfile/edit.ts";
import { instructionsOf } from "../dockerfile/parse.ts";
import type { BuildArguments, Stage } from "../dockerfile/stages.ts";
import type { Position, Word } from "../dockerfile/text.ts";
import type { Dockerfile, Instruction } from "../dockerfile/tree.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** The one edit a swap makes: in FROM, or in the ARG that FROM takes the whole image from. */
export interface FromEdit extends Edit {
  readonly from: string;
  readonly position: Position;
}

interface Swap {
  readonly stage: Stage;
  readonly stages: readonly Stage[];
  readonly to: string;
  readonly options: { readonly buildArguments?: BuildArguments };
}

/**
 * Where `to` has to be written so that `stage` starts from it. FROM without variables: there. FROM that is one variable:
 * in the default of its ARG. FROM whose variable is the version: the variable stays, the rest is replaced.
 */
export function planFromEdit(
  dockerfile: Dockerfile,
  swap: Swap,
): { readonly edit: FromEdit | null; readonly refusals: readonly Refusal[] } {
  const { stage, to } = swap;
  const [name, ...more] = stage.resolved.used;
  const inFrom = (text: string) => ({
    edit: replaced(stage.image, { text, position: imagePosition(dockerfile, stage) }),
    refusals: [],
  });
  if (name === undefined) return inFrom(to);
  if (more.length === 0 && /^[A-Za-z_]\w*$/.test(name)) {
    const versioned = withVersion(stage, { name, to });
    if (versioned !== null) return inFrom(versioned);
    const argument = new RegExp(`^\\$(?:${name}|\\{${name}\\})$`).test(stage.image.text)
      ? findArgument(dockerfile, name)
      : null;
    const edit = argument === null || isShared(dockerfile, { ...swap, name }) ? null : argument;
    if (edit !== null)
      return {
        edit: replaced(edit.word, { text: quotedLike(edit.word.text, to), position: edit.position }),
        refusals: [],
      };
  }
  const reason = `takes its image from ${stage.resolved.used.join(", ")} in a way that cannot be changed without changing more: write the image here`;
  return { edit: null, refusals: [refuse(stage.from, { rule: "argument-shared", reason })] };
}

function replaced(word: Word, { text, position }: { readonly text: string; readonly position: Position }): FromEdit {
  return { range: word.range, text, from: word.text, position };
}

/** `to` with the variable in place of the version, when the variable is all of the version in what is written. */
function withVersion(stage: Stage, { name, to }: { readonly name: string; readonly to: string }): string | null {
  const written = new RegExp(`^([^$]*:)(\\$(?:${name}|\\{${name}(?::?-[^{}$]*)?\\}))(-[^$]*)?$`).exec(stage.image.text);
  const expression = written?.[2];
  const prefix = written?.[1];
  if (expression === undefined || prefix === undefined) return null;
  const version = stage.resolved.text.slice(prefix.length, stage.resolved.text.length - (written?.[3] ?? "").length);
  const colon = to.lastIndexOf(":");
  const rest = to.slice(colon + 1);
  if (version === "" || !rest.startsWith(version) || !/^(?:-|$)/.test(rest.slice(version.length))) return null;
  return `${to.slice(0, colon + 1)}${expression}${rest.slice(version.length)}`;
}

/** The default of the global ARG `name`. null where there is none. */
function findArgument(
  dockerfile: Dockerfile,
  name: string,
): { readonly word: Word; readonly position: Position } | null {
  const instructions = instructionsOf(dockerfile);
  const first = instructions.findIndex(({ keyword }) => keyword === "FROM");
  for (const instruction of instructions.slice(0, first).toReversed()) {
    const found = assignmentsOf(instruction, dockerfile.escape).find((assignment) => assignment.name === name);
    if (found?.value != null && found.value.text !== "") {
      return { word: found.value, position: positionOf(dockerfile, { instruction, offset: found.value.range.start }) };
    }
  }
  return null;
}

/** Whether the variable is used elsewhere, or given from outside, so that its default is not ours to change. */
function isShared(dockerfile: Dockerfile, { stage, name, options }: Swap & { readonly name: string }): boolean {
  if (Object.hasOwn(options.buildArguments ?? {}, name)) return true;
  const { start, end } = stage.image.range;
  const elsewhere = `${dockerfile.source.slice(0, start)} ${dockerfile.source.slice(end)}`;
  const declared = instructionsOf(dockerfile).flatMap((instruction) => assignmentsOf(instruction, dockerfile.escape));
  const declarations = declared.filter((assignment) => assignment.name === name).length;
  return declarations > 1 || new RegExp(`\\$\\{?${name}(?![A-Za-z0-9_])`).test(elsewhere);
}

function quotedLike(written: string, text: string): string {
  const quote = /^(["']).*\1$/s.exec(written)?.[1] ?? "";
  return `${quote}${text}${quote}`;
}

function imagePosition(dockerfile: Dockerfile, stage: Stage): Position {
  return positionOf(dockerfile, { instruction: stage.from, offset: stage.image.range.start });
}

function positionOf(
  dockerfile: Dockerfile,
  { instruction, offset }: { instruction: Instruction; offset: number },
): Position {
  const between = dockerfile.source.slice(instruction.word.range.start, offset).split("\n");
  const { line, column } = instruction.position;
  const last = between.at(-1)?.length ?? 0;
  return { line: line + between.length - 1, column: between.length === 1 ? column + last : last + 1 };
}
