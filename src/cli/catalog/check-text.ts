import type { CatalogCheck, CheckedDefinition, DefinitionStatus } from "../../flow/catalog/model.ts";

/** How to show a check: `isChosen` says that its definitions are those a user asked for, and all are listed. */
export interface CheckTextOptions {
  readonly isChosen: boolean;
}

/** The check for people: totals, problems by file, line and column, then the definitions by status. */
export function catalogCheckText(check: CatalogCheck, { isChosen }: CheckTextOptions): string {
  const { definitions, information, skipped } = check;
  const problems = [...definitions, ...information].flatMap(problemLines);
  const sections = [
    totalsLines(check),
    ...(problems.length === 0 ? [] : [problems]),
    ...(["buildable", "missing-packages", "needs-source"] as const).map((status) =>
      statusLines(status, definitions, isChosen),
    ),
    skipped.length === 0 ? [] : [`left out, as the first line is not # syntax=…: ${skipped.join(", ")}`],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** Above this, definitions that need other sources are counted rather than listed. */
const manyDefinitions = 100;

function totalsLines({ catalog, totals, missing }: CatalogCheck): readonly string[] {
  const { definitions, images, tags, buildable, missingPackages, needsSource, invalid } = totals;
  const wanted = missing.slice(0, 5).map((item) => `${item.name} (${item.definitions})`);
  return [
    `${catalog}: ${definitions} definitions of ${images} images with ${tags} tags`,
    `  buildable         ${buildable}`,
    `  missing-packages  ${missingPackages}`,
    `  needs-source      ${needsSource}`,
    `  invalid           ${invalid}`,
    ...(wanted.length === 0 ? [] : [`  most wanted       ${wanted.join(", ")}`]),
  ];
}

function problemLines({ path, problems }: Pick<CheckedDefinition, "path" | "problems">): readonly string[] {
  return problems.map(({ file, line, column, path: key, message }) => {
    const where = key === undefined ? "" : `${key}: `;
    return `${file ?? path}:${line}:${column}: ${where}${message}`;
  });
}

function statusLines(
  status: DefinitionStatus,
  definitions: readonly CheckedDefinition[],
  isChosen: boolean,
): readonly string[] {
  const found = definitions.filter((item) => item.status === status);
  if (found.length === 0) return [];
  if (status === "needs-source" && found.length > manyDefinitions && !isChosen) {
    return [`needs-source: ${found.length} definitions; list them with --status needs-source`];
  }
  const width = Math.min(60, Math.max(...found.map(({ path }) => path.length)));
  return [`${status}:`, ...found.flatMap((item) => definitionLines(item, width))];
}

function definitionLines(item: CheckedDefinition, width: number): readonly string[] {
  const reasons = [...item.missing.map((name) => `package: ${name}`), ...item.needs];
  const more = reasons.length > 4 ? ` and ${reasons.length - 4} more` : "";
  const row = `  ${item.path.padEnd(width)}  ${reasons.slice(0, 4).join(", ")}${more}`.trimEnd();
  const tags = item.version === null ? [] : [`its tags become ${item.version.tags.join(", ")}`];
  return [row, ...[...item.notes, ...tags].map((note) => `      ${note}`)];
}
