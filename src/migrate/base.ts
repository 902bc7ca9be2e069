import { copyOf } from "../dockerfile/instructions.ts";
import { type BuildArguments, chainOf, findStage, type Stage, stagesOf } from "../dockerfile/stages.ts";
import type { Position } from "../dockerfile/text.ts";
import type { Dockerfile } from "../dockerfile/tree.ts";
import { MigrateError } from "./error.ts";

/** Which image a Dockerfile's final stage is built on. */
export type BaseSearch =
  | (BasePlace & { readonly kind: "image"; readonly reference: string })
  | (BasePlace & { readonly kind: "scratch" })
  | (BasePlace & { readonly kind: "unresolved"; readonly missing: readonly string[] });

/** Where the base stands. */
export interface BasePlace {
  /** The image as written in FROM, arguments not replaced. */
  readonly written: string;
  readonly position: Position;
  /** The stages from the one that names the base to the final one. */
  readonly chain: readonly Stage[];
  readonly stages: readonly Stage[];
  /** Other images that end up in the final stage, by `COPY --from`, as written. */
  readonly copiedFrom: readonly { readonly reference: string; readonly position: Position }[];
}

/** What to look for: the stage to build (the last one without it), and values given to ARGs from outside. */
export interface BaseOptions {
  readonly target?: string;
  readonly buildArguments?: BuildArguments;
}

/**
 * Finds the FROM that the final stage rests on, through stages built on stages, with ARGs replaced.
 * Throws MIGRATE_NO_STAGE, MIGRATE_TARGET_UNKNOWN, and what `stagesOf` does.
 */
export function findBase(dockerfile: Dockerfile, options: BaseOptions = {}): BaseSearch {
  const stages = stagesOf(dockerfile, options.buildArguments);
  const final = findStage(stages, options.target);
  if (final === null) throw missingStage(stages, options.target);
  const chain = chainOf(stages, final);
  const first = chain[0] ?? final;
  const place: BasePlace = {
    written: first.image.text,
    position: first.from.position,
    chain,
    stages,
    copiedFrom: copiedImages(chain, stages),
  };
  if (first.base.kind === "image") return { ...place, kind: "image", reference: first.base.reference };
  if (first.base.kind === "scratch") return { ...place, kind: "scratch" };
  return { ...place, kind: "unresolved", missing: first.base.kind === "unresolved" ? first.base.missing : [] };
}

function copiedImages(chain: readonly Stage[], stages: readonly Stage[]): BasePlace["copiedFrom"] {
  return chain.flatMap((stage) =>
    stage.instructions.flatMap((instruction) => {
      const from = copyOf(instruction)?.from ?? null;
      return from === null || findStage(stages, from) !== null
        ? []
        : [{ reference: from, position: instruction.position }];
    }),
  );
}

function missingStage(stages: readonly Stage[], target: string | undefined): MigrateError {
  if (stages.length === 0) {
    return new MigrateError("MIGRATE_NO_STAGE", "the Dockerfile has no FROM", { hint: "is this the right file?" });
  }
  const names = stages.map((stage) => stage.name ?? String(stage.index)).join(", ");
  return new MigrateError("MIGRATE_TARGET_UNKNOWN", `the Dockerfile has no stage ${target}`, {
    hint: `its stages are ${names}`,
  });
}
