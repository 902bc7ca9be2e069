import { type Coordinates, coordinatesOf } from "./coordinates.ts";
import { mappedLicenses } from "./license.ts";
import { xmlLeaves } from "./xml.ts";

/** What a pom.xml says of its artifact. */
export interface Pom {
  readonly coordinates: Coordinates;
  /** SPDX identifiers where the licences are known, else their names or addresses as written. */
  readonly licenses: readonly string[];
}

const mostLeaves = 20_000;
const mostProperties = 5000;
const mostLicenses = 10;

/**
 * Reads a Maven project description (https://maven.apache.org/pom.html). Group and version are the parent's where the
 * project has none of its own; `${…}` is replaced where the same file says by what. null where the coordinates stay unknown. Behind 20,000 elements, which no project has, nothing is read.
 */
export function parsePom(document: string): Pom | null {
  const own = new Map<string, string>();
  const licenses = new Map<number, { readonly name?: string; readonly url?: string }>();
  let leaves = 0;
  for (const { path, text, within } of xmlLeaves(document)) {
    if (leaves++ > mostLeaves) break;
    if (!path.startsWith("project/")) continue;
    const place = path.slice("project/".length);
    const license = /^licenses\/license\/(name|url)$/.exec(place)?.[1];
    if (license !== undefined && licenses.size < mostLicenses) {
      licenses.set(within, { ...licenses.get(within), [license]: text });
    } else if (isWanted(place) && !own.has(place) && own.size < mostProperties) own.set(place, text);
  }
  const values = { get: (name: string) => own.get(name) ?? own.get(`parent/${name}`) };
  const value = (name: string) => resolved(values.get(name) ?? "", own);
  const debian = own.get(`properties/debian.${value("groupId")}.${value("artifactId")}.originalVersion`);
  const coordinates = coordinatesOf({
    group: value("groupId"),
    artifact: resolved(own.get("artifactId") ?? "", own),
    version: debian ?? value("version"),
  });
  return coordinates === null ? null : { coordinates, licenses: mappedLicenses([...licenses.values()]) };
}

function isWanted(place: string): boolean {
  return /^(parent\/)?(groupId|artifactId|version)$|^properties\/[^/]+$/.test(place);
}

/** `text` with its properties put in, a few times over as they may name others; left as it is where one is not known. */
function resolved(text: string, own: ReadonlyMap<string, string>): string {
  let result = text;
  for (let round = 0; round < 5 && result.includes("${") && result.length <= 200; round++) {
    result = result.replace(/\$\{([^${}]{1,200})\}/g, (whole, name: string) => propertyOf(name, own) ?? whole);
  }
  return result;
}

function propertyOf(name: string, own: ReadonlyMap<string, string>): string | undefined {
  const place = name.replace(/^(project|pom)\./, "").replace(/^parent\./, "parent/");
  const isBuiltIn = /^(parent\/)?(groupId|artifactId|version)$/.test(place);
  return isBuiltIn ? (own.get(place) ?? own.get(`parent/${place}`)) : own.get(`properties/${name}`);
}
