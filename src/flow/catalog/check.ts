import { existsSync } from "node:fs";
import { join, normalize, resolve } from "node:path";
import { type CatalogReading, loadCatalog, readAll } from "../../catalog/catalog.ts";
import { loadSubstitutions, type Substitution } from "../../catalog/substitution.ts";
import { type Problem, printPath } from "../../definition/problem.ts";
import { debianCodename, distroName } from "../../definition/syntax.ts";
import { actions } from "../../pipeline/action/actions.ts";
import type { Ports } from "../ports.ts";
import { architectureOf } from "../scope.ts";
import { type Archives, openArchives } from "./archives.ts";
import { assess, type PlatformAssessment } from "./assess.ts";
import { duplicateTags, type ProblemsByPath, placesOf, type ValidReading } from "./duplicates.ts";
import type { CatalogCheck, CheckedDefinition, DefinitionStatus, ReportedProblem } from "./model.ts";
import { bundledParses } from "./parse-cache.ts";
import { totalsOf, wantedPackages } from "./totals.ts";

/** Actions of build steps that Hardpan runs. */
const knownActions: ReadonlySet<string> = new Set(actions.map(({ name }) => name));

/**
 * Reads every image definition of the catalogue, and says of each whether it is valid, and whether it can be built here:
 * from Debian's main archive with its updates, the substitutions, and steps that need no network. Throws CATALOG_MISSING,
 * CATALOG_FILE_INVALID, and what acquiring the archive's indices throws.
 */
export async function checkCatalog(ports: Ports): Promise<CatalogCheck> {
  const { catalog: directory } = ports;
  const parses = await bundledParses(ports.cache, resolve(directory));
  const catalog = await loadCatalog(directory, { parses });
  const entries = [...catalog.images.values()].flat();
  ports.report.step(`reading ${entries.length} definitions`);
  const readings = await readAll(catalog, entries);
  await parses.save();
  const valid = readings.filter((reading) => reading.ok);
  const archives = openArchives(ports);
  try {
    const context: Context = {
      directory,
      archives,
      substitutions: await loadSubstitutions(directory),
      duplicates: await duplicateTags(directory, valid),
      hasFile: fileLookup(directory),
    };
    const definitions: CheckedDefinition[] = [];
    for (const [index, reading] of readings.entries()) {
      definitions.push(await checkReading(reading, context));
      ports.signal.throwIfAborted();
      if (index % 100 === 0) ports.report.advance(index, readings.length);
    }
    definitions.sort((a, b) => (a.path < b.path ? -1 : 1));
    const read = new Set(readings.map(({ entry }) => entry.path));
    return {
      schema: "hardpan/catalog-check/1",
      catalog: directory,
      totals: totalsOf(definitions),
      missing: wantedPackages(definitions),
      skipped: entries.map(({ path }) => path).filter((path) => !read.has(path)),
      definitions,
    };
  } finally {
    await archives.close();
  }
}

interface Context {
  readonly directory: string;
  readonly archives: Archives;
  readonly substitutions: ReadonlyMap<string, Substitution>;
  readonly duplicates: ProblemsByPath;
  hasFile(path: string): boolean;
}

async function checkReading(reading: CatalogReading, context: Context): Promise<CheckedDefinition> {
  if (reading.ok) return await checkValid(reading, context);
  const unknown = { image: null, variant: null, flavor: null, distribution: null, tags: [], version: null };
  const problems = reading.problems.map(reported);
  return { path: reading.entry.path, ...unknown, status: "invalid", missing: [], needs: [], problems, notes: [] };
}

async function checkValid({ entry, source }: ValidReading, context: Context): Promise<CheckedDefinition> {
  const { definition, syntax } = source;
  const codename = debianCodename(syntax.distro);
  const platforms = await Promise.all(
    definition.platforms.map(async (platform) => {
      const index = codename === null ? null : await context.archives.index(codename, architectureOf(platform));
      return assess(source, { platform, index, actions: knownActions, ...context });
    }),
  );
  const mistakes = platforms.flatMap(({ mistake }) => mistake ?? []);
  const problems = [
    ...(context.duplicates.get(entry.path) ?? []),
    ...(await placed(mistakes, entry.path, context.directory)),
  ];
  const needs = unique(platforms.flatMap((platform) => platform.needs));
  const missing = unique(platforms.flatMap((platform) => platform.missing)).toSorted();
  return {
    path: entry.path,
    image: definition.image,
    variant: definition.variant,
    flavor: definition.flavor ?? null,
    distribution: distroName(syntax.distro),
    tags: definition.tags,
    status: statusOf({ problems, needs, missing }),
    missing,
    needs,
    problems: problems.map(reported),
    notes: notesOf(platforms, definition.platforms),
    version: platforms.find(({ version }) => version !== null)?.version ?? null,
  };
}

interface Findings {
  readonly problems: readonly unknown[];
  readonly needs: readonly string[];
  readonly missing: readonly string[];
}

function statusOf({ problems, needs, missing }: Findings): DefinitionStatus {
  if (problems.length > 0) return "invalid";
  if (needs.length > 0) return "needs-source";
  return missing.length > 0 ? "missing-packages" : "buildable";
}

function notesOf(assessments: readonly PlatformAssessment[], platforms: readonly string[]): readonly string[] {
  const partly = assessments.flatMap(({ missing }, index) =>
    missing
      .filter((name) => !assessments.every((other) => other.missing.includes(name)))
      .map((name) => `${name} is missing for ${platforms[index]} only`),
  );
  const [version] = assessments.flatMap((item) => item.version ?? []);
  const said =
    version === undefined
      ? []
      : [`the tags name another version than ${version.version}, which ${version.package} has here`];
  return unique([...assessments.flatMap(({ notes }) => notes), ...partly, ...said]);
}

async function placed(
  mistakes: readonly NonNullable<PlatformAssessment["mistake"]>[],
  path: string,
  directory: string,
): Promise<readonly Problem[]> {
  if (mistakes.length === 0) return [];
  const places = await placesOf(
    path,
    mistakes.map((mistake) => mistake.path),
    directory,
  );
  const problems = mistakes.map((mistake, index) => ({ line: 1, column: 1, ...places[index], ...mistake }));
  return problems.filter((problem, index) => problems.findIndex((other) => isSame(problem, other)) === index);
}

function isSame(a: Problem, b: Problem): boolean {
  return a.line === b.line && a.column === b.column && a.message === b.message;
}

function reported({ file, line, column, path, message }: Problem): ReportedProblem {
  const where = printPath(path);
  return { ...(file === undefined ? {} : { file }), line, column, ...(where === "" ? {} : { path: where }), message };
}

function fileLookup(directory: string): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const inside = normalize(path);
    const before = known.get(inside);
    if (before !== undefined) return before;
    const found = !inside.startsWith("..") && !inside.startsWith("/") && existsSync(join(directory, inside));
    known.set(inside, found);
    return found;
  };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
