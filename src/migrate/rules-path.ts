import { assignmentsOf } from "../dockerfile/assignments.ts";
import { commandLineOf, copyOf } from "../dockerfile/instructions.ts";
import { findStage, type Stage } from "../dockerfile/stages.ts";
import type { Instruction } from "../dockerfile/tree.ts";
import { effectiveInstructions, type Refusal, type Rule, refuse, type SwapView } from "./refusal.ts";

/** Relative paths do not depend on the base image's working directory, which is another one in the hardened image. */
export const workingDirectoryRule: Rule = (view) => {
  const found = view.leaves.flatMap((stage) => {
    const instructions = effectiveInstructions(view, stage);
    const set = instructions.findIndex(({ keyword, arguments: { text } }) => keyword === "WORKDIR" && isAbsolute(text));
    const before = set === -1 ? instructions : instructions.slice(0, set);
    const starts = set === -1 ? instructions.filter(startsRelative) : [];
    return [...before.filter(copiesRelative), ...starts].map((instruction) => relative(instruction, view));
  });
  return [...new Map(found.map((refusal) => [refusal.line, refusal])).values()];
};

/** Nothing is copied out of a stage concerned that came with the conventional image. */
export const movedPathRule: Rule = (view) =>
  view.stages.flatMap((stage) =>
    stage.instructions.flatMap((instruction) => {
      const copy = copyOf(instruction);
      const source = copy?.from == null ? null : findStage(view.stages.slice(0, stage.index), copy.from);
      const moved = copy?.sources.find((path) => systemPath.test(path));
      if (source === null || !view.affected.includes(source) || moved === undefined) return [];
      const reason = `copies ${moved} out of stage ${source.name ?? source.index}; the hardened image may not have it there`;
      return [refuse(instruction, { rule: "path-moved", reason })];
    }),
  );

/** PATH is extended, not replaced: the hardened image's programs stay found. */
export const searchPathRule: Rule = (view) =>
  view.affected.flatMap((stage) =>
    stage.instructions.flatMap((instruction) => {
      const assignments = instruction.keyword === "ENV" ? assignmentsOf(instruction, view.dockerfile.escape) : [];
      const replaced = assignments.some(({ name, value }) => name === "PATH" && !/\$\{?PATH/.test(value?.text ?? ""));
      const reason = "replaces PATH; the hardened image's programs may be in other directories: append to $PATH";
      return replaced ? [refuse(instruction, { rule: "path-replaced", reason })] : [];
    }),
  );

const systemPath = /^\/?(?:usr|bin|sbin|lib|lib64|etc|opt|root|home)(?:\/|$)/;

function isAbsolute(path: string): boolean {
  return /^["']?(?:\/|[A-Za-z]:\\)/.test(path);
}

function copiesRelative(instruction: Instruction): boolean {
  const copy = copyOf(instruction);
  return copy !== null && !isAbsolute(copy.destination) && !copy.destination.startsWith("$");
}

function startsRelative(instruction: Instruction): boolean {
  if (instruction.keyword !== "CMD" && instruction.keyword !== "ENTRYPOINT") return false;
  const line = commandLineOf(instruction);
  if (line?.form !== "exec") return false;
  const rest = instruction.keyword === "CMD" ? line.arguments : line.arguments.slice(1);
  return rest.some((argument) => /^(?!-).*[./]/.test(argument) && !isAbsolute(argument) && !argument.includes("://"));
}

function relative(instruction: Instruction, view: SwapView): Refusal {
  const reason = `a path in it is relative to the base image's working directory, which is ${view.image.workingDir} in the hardened image: set WORKDIR first`;
  return refuse(instruction, { rule: "path-relative", reason });
}

/** The stages that end up in an image: the one asked for, and those nothing else rests on. */
export function leavesOf(affected: readonly Stage[], target: Stage): readonly Stage[] {
  const supports = new Set(affected.flatMap(({ base }) => (base.kind === "stage" ? [base.index] : [])));
  return affected.filter((stage) => stage === target || !supports.has(stage.index));
}
