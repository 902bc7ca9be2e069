import { CatalogError } from "../error.ts";
import {
  behindLinks,
  filesByPath,
  type Guessed,
  isProgramPath,
  likely,
  merged,
  type PackageFacts,
  type ScaffoldFacts,
  unsure,
} from "./facts.ts";
import { foreground } from "./foreground.ts";
import { nearness } from "./near-program.ts";
import { sourcedFiles } from "./script-tools.ts";
import { readServiceUnit, type ServiceUnit } from "./unit/service.ts";

/** What an image runs: a service with its unit, or a program. */
export interface MainProgram {
  readonly service: ServiceUnit | null;
  readonly entrypoint: Guessed<readonly string[]>;
  readonly command: Guessed<readonly string[]> | null;
}

/** Names that tell what an image is for, by weight. */
type Names = readonly string[];

/** Finds what the image runs. Throws CATALOG_PACKAGE_UNSUITABLE where the package has no program. */
export function guessProgram(facts: ScaffoldFacts, name: string): MainProgram {
  const { main, own } = facts;
  const names = [name, main.name, main.source];
  const units = own.flatMap(unitsOf);
  const [best, ...others] = ranked(units, ({ name: unit }) => unitScore(unit, names));
  if (best !== undefined) {
    const isClear = unitScore(best.name, names) >= 8;
    return ofService(best, {
      others: others.map((unit) => unit.name),
      isClear,
      absent: absentFiles(best, own),
      isScript: isScript(best, own),
    });
  }
  const program = chooseProgram(facts, names);
  return { service: null, entrypoint: program, command: null };
}

/** Units that start a program that goes on. Those of instances count where there are no others. */
function unitsOf({ texts }: PackageFacts): readonly ServiceUnit[] {
  const found = [...texts].flatMap(([path, text]) => {
    const [, name] = /^\/usr\/lib\/systemd\/system\/([^/]+\.service)$/.exec(path) ?? [];
    const unit =
      name === undefined ? null : readServiceUnit(text, { name, readFile: (file) => texts.get(merged(file)) ?? null });
    return unit === null || unit.type === "oneshot" ? [] : [unit];
  });
  const whole = found.filter(({ name }) => !name.includes("@"));
  return whole.length > 0 ? whole : found.filter(({ name }) => !name.includes("@.") || found.length === 1);
}

function unitScore(unit: string, names: Names): number {
  return nearness(unit.replace(/@?\.service$/, ""), names);
}

/** Best first; of equals the one with the shorter name. */
function ranked<Item extends { readonly name: string }>(
  items: readonly Item[],
  score: (item: Item) => number,
): readonly Item[] {
  return items.toSorted((a, b) => score(b) - score(a) || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

/** Other units that were there, and whether the name says that it is none of them. */
interface Rivals {
  readonly others: readonly string[];
  readonly isClear: boolean;
  /** Files that its script reads and no package ships. */
  readonly absent: readonly string[];
  /** Whether what it starts is a script. */
  readonly isScript: boolean;
}

/** Whether what a service starts is a script, or a shell that runs one. */
function isScript({ command }: ServiceUnit, own: readonly PackageFacts[]): boolean {
  const files = filesByPath(own);
  const path = behindLinks(merged(command[0] ?? ""), files);
  return /^\/usr\/bin\/(sh|dash|bash)$/.test(path) || (files.get(path)?.interpreter ?? null) !== null;
}

/** Files that the script a service starts reads and no package ships: installing makes them. */
function absentFiles({ command }: ServiceUnit, own: readonly PackageFacts[]): readonly string[] {
  const texts = new Map(own.flatMap((one) => [...one.texts]));
  const paths = new Set(own.flatMap(({ files }) => files.map(({ path }) => path)));
  const read = command.flatMap((word) => sourcedFiles(texts.get(merged(word)) ?? ""));
  return read.filter((path) => !paths.has(path));
}

function ofService(unit: ServiceUnit, { others, isClear, absent, isScript }: Rivals): MainProgram {
  const { command, doubts } = unit;
  const [program = ""] = command;
  const inFront = foreground(unit);
  const besides =
    others.length === 0 ? "" : `, besides which there ${others.length === 1 ? "is" : "are"} ${others.join(", ")}`;
  const reason = `${unit.name}${besides}`;
  const problems = [
    ...(inFront.look === null ? [] : [inFront.look]),
    ...(absent.length === 0
      ? []
      : [`it reads ${absent.join(" and ")}, which only installing makes: put one like it into paths`]),
    ...(doubts.length === 0 ? [] : [`look what stands for ${doubts.join(" and ")}`]),
  ];
  const look = problems.join(", and ");
  const path = merged(program);
  return {
    service: unit,
    entrypoint: isScript
      ? unsure([path], reason, "it is a script for hosts: look whether the program behind it can be started itself")
      : isClear || others.length === 0
        ? likely([path], reason)
        : unsure([path], reason, "look which of them is meant"),
    command:
      inFront.arguments.length === 0 && problems.length === 0
        ? null
        : problems.length === 0
          ? likely(inFront.arguments, unit.name)
          : unsure(inFront.arguments, unit.name, look),
  };
}

/** The executable named as the package, else the only one. */
function chooseProgram({ main, own }: ScaffoldFacts, names: Names): Guessed<readonly string[]> {
  const groups = [[main], own.filter((one) => one !== main)];
  const packages = groups.find((group) => group.some((one) => programsOf(one).length > 0)) ?? [];
  const candidates = packages.flatMap(programsOf);
  const all = new Map(candidates.map((path) => [path, { path, name: path.slice(path.lastIndexOf("/") + 1) }]));
  const [best, ...others] = ranked([...all.values()], ({ name }) => nearness(name, names));
  if (best === undefined) throw withoutPrograms(main);
  const owner = packages.find((one) => programsOf(one).includes(best.path))?.name ?? main.name;
  if (others.length === 0) return likely([best.path], `it being the only program of ${owner}`);
  const list = others.slice(0, 8).map(({ path }) => path);
  const besides = `the others are ${list.join(", ")}${others.length > list.length ? ` and ${others.length - list.length} more` : ""}`;
  return nearness(best.name, names) >= 5
    ? likely([best.path], `its name, among the programs of ${owner}; ${besides}`)
    : unsure([best.path], `the programs of ${owner}; ${besides}`, "look which of them is meant");
}

/** Paths of programs that a package has, by name. */
export function programsOf({ files }: Pick<PackageFacts, "files">): readonly string[] {
  const isProgram = ({ path, type, mode }: PackageFacts["files"][number]) =>
    isProgramPath(path) && (type === "link" || (type === "file" && (mode & 0o111) !== 0));
  return files.filter(isProgram).map(({ path }) => path);
}

function withoutPrograms(main: PackageFacts): CatalogError {
  const isLibrary = main.files.some(({ path }) => /^\/usr\/lib\/.*\.so(\.|$)/.test(path));
  const what = isLibrary ? "it is a library" : "neither it nor what it depends on of the same source has one";
  return new CatalogError("CATALOG_PACKAGE_UNSUITABLE", `the package ${main.name} has no program to start: ${what}`, {
    hint: "name a package that has a program in /usr/bin or /usr/sbin with --package, or write the definition by hand",
  });
}
