/**
 * What is wrong with a definition and where. `line` and `column` count from 1; `path` leads from the root to the value;
 * `file` is set where the place is in an included file, not in the definition itself.
 */
export interface Problem {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A problem on one line: `node.yaml:12:5: contents.packages[3]: must be …`. */
export function printProblem(problem: Problem, file: string): string {
  const where = printPath(problem.path);
  return `${problem.file ?? file}:${problem.line}:${problem.column}: ${where === "" ? "" : `${where}: `}${problem.message}`;
}

/** `contents.packages[3]`. */
export function printPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** The order in which problems are shown: by place, those of included files last, then by message. */
export function byPlace(a: Problem, b: Problem): number {
  const [fileOfA, fileOfB] = [a.file ?? "", b.file ?? ""];
  if (fileOfA !== fileOfB) return fileOfA < fileOfB ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.message < b.message ? -1 : a.message > b.message ? 1 : 0);
}
