import { nameOf } from "../../facts/path.ts";
import { isObject, parseObject } from "../json.ts";
import { cpuIn, licensesIn } from "./license.ts";
import { isPackageName, isPackageVersion } from "./name.ts";

/** What is kept of a package.json. */
export interface Manifest {
  readonly kind: "manifest";
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  /** `Name <mail>` or a name; null without. */
  readonly author: string | null;
  readonly cpu: string | null;
  /** Names of the programs it brings. */
  readonly programs: readonly string[];
  /** What it asks for, optional packages and peers included: ranges by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The same for its development. Of an installed package they are not there. */
  readonly developmentDependencies: Readonly<Record<string, string>>;
}

/** The most bytes read of a package.json. */
export const longestManifest = 2 ** 20;

/**
 * Reads a package.json (package-json(5)) that names a package and its version. null for all others: they are met
 * everywhere, as test data, as markers of a module's type, as templates.
 */
export function parseManifest(text: string): Manifest | null {
  const json = parseObject(text.replace(/^\uFEFF/, ""));
  if (json === null) return null;
  const { name, version } = json;
  if (!isPackageName(name) || !isPackageVersion(version)) return null;
  return {
    kind: "manifest",
    name,
    version,
    licenses: licensesIn(json),
    author: authorIn(json),
    cpu: cpuIn(json),
    programs: programsIn(json, name),
    dependencies: rangesIn(json, ["peerDependencies", "dependencies", "optionalDependencies"]),
    developmentDependencies: rangesIn(json, ["devDependencies"]),
  };
}

type Json = Readonly<Record<string, unknown>>;

const mostDependencies = 2000;
const longestRange = 200;

const noRanges = {};

/** What several fields ask for is asked for as the last of them says. */
function rangesIn(json: Json, fields: readonly string[]): Readonly<Record<string, string>> {
  const ranges = fields.flatMap((field) => {
    const { [field]: list } = json;
    return isObject(list) ? Object.entries(list).slice(0, mostDependencies) : [];
  });
  if (ranges.length === 0) return noRanges;
  return Object.fromEntries(
    ranges.flatMap(([name, range]) =>
      isPackageName(name) && typeof range === "string" ? [[name, range.slice(0, longestRange)]] : [],
    ),
  );
}

/** The author, else the first maintainer: a text, `Name <mail> (site)`, or an object. */
function authorIn(json: Json): string | null {
  const { author, maintainers } = json;
  return personIn(author) ?? personIn(Array.isArray(maintainers) ? maintainers[0] : maintainers);
}

function personIn(person: unknown): string | null {
  if (typeof person === "string") return oneLine(person.replace(/\([^()]*\)/g, ""));
  if (!isObject(person) || typeof person["name"] !== "string") return null;
  const { name, email } = person;
  return oneLine(typeof email === "string" && email !== "" ? `${name} <${email}>` : name);
}

function oneLine(text: string): string | null {
  const line = text.slice(0, 500).replaceAll(/\s+/g, " ").trim();
  return line === "" ? null : line;
}

/** A single program is called as the package, without its scope. */
function programsIn(json: Json, name: string): readonly string[] {
  const { bin } = json;
  const names = typeof bin === "string" ? [name] : isObject(bin) ? Object.keys(bin).slice(0, mostPrograms) : [];
  return names.map(nameOf).filter((program) => program !== "" && program.length <= 100);
}

const mostPrograms = 200;
