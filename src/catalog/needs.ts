import type { Definition, DefinitionBuild, DefinitionContents, DefinitionPath } from "../definition/schema.ts";
import { debianCodename, distroName, type Syntax } from "../definition/syntax.ts";

/** A definition for one platform: all templates expanded, and only the builds whose conditions hold. */
export interface PlatformDefinition {
  readonly syntax: Syntax;
  readonly definition: Definition;
  readonly builds: readonly DefinitionBuild[];
}

/** What is at hand. */
export interface NeedsOptions {
  /** Actions of build steps that can be run, such as `strip@v1`. */
  readonly actions: ReadonlySet<string>;
  /** Whether the catalogue has a file or folder at this path. */
  hasFile(path: string): boolean;
  /** Whether a line of sources.list asks of the archive of this release of Debian itself. */
  isOfArchive(line: string, codename: string): boolean;
}

/**
 * What a definition needs besides packages of Debian's archive, each as `kind: what` and once: `file`, `git`,
 * `artifact` and `base` (an image of a registry), `repository` of packages, `action`, `network`, `secret`, `source` (a file
 * the catalogue does not have), `distribution` and `variant`. Empty when nothing is needed: packages alone, and steps
 * that run offline. A repository of the format's own publisher counts for nothing, as the packages that come from it are
 * missing by their names.
 */
export function needsOf(image: PlatformDefinition, options: NeedsOptions): readonly string[] {
  const { syntax, definition, builds } = image;
  const needs = [
    ...(debianCodename(syntax.distro) === null ? [`distribution: ${distroName(syntax.distro)}`] : []),
    ...(definition.variant === "helm" ? ["variant: helm"] : []),
    ...contentsNeeds(definition.contents, syntax, options),
    ...pathNeeds(definition.paths, options),
    ...builds.flatMap((build) => buildNeeds(build, syntax, options)),
  ];
  return [...new Set(needs)];
}

type Sources = Pick<DefinitionContents, "files" | "artifacts" | "repositories">;

function contentsNeeds(
  { files, artifacts, repositories }: Sources,
  syntax: Syntax,
  options: NeedsOptions,
): readonly string[] {
  return [
    ...repositories.filter((line) => !isCovered(line, syntax, options)).map((line) => `repository: ${line}`),
    ...files.map(({ url }) => (url.startsWith("git+") ? `git: ${url}` : `file: ${url}`)),
    ...artifacts.filter(({ name }) => !isOwn(name)).map(({ name }) => `artifact: ${name}`),
  ];
}

function buildNeeds(build: DefinitionBuild, syntax: Syntax, options: NeedsOptions): readonly string[] {
  const { uses, contents, paths, pipeline, name } = build;
  return [
    ...(uses === undefined || isOwn(uses) ? [] : [`base: ${uses}`]),
    ...(build.privileged === true ? [`network: build ${name}`] : []),
    ...(build.matrix === undefined ? [] : [`matrix: build ${name}`]),
    ...contentsNeeds(contents, syntax, options),
    ...pathNeeds(paths, options),
    ...pipeline.flatMap((step, index) => [
      ...(step.uses === undefined || options.actions.has(step.uses) ? [] : [`action: ${step.uses}`]),
      ...(step.privileged === true ? [`network: build ${name}, step ${step.name ?? index + 1}`] : []),
      ...step.secrets.filter(({ optional }) => optional !== true).map(({ id }) => `secret: ${id}`),
    ]),
  ];
}

/** Files and folders are copied from the catalogue, or from a package; the source of a link is only a text. */
function pathNeeds(paths: readonly DefinitionPath[], { hasFile }: NeedsOptions): readonly string[] {
  return paths.flatMap(({ type, source }) => {
    const isCopied = source !== undefined && (type === "file" || type === "directory");
    return !isCopied || source.startsWith("package://") || hasFile(source) ? [] : [`source: ${source}`];
  });
}

/** Whether a reference is to an image of the catalogue itself. */
function isOwn(reference: string): boolean {
  return reference.startsWith("catalog://");
}

/**
 * Whether a repository adds nothing to look for: it is of another distribution than Debian, is Debian's own archive, or is
 * the publisher's whose builder the syntax line names.
 */
function isCovered(line: string, { frontend, distro }: Syntax, { isOfArchive }: NeedsOptions): boolean {
  const codename = debianCodename(distro);
  if (codename === null) return true;
  const [, host = ""] = /\bhttps?:\/\/([^/\s]+)/.exec(line) ?? [];
  if (frontend.includes("/") && frontend.split("/")[0] === host) return true;
  return isOfArchive(line, codename);
}
