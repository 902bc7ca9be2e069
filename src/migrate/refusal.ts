import type { Stage } from "../dockerfile/stages.ts";
import { chainOf, stageScope } from "../dockerfile/stages.ts";
import type { Command, Dockerfile, Instruction } from "../dockerfile/tree.ts";
import { substitute } from "../dockerfile/variables.ts";
import type { HardenedImage } from "./hardened-image.ts";

/** A line because of which a plain swap of FROM would not work, or not surely. */
export interface Refusal {
  readonly line: number;
  readonly column: number;
  /** The instruction as written, on one line, shortened. */
  readonly instruction: string;
  readonly reason: string;
  /** Name of the rule, explained in docs. */
  readonly rule: RefusalRule;
}

/** The rules a plain swap has to pass. */
export type RefusalRule =
  | "dockerfile-invalid"
  | "base-unresolved"
  | "no-image"
  | "libc-changes"
  | "platform-missing"
  | "digest-pinned"
  | "argument-shared"
  | "run-needs-shell"
  | "package-manager-missing"
  | "program-missing"
  | "command-needs-shell"
  | "entrypoint-differs"
  | "user-is-root"
  | "user-missing"
  | "port-below-1024"
  | "volume-ownership"
  | "path-relative"
  | "path-moved"
  | "path-replaced";

/** What the rules look at: `affected` are the stages that rest on the FROM to swap, `leaves` those nothing rests on. */
export interface SwapView {
  readonly dockerfile: Dockerfile;
  readonly stages: readonly Stage[];
  readonly affected: readonly Stage[];
  readonly leaves: readonly Stage[];
  readonly image: HardenedImage;
}

/** A rule: the lines that break it, in order. */
export type Rule = (view: SwapView) => readonly Refusal[];

/** The refusal of `command` by a rule. */
export function refuse(
  command: Command,
  { rule, reason }: { readonly rule: RefusalRule; readonly reason: string },
): Refusal {
  const flags = command.flags.map((flag) => ` ${flag.word.text}`).join("");
  const text = `${command.keyword}${flags} ${command.arguments.text}`.replace(/\s+/g, " ").trim();
  return { ...command.position, instruction: text.length > 120 ? `${text.slice(0, 119)}…` : text, reason, rule };
}

/** All instructions that make up `stage`, those of the stages below it first. */
export function effectiveInstructions(view: SwapView, stage: Stage): readonly Instruction[] {
  return chainOf(view.stages, stage).flatMap((part) => part.instructions);
}

/** Every instruction of the affected stages once, in order, with its stage. */
export function affectedInstructions(view: SwapView): readonly (readonly [Instruction, Stage])[] {
  return view.affected.flatMap((stage) => stage.instructions.map((instruction) => [instruction, stage] as const));
}

/** `text` with the variables replaced that hold before `instruction`; null when one of them has no known value. */
export function resolveIn(
  view: SwapView,
  { stage, instruction, text }: { readonly stage: Stage; readonly instruction: Instruction; readonly text: string },
): string | null {
  if (!/[$"'\\`]/.test(text)) return text;
  const owner = chainOf(view.stages, stage).find((part) => part.instructions.includes(instruction)) ?? stage;
  const scope = stageScope(view.dockerfile, { stages: view.stages, stage: owner, before: instruction });
  const context = { lookup: (name: string) => scope.get(name) ?? null, escape: view.dockerfile.escape };
  const result = substitute(text, context);
  return result.missing.length > 0 ? null : result.text;
}

/** The user a stage's containers run as: what its last USER says; null without one, undefined when not known. */
export function userOf(
  view: SwapView,
  stage: Stage,
): { readonly instruction: Instruction; readonly user: string | null } | null {
  const instruction = effectiveInstructions(view, stage).findLast((candidate) => candidate.keyword === "USER");
  if (instruction === undefined) return null;
  return { instruction, user: resolveIn(view, { stage, instruction, text: instruction.arguments.text }) };
}

/** Whether a stage's containers ran as root on a base image that does so by default. */
export function ranAsRoot(view: SwapView, stage: Stage): boolean {
  const user = userOf(view, stage);
  return user === null || isRoot(user.user);
}

/** Whether `user` (`name[:group]`) is root. */
export function isRoot(user: string | null): boolean {
  const name = user?.split(":")[0];
  return name === "root" || name === "0";
}
