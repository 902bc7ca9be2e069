import type { ArchivePackage } from "../../apt/model.ts";
import type { Substitution } from "../../catalog/substitution.ts";
import { type DebianSupport, type SupportAnswer, type SupportQuestion, supportOf } from "../../catalog/support.ts";
import { packageRequest } from "../../definition/package.ts";
import type { DefinitionFile } from "../../definition/parse.ts";
import { debianCodename, isOurs } from "../../definition/syntax.ts";
import { parseTag } from "../../definition/tags.ts";
import { namingPackage, type TakenPackage, versionPackage } from "../../definition/true-tags.ts";

/** What a definition's support is found with. */
export interface SupportSources {
  /** The archive of the definition's release; null for another distribution, or where it is not at hand. */
  readonly index: { find(name: string): readonly Pick<ArchivePackage, "version" | "source">[] } | null;
  /** What Debian says of that release; null where it is not at hand. */
  readonly debian: DebianSupport | null;
  readonly substitutions: ReadonlyMap<string, Substitution>;
  /** ISO date. */
  readonly today: string;
}

/** Says who mends the version that a definition is of. */
export function definitionSupport(source: DefinitionFile, sources: SupportSources): SupportAnswer {
  const name = mainPackage(source, sources);
  return supportOf({
    today: sources.today,
    upstream: lastDayUpstream(source),
    package: name,
    debian: debianPart(source, name, sources),
  });
}

/**
 * The package whose version is the image's: the first that the template of VERSION names; else the one that the image is
 * named after; for an image whose tags have the release's codename as version, and so is Debian itself, base-files.
 */
function mainPackage(source: DefinitionFile, { index, substitutions }: SupportSources): string | null {
  const { definition, syntax } = source;
  const said = versionPackage(definition);
  if (said !== null) return said;
  const taken = packageRequest(definition.contents.packages).packages.flatMap(({ name }): readonly TakenPackage[] => {
    const substitute = substitutions.get(name);
    if (substitute?.kind === "npm") return [{ name, of: substitute.component.name, version: substitute.range }];
    const found = index?.find(name)[0];
    return found === undefined ? [] : [{ name, of: found.source.name, version: found.version }];
  });
  const named = namingPackage(definition, taken)?.name ?? null;
  const codename = debianCodename(syntax.distro);
  const isDebian = codename !== null && definition.tags.some((tag) => parseTag(tag).version === codename);
  return named ?? (isDebian ? "base-files" : null);
}

function debianPart(
  { syntax }: DefinitionFile,
  name: string | null,
  { index, debian, substitutions }: SupportSources,
): SupportQuestion["debian"] {
  if (debianCodename(syntax.distro) === null || name === null || substitutions.get(name)?.kind === "npm") return null;
  if (index === null || debian === null) return "unknown";
  const found = index.find(name)[0];
  return found === undefined ? null : { ...debian, source: found.source.name };
}

/** In the public format the only date there is, `end-of-life`, is that of the program's makers. */
function lastDayUpstream({ definition, syntax }: DefinitionFile): string | null {
  const { dates } = definition;
  const date = dates["end-of-support"] ?? (isOurs(syntax) ? undefined : dates["end-of-life"]);
  return /^\d{4}-\d\d-\d\d/.exec(date ?? "")?.[0] ?? null;
}
