import { assignmentsOf } from "./assignments.ts";
import type { Dockerfile, Instruction } from "./tree.ts";
import { substitute } from "./variables.ts";

/** Variables and their values; null for an ARG declared without one. */
export type Scope = ReadonlyMap<string, string | null>;

interface Globals {
  /** What stands before the first FROM. */
  readonly instructions: readonly Instruction[];
  readonly buildArguments: Readonly<Record<string, string>>;
}

/**
 * The ARGs before the first FROM, with the values given from outside, and the platform arguments a builder predefines:
 * those have a value only when `buildArguments` gives one.
 */
export function globalScope(dockerfile: Dockerfile, { instructions, buildArguments }: Globals): Scope {
  const scope = new Map<string, string | null>();
  for (const name of platformArguments) {
    const value = given(buildArguments, name);
    if (value !== null) scope.set(name, value);
  }
  for (const instruction of instructions) {
    for (const { name, value } of assignmentsOf(instruction, dockerfile.escape)) {
      const outside = given(buildArguments, name);
      const kept = value === null ? (scope.get(name) ?? null) : resolve(dockerfile, { scope, text: value.text });
      scope.set(name, outside ?? kept);
    }
  }
  return scope;
}

interface StageInput {
  readonly global: Scope;
  /** The instructions of each stage from the one that starts from an image to the one asked for. */
  readonly chain: readonly (readonly Instruction[])[];
  readonly environment: readonly string[];
  readonly buildArguments: Readonly<Record<string, string>>;
}

/** The variables of a stage, those of the stages below it among them. ENV prevails over ARG of the same name. */
export function scopeOf(dockerfile: Dockerfile, { global, chain, environment, buildArguments }: StageInput): Scope {
  const scope = new Map<string, string | null>(environment.map(splitVariable));
  const variables = new Set(scope.keys());
  for (const instructions of chain) {
    for (const instruction of instructions) {
      const before = new Map(scope);
      for (const { name, value } of assignmentsOf(instruction, dockerfile.escape)) {
        const text = value === null ? null : resolve(dockerfile, { scope: before, text: value.text });
        if (instruction.keyword === "ENV") {
          scope.set(name, text);
          variables.add(name);
        } else if (instruction.keyword === "ARG" && !variables.has(name)) {
          scope.set(name, given(buildArguments, name) ?? text ?? global.get(name) ?? null);
        }
      }
    }
  }
  return scope;
}

const platformArguments = ["TARGET", "BUILD"].flatMap((side) =>
  ["PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT"].map((part) => `${side}${part}`),
);

/** A value with its variables replaced; null when one of them has none. */
function resolve(dockerfile: Dockerfile, { scope, text }: { readonly scope: Scope; readonly text: string }) {
  const result = substitute(text, { lookup: (name) => scope.get(name) ?? null, escape: dockerfile.escape });
  return result.missing.length > 0 ? null : result.text;
}

function given(buildArguments: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(buildArguments, name) ? (buildArguments[name] ?? null) : null;
}

function splitVariable(variable: string): readonly [string, string] {
  const equals = variable.indexOf("=");
  return equals === -1 ? [variable, ""] : [variable.slice(0, equals), variable.slice(equals + 1)];
}
