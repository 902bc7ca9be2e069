import { formatRelation, parseRelations } from "../../debian/relation.ts";
import { AptError } from "../error.ts";
import type { Chosen } from "./chosen.ts";
import type { Candidate } from "./dependencies.ts";

/** Throws APT_CONFLICT when packages among `chosen` declare Conflicts or Breaks with others of them (Debian Policy 7.3, 7.4). */
export function refuseConflicts(chosen: Chosen): void {
  const found = chosen
    .sorted()
    .flatMap((candidate) => [
      ...conflictsOf(candidate, { field: "conflicts", verb: "conflicts with", chosen }),
      ...conflictsOf(candidate, { field: "breaks", verb: "breaks", chosen }),
    ]);
  if (found.length === 0) return;
  throw new AptError("APT_CONFLICT", `these packages cannot be together: ${found.slice(0, 5).join("; ")}`, {
    hint: "leave one of them out, or exclude it with !name where it is only a dependency",
  });
}

function conflictsOf(
  candidate: Candidate,
  options: {
    readonly field: "conflicts" | "breaks";
    readonly verb: string;
    readonly chosen: Chosen;
  },
): readonly string[] {
  const { name } = candidate.package;
  return parseRelations(candidate.package[options.field])
    .flat()
    .flatMap((relation) =>
      options.chosen
        .satisfying(relation)
        // A package may conflict with what it provides itself, to be the only one that does.
        .filter((other) => other !== candidate)
        .map((other) => `${name} ${options.verb} ${formatRelation(relation)}, which is ${describe(other)}`),
    );
}

function describe({ package: { name, version } }: Candidate): string {
  return `${name} ${version}`;
}
