import { existsSync } from "node:fs";
import { join, normalize, resolve } from "node:path";
import { type CatalogReading, loadCatalog, readAll } from "../../catalog/catalog.ts";
import type { NeedsOptions } from "../../catalog/needs.ts";
import { loadSubstitutions, type Substitution } from "../../catalog/substitution.ts";
import type { Problem } from "../../definition/problem.ts";
import { debianCodename, distroName } from "../../definition/syntax.ts";
import { actions } from "../../pipeline/action/actions.ts";
import type { Ports } from "../ports.ts";
import { architectureOf } from "../scope.ts";
import { type Archives, isOfArchive, openArchives } from "./archives.ts";
import { assess, type PlatformAssessment } from "./assess.ts";
import {
  duplicateTags,
  type ProblemsByPath,
  placesOf,
  reported,
  type TaggedReading,
  type ValidReading,
} from "./duplicates.ts";
import { checkInformation } from "./information.ts";
import type { CatalogCheck, CheckedDefinition, DefinitionStatus } from "./model.ts";
import { bundledParses } from "./parse-cache.ts";
import { type SupportFindings, supportFindings } from "./support-problems.ts";
import { type SupportBook, supportBook } from "./support-sources.ts";
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
    const substitutions = await loadSubstitutions(directory);
    const information = await checkInformation(catalog, valid);
    const openArchive = async (codename: string) => ({ index: await archives.index(codename, "amd64"), ports });
    const today = ports.now().toISOString().slice(0, 10);
    const context: Context = {
      ...{ directory, archives, substitutions, hasFile: fileLookup(directory), isOfArchive },
      debianDates: information.debianDates,
      book: supportBook(openArchive, { substitutions, today }),
    };
    const assessed: Assessed[] = [];
    for (const [index, reading] of valid.entries()) {
      assessed.push(await assessReading(reading, context));
      ports.signal.throwIfAborted();
      if (index % 100 === 0) ports.report.advance(index, valid.length);
    }
    const duplicates = await duplicateTags(directory, assessed);
    const definitions = [
      ...readings.filter((reading) => !reading.ok).map(invalidReading),
      ...(await Promise.all(assessed.map(async (item) => await described(item, duplicates, directory)))),
    ];
    definitions.sort((a, b) => (a.path < b.path ? -1 : 1));
    const read = new Set(readings.map(({ entry }) => entry.path));
    return {
      schema: "hardpan/catalog-check/1",
      catalog: directory,
      totals: totalsOf(definitions),
      missing: wantedPackages(definitions),
      information: information.files,
      skipped: entries.map(({ path }) => path).filter((path) => !read.has(path)),
      definitions,
    };
  } finally {
    await archives.close();
  }
}

interface Context extends Omit<NeedsOptions, "actions"> {
  readonly directory: string;
  readonly archives: Archives;
  readonly substitutions: ReadonlyMap<string, Substitution>;
  /** Images whose dates are said to be Debian's. */
  readonly debianDates: ReadonlySet<string>;
  readonly book: SupportBook;
}

/** A definition that was looked at on its own. */
interface Assessed extends TaggedReading {
  readonly platforms: readonly PlatformAssessment[];
  readonly support: SupportFindings;
}

function invalidReading({ entry, problems }: Extract<CatalogReading, { readonly ok: false }>): CheckedDefinition {
  const unknown = { image: null, variant: null, flavor: null, distribution: null, tags: [], version: null };
  return {
    ...{ path: entry.path, ...unknown, status: "invalid", missing: [], needs: [], notes: [] },
    problems: problems.map(reported),
  };
}

async function assessReading(reading: ValidReading, context: Context): Promise<Assessed> {
  const { entry, source } = reading;
  const { syntax, definition } = source;
  const codename = debianCodename(syntax.distro);
  const { repositories, builds } = definition.contents;
  const lines = [...repositories, ...builds.flatMap(({ contents }) => contents.repositories)];
  const platforms = await Promise.all(
    definition.platforms.map(async (platform) => {
      const index = codename === null ? null : await context.archives.index(codename, architectureOf(platform), lines);
      return assess(source, { platform, index, actions: knownActions, ...context });
    }),
  );
  const datesAreDebians = context.debianDates.has(entry.name);
  const support = supportFindings(source, await context.book.of(syntax.distro), { datesAreDebians });
  return { reading, platforms, support, tags: unique(platforms.flatMap(({ tags }) => tags)) };
}

async function described(
  { reading, platforms, support }: Assessed,
  duplicates: ProblemsByPath,
  directory: string,
): Promise<CheckedDefinition> {
  const { entry, source } = reading;
  const { definition, syntax } = source;
  const mistakes = [...platforms.flatMap(({ mistake }) => mistake ?? []), ...support.mistakes];
  const problems = [...(duplicates.get(entry.path) ?? []), ...(await placed(mistakes, entry.path, directory))];
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
    notes: [...notesOf(platforms, definition.platforms), ...support.notes],
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
