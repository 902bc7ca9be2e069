import type { CatalogDefinition } from "../../../catalog/catalog.ts";
import { DefinitionError } from "../../../definition/error.ts";
import type { DefinitionFile } from "../../../definition/parse.ts";
import { isTemplated } from "../../../definition/scalar.ts";
import { isOurs } from "../../../definition/syntax.ts";
import { expandTemplate } from "../../../definition/template.ts";
import { certificateOf } from "../../../facts/audit/fips.ts";
import { exceptionsIn } from "../../../facts/exception.ts";
import { listedPrograms } from "../../../image/listed-programs.ts";
import { scopeOf } from "../../scope.ts";
import type { BuildRecord, PlatformRecord } from "../build-record.ts";
import type { ListedVariant } from "./model.ts";

/** What a definition says of its image, before it is built. */
export function statedVariant({ entry, source }: CatalogDefinition): ListedVariant {
  const { definition } = source;
  const { user, uid } = statedUser(source);
  const fips = certificateOf(definition.labels) === null ? "fips-mode" : "fips";
  return {
    definition: entry.path.replace(/\.yaml$/, ""),
    variant: definition.variant,
    flavor: definition.flavor ?? null,
    distro: entry.distro,
    tags: definition.tags.flatMap((tag) => expanded(tag, source) ?? []),
    platforms: definition.platforms,
    digest: null,
    builtAt: null,
    endOfLife: statedDay(source, definition.dates["end-of-life"]),
    support: null,
    compliance: definition["fips-compliant"] === true ? [fips] : [],
    user,
    uid,
    ...statedPrograms(source),
    size: null,
    packages: null,
    vulnerabilities: null,
  };
}

/** The same with what came of its last build, for one platform. */
export function builtVariant(stated: ListedVariant, build: BuildRecord, platform: PlatformRecord): ListedVariant {
  const { uid } = platform;
  return {
    ...stated,
    tags: build.tags,
    digest: build.digest,
    builtAt: build.builtAt,
    compliance: platform.compliance === "" ? [] : platform.compliance.split(","),
    ...(uid === null || uid === stated.uid ? {} : { user: uid === 0 ? "root" : String(uid), uid }),
    shell: platform.shell,
    packageManager: platform.packageManager,
    size: platform.size,
  };
}

function statedUser(source: DefinitionFile): Pick<ListedVariant, "user" | "uid"> {
  const { accounts } = source.definition;
  const user = expanded(accounts["run-as"] ?? "root", source) ?? "";
  const declared = accounts.users.find(({ name }) => name === user)?.uid;
  const uid = declared ?? (user === "root" ? 0 : /^\d+$/.test(user) ? Number(user) : null);
  return { user, uid };
}

/**
 * A runtime image of ours has the shells and package managers whose packages it lists and no others, or it cannot be built. Of
 * others only the files tell.
 */
function statedPrograms({ definition, syntax }: DefinitionFile): Pick<ListedVariant, "shell" | "packageManager"> {
  const { shells, packageManagers } = listedPrograms(definition.contents);
  const names = Object.values(shells).flatMap(([own]) => own ?? []);
  const allowed = exceptionsIn(definition.labels);
  const isHeld = isOurs(syntax) && definition.variant === "runtime";
  const said = (list: readonly string[], rule: string) =>
    list.length > 0 || (isHeld && allowed[rule] === undefined) ? list.join(",") : null;
  return {
    shell: said(names, "shell-in-runtime"),
    packageManager: said(packageManagers, "package-manager-in-runtime"),
  };
}

function statedDay(source: DefinitionFile, date: string | undefined): string | null {
  return /^\d{4}-\d\d-\d\d/.exec(expanded(date ?? "", source) ?? "")?.[0] ?? null;
}

/** A text with what is known of its templates; null where something in it is known only to a build. */
function expanded(text: string, { definition }: DefinitionFile): string | null {
  const [platform = "linux/amd64"] = definition.platforms;
  const scope = { ...scopeOf(definition, platform), vars: definition.vars };
  try {
    const known = expandTemplate(text, scope, { unknown: "keep" });
    return isTemplated(known) ? null : known;
  } catch (cause) {
    if (cause instanceof DefinitionError) return null;
    throw cause;
  }
}
