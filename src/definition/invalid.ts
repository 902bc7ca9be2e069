import { DefinitionError } from "./error.ts";
import { type Problem, printPath, printProblem } from "./problem.ts";

/** DEFINITION_INVALID for a file with these problems. */
export function invalidDefinition(file: string, problems: readonly Problem[]): DefinitionError {
  const shown = problems.slice(0, 50).map((problem) => printProblem(problem, file));
  const more = problems.length > 50 ? `\nand ${problems.length - 50} more` : "";
  const unknown = problems.find((problem) => problem.message.startsWith("unknown key"));
  return new DefinitionError("DEFINITION_INVALID", `${shown.join("\n")}${more}`, {
    hint:
      unknown === undefined
        ? "docs/definition.md explains every key and its form"
        : `remove or rename ${printPath(unknown.path)}; docs/definition.md lists every key`,
  });
}
