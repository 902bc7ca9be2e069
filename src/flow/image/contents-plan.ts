import { filesFor, type NpmSubstitution, type Substitution } from "../../catalog/substitution.ts";
import type { ContentsLock, LockedNpmPackage, LockedPlatform } from "../../definition/lock.ts";
import { packageRequest } from "../../definition/package.ts";
import { redactUrl } from "../../http/redact.ts";
import type { AddedInput, ImagePlan } from "../../image/build.ts";
import { artifactFragment } from "../../image/input/artifact-fragment.ts";
import { artifactInput, fileInput } from "../../image/input/definition-input.ts";
import { fileFragment } from "../../image/input/file-fragment.ts";
import { FlowError } from "../error.ts";
import { substitutionsOf } from "../lock.ts";
import type { Ports } from "../ports.ts";
import type { SourceContents } from "../supply/contents-lock.ts";

/** What contents are planned with. */
export interface ContentsContext {
  readonly platform: LockedPlatform;
  readonly known: ReadonlyMap<string, Substitution>;
  /** Whether what is not Debian's is recorded inside the image. */
  readonly recorded: boolean;
}

/** The inputs of an image or a stage, and where they lie. */
export type ContentsPlan = Pick<ImagePlan, "packages" | "npm" | "added" | "certificates">;

/** Time of files that have none of their own, in seconds: the same for all, so that images share them. */
const timeless = 0;

/** What locked contents, expanded for the platform, put into a root. */
export function planContents(
  contents: SourceContents,
  lock: ContentsLock,
  { context, ports }: { readonly context: ContentsContext; readonly ports: Pick<Ports, "cache"> },
): ContentsPlan {
  const substitutions = substitutionsOf(contents, context.known);
  const requested = new Set(packageRequest(contents.packages).packages.map(({ name }) => name));
  const generated = substitutions.filter((item) => item.kind === "generated");
  const inputsOnly = new Set(generated.map(({ from }) => from).filter((name) => !requested.has(name)));
  const bundleFrom = generated[0]?.from ?? "ca-certificates";
  return {
    packages: lock.packages.filter(({ name }) => !inputsOnly.has(name)),
    npm: substitutions.flatMap((item) => (item.kind === "npm" ? [npmInput(item, context.platform, lock)] : [])),
    added: addedInputs(contents, lock, { context, ports }),
    certificates: lock.packages.find(({ name }) => name === bundleFrom)?.sha256 ?? null,
  };
}

/** Versions that the lock has taken, by the name the definition lists. */
export function lockedVersions(
  contents: Pick<SourceContents, "packages">,
  lock: ContentsLock,
  { known, platform }: Pick<ContentsContext, "known" | "platform">,
): Readonly<Record<string, string>> {
  const debian = lock.packages.map(({ name, version }) => [name, version] as const);
  const npm = substitutionsOf(contents, known).flatMap((item) =>
    item.kind === "npm" ? [[item.name, lockedFor(item, platform, lock).version] as const] : [],
  );
  return Object.fromEntries([...debian, ...npm]);
}

/** Sentences on where a program that is not Debian's comes from. */
export function originComments(substitution: NpmSubstitution, locked: LockedNpmPackage): readonly string[] {
  const { name, version } = locked;
  if (substitution.official === null) return [`from the npm registry: ${name} ${version}`];
  return [`from the npm registry: ${name} ${version}, a third party's repackaging`, locked.comparedWithOfficial];
}

/** The locked package of a substitution. Throws FLOW_INPUT_MISSING where the lock has none. */
export function lockedFor(
  substitution: NpmSubstitution,
  platform: LockedPlatform,
  lock: ContentsLock,
): LockedNpmPackage {
  const wanted = substitution.packages[platform];
  const found = lock.npm.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw lockIncomplete(`${wanted} for ${platform}`);
}

/** FLOW_INPUT_MISSING for a lock that lacks something. */
export function lockIncomplete(what: string): FlowError {
  return new FlowError("FLOW_INPUT_MISSING", `the lock has nothing for ${what}`, {
    hint: "make the lock again with `hardpan lock`",
  });
}

/** Files come before content of other images, as the format lists them. */
function addedInputs(
  contents: SourceContents,
  lock: ContentsLock,
  { context, ports }: { readonly context: ContentsContext; readonly ports: Pick<Ports, "cache"> },
): readonly AddedInput[] {
  const how = { mtime: timeless, recorded: context.recorded };
  const files = contents.files.map((item, index) => {
    const locked = lock.files[index];
    if (locked === undefined) throw lockIncomplete(item.url);
    return { name: `file ${redactUrl(item.url)}`, source: fileFragment(fileInput({ item, locked }, how), ports.cache) };
  });
  const artifacts = contents.artifacts.map((item, index) => {
    const locked = lock.artifacts[index];
    if (locked === undefined) throw lockIncomplete(item.name);
    return { name: `from ${item.name}`, source: artifactFragment(artifactInput({ item, locked }, how), ports.cache) };
  });
  return [...files, ...artifacts];
}

function npmInput(
  substitution: NpmSubstitution,
  platform: LockedPlatform,
  lock: ContentsLock,
): ImagePlan["npm"][number] {
  const locked = lockedFor(substitution, platform, lock);
  const { type, name, licenses, supplier } = substitution.component;
  const purl = `pkg:${type}/${encodeURIComponent(name)}@${encodeURIComponent(locked.version)}`;
  return {
    component: {
      type,
      name,
      version: locked.version,
      purl,
      licenses,
      supplier,
      comments: originComments(substitution, locked),
    },
    what: `${locked.name}@${locked.version}`,
    sha256: locked.sha256,
    files: filesFor(substitution, platform),
    excludes: substitution.excludes,
    links: substitution.links,
  };
}
