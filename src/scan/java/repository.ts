import { resolvePath } from "../../facts/path.ts";
import type { ScanContext } from "../cataloger.ts";
import { archiveName } from "./file-name.ts";
import type { JavaFinding, JavaPackage } from "./model.ts";

/** What a Maven repository in the image says of an archive. */
export interface LinkedPom {
  readonly package: JavaPackage;
  /** Of the description, and of the link beside it that leads to the archive. */
  readonly paths: readonly string[];
}

/**
 * Archives by path that have a description beside them, `x-1.0.pom` for `x-1.0.jar`, or beside a link that leads to them, as
 * Debian's in /usr/share/maven-repo. Of several the one counts that fits the archive's name best.
 */
export function linkedPoms(context: ScanContext<JavaFinding>): ReadonlyMap<string, LinkedPom> {
  const found = new Map<string, LinkedPom>();
  for (const [path, finding] of context.findings) {
    if (finding.kind !== "pom") continue;
    const beside = `${path.slice(0, -".pom".length)}.jar`;
    if (!context.tree.files.has(beside)) continue;
    const archive = resolvePath(context.tree.files, beside);
    if (archive === null || context.findings.get(archive)?.kind !== "archive") continue;
    const { coordinates, licenses } = finding;
    const pom = { package: { coordinates, licenses, inner: "", guess: null }, paths: [path, beside] };
    const known = found.get(archive);
    if (known === undefined || fitness(pom, archive) > fitness(known, archive)) found.set(archive, pom);
  }
  return found;
}

/** How well a description fits an archive's name. Debian also keeps descriptions whose version is `debian` or `3.x`. */
function fitness({ package: { coordinates } }: LinkedPom, path: string): number {
  const { name, version } = archiveName(path.slice(path.lastIndexOf("/") + 1));
  const isPlaceholder = /^debian$|(^|\.)x$/.test(coordinates.version);
  const isVersion = version === coordinates.version;
  return (isPlaceholder ? 0 : 4) + (isVersion ? 2 : 0) + (name === coordinates.artifact ? 1 : 0);
}
