import { DockerfileError } from "./error.ts";
import { instructionsOf } from "./parse.ts";
import { globalScope, type Scope, scopeOf } from "./scope.ts";
import { splitWords, type Word } from "./text.ts";
import type { Dockerfile, Instruction } from "./tree.ts";
import { type Substituted, substitute } from "./variables.ts";

/** A build stage: its FROM and the instructions up to the next one. */
export interface Stage {
  readonly index: number;
  readonly from: Instruction;
  /** `--platform` as written; null without it. */
  readonly platform: string | null;
  /** The image as written. */
  readonly image: Word;
  /** The image with global arguments replaced. */
  readonly resolved: Substituted;
  /** The name after AS in lower case, as other stages refer to it; null without one. */
  readonly name: string | null;
  readonly base: StageBase;
  readonly instructions: readonly Instruction[];
}

/** What a stage starts from. `unresolved` names the global arguments that have no value. */
export type StageBase =
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "stage"; readonly index: number }
  | { readonly kind: "scratch" }
  | { readonly kind: "unresolved"; readonly missing: readonly string[] };

/** Values given for ARGs from outside, as with `docker build --build-arg`. */
export type BuildArguments = Readonly<Record<string, string>>;

/** The stages of a file in order. Throws DOCKERFILE_FROM_INVALID, DOCKERFILE_SUBSTITUTION_INVALID. */
export function stagesOf(dockerfile: Dockerfile, buildArguments: BuildArguments = {}): readonly Stage[] {
  const instructions = instructionsOf(dockerfile);
  const starts = instructions.flatMap((instruction, at) => (instruction.keyword === "FROM" ? [at] : []));
  const scope = globalScope(dockerfile, { instructions: instructions.slice(0, starts[0] ?? 0), buildArguments });
  const stages: Stage[] = [];
  for (const [index, start] of starts.entries()) {
    const from = instructions[start];
    if (from === undefined) continue;
    const body = instructions.slice(start + 1, starts[index + 1]);
    stages.push(readStage(from, { index, scope, dockerfile, body, earlier: stages }));
  }
  return stages;
}

/** The stage `target` names, by name or number; the last one without it. null when there is none. */
export function findStage(stages: readonly Stage[], target?: string): Stage | null {
  if (target === undefined) return stages.at(-1) ?? null;
  const named = stages.findLast((stage) => stage.name === target.toLowerCase());
  return named ?? (/^[0-9]+$/.test(target) ? (stages[Number(target)] ?? null) : null);
}

/** The stages that `stage` is built on, the one that starts from an image first and `stage` itself last. */
export function chainOf(stages: readonly Stage[], stage: Stage): readonly Stage[] {
  const chain = [stage];
  for (let current = stage; current.base.kind === "stage"; ) {
    const below = stages[current.base.index];
    if (below === undefined) break;
    chain.unshift(below);
    current = below;
  }
  return chain;
}

/** The variables that hold within `stage`, or up to `before` in it. Those of the base image are `environment`. */
export function stageScope(
  dockerfile: Dockerfile,
  options: {
    readonly stages: readonly Stage[];
    readonly stage: Stage;
    readonly before?: Instruction;
    readonly buildArguments?: BuildArguments;
    /** `NAME=value` as the base image's configuration has it. */
    readonly environment?: readonly string[];
  },
): Scope {
  const { stages, stage, before, buildArguments = {}, environment = [] } = options;
  const instructions = instructionsOf(dockerfile);
  const first = instructions.findIndex((instruction) => instruction.keyword === "FROM");
  const global = globalScope(dockerfile, { instructions: instructions.slice(0, Math.max(first, 0)), buildArguments });
  const chain = chainOf(stages, stage).map((part) => {
    const end = part === stage && before !== undefined ? part.instructions.indexOf(before) : -1;
    return end === -1 ? part.instructions : part.instructions.slice(0, end);
  });
  return scopeOf(dockerfile, { global, chain, environment, buildArguments });
}

interface Reading {
  readonly index: number;
  readonly scope: Scope;
  readonly dockerfile: Dockerfile;
  readonly body: readonly Instruction[];
  readonly earlier: readonly Stage[];
}

function readStage(from: Instruction, { index, scope, dockerfile, body, earlier }: Reading): Stage {
  const [image, as, alias, ...more] = splitWords(from.arguments);
  const named = as !== undefined;
  if (image === undefined || more.length > 0 || (named && (as.text.toLowerCase() !== "as" || alias === undefined))) {
    throw fromInvalid(from, "FROM takes an image, or an image, AS and a name");
  }
  const resolved = substitute(image.text, { lookup: (name) => scope.get(name) ?? null, escape: dockerfile.escape });
  const name = alias?.text.toLowerCase() ?? null;
  if (name !== null && !/^[a-z][a-z0-9._-]*$/.test(name)) throw fromInvalid(from, `${alias?.text} cannot name a stage`);
  return {
    index,
    from,
    platform: from.flags.find((flag) => flag.name === "platform")?.value ?? null,
    image,
    resolved,
    name,
    base: baseOf(resolved, { from, earlier }),
    instructions: body,
  };
}

function baseOf(resolved: Substituted, { from, earlier }: { from: Instruction; earlier: readonly Stage[] }): StageBase {
  if (resolved.missing.length > 0) return { kind: "unresolved", missing: resolved.missing };
  if (resolved.text === "") throw fromInvalid(from, "the image of FROM is empty once its arguments are replaced");
  const stage = earlier.findLast((candidate) => candidate.name === resolved.text.toLowerCase());
  if (stage !== undefined) return { kind: "stage", index: stage.index };
  return resolved.text === "scratch" ? { kind: "scratch" } : { kind: "image", reference: resolved.text };
}

function fromInvalid(from: Instruction, problem: string): DockerfileError {
  const { line, column } = from.position;
  return new DockerfileError("DOCKERFILE_FROM_INVALID", `line ${line}, column ${column}: ${problem}`, {
    hint: "write FROM IMAGE or FROM IMAGE AS NAME",
  });
}
