import type { Definition } from "../definition/schema.ts";
import type { FactProblem } from "../facts/claims.ts";
import type { AuditedFacts } from "../facts/model.ts";
import { isMarker } from "../facts/whiteout.ts";
import type { Platform } from "../oci/platform.ts";
import { auditStack, brokenClaims, refuseBrokenClaims } from "./audit.ts";
import { assembleImage, type BuiltImage } from "./built.ts";
import { componentRecord } from "./component.ts";
import { packagedCertificates } from "./definition/ca-bundle.ts";
import { definitionEntries } from "./definition/entries.ts";
import { fipsEntries, type ImageFipsModule } from "./definition/fips.ts";
import { definitionFragment } from "./definition/fragment.ts";
import type { SourceFile } from "./definition/paths.ts";
import { ImageError } from "./error.ts";
import { fipsOf } from "./fips.ts";
import { annotationsOf, imageName, settingsOf } from "./labels.ts";
import { fragmentContents } from "./layer/content.ts";
import { type Fragment, type FragmentSource, loadFragment, type Packing } from "./layer/fragment.ts";
import { composeLayer } from "./layer/layer.ts";
import { relocateFragment } from "./layer/relocate.ts";
import { growRoot } from "./layer/root.ts";
import { squash } from "./layer/squash.ts";
import type { Stack } from "./layer/stack.ts";
import { type DebFilePorts, debFile } from "./package/deb-file.ts";
import { mergedUsrLinks } from "./package/merged-usr.ts";
import { type NpmInput, npmFragment } from "./package/npm-fragment.ts";
import { omittedPaths } from "./package/omission.ts";
import { createOpenDeb } from "./package/open-deb.ts";
import { packageLayers } from "./package/package-layers.ts";
import { programsIn } from "./programs.ts";
import { imageConfig } from "./settings.ts";

/** All an image is made of: with the bytes it names in the cache, it says what comes out, to the last byte. */
export interface ImagePlan {
  /** Its templates expanded for the platform, and without what is for other platforms. */
  readonly definition: Definition;
  readonly platform: Platform;
  /** Where the definition lies in its catalogue, without extension: `image/node/debian-13/24`. */
  readonly path: string;
  /** `debian-13`. */
  readonly distribution: string;
  /** Version and variant, as the label says: `24.21.0-debian13`. */
  readonly version: string;
  readonly packages: readonly PlannedPackage[];
  readonly npm: readonly Omit<NpmInput, "recorded">[];
  /** What is neither a Debian nor an npm package: files, content of other images, outputs of build steps; in order. */
  readonly added: readonly AddedInput[];
  /** Whether the image has to be what its definition says: another publisher's definitions cannot explain exceptions. */
  readonly strict: boolean;
  /** Whether what is not Debian's is recorded inside the image with its files; a reconstruction has no such records. */
  readonly recorded: boolean;
  /** SHA-256 of the .deb the CA bundle is made from; null for none. */
  readonly certificates: string | null;
  /** The files and folders of the catalogue that `paths` name by `source`, by that name. */
  readonly sources: ReadonlyMap<string, readonly SourceFile[]>;
}

/** A Debian package whose .deb lies in the cache. */
export interface PlannedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
}

/** An input that makes a layer of its own; `name` is for the image's history. */
export interface AddedInput {
  readonly name: string;
  readonly source: FragmentSource;
}

/** An image with what it was found to have. */
export interface ComposedImage {
  readonly image: BuiltImage;
  readonly facts: AuditedFacts;
  /** Where it is not what its definition says; none where it has to be. */
  readonly problems: readonly FactProblem[];
}

/**
 * Builds the image of one platform: packages, then what comes from elsewhere, then what the definition says. Throws
 * IMAGE_CLAIM_BROKEN where the outcome is not what the definition promises, and has to be.
 */
export async function composeImage(plan: ImagePlan, packing: Packing): Promise<ComposedImage> {
  const { definition } = plan;
  const whole = await composeRoot(plan, packing);
  const fips = definition["fips-compliant"] === true ? fipsOf(whole) : null;
  const layers = definition.output === "squashed" ? [await squash(whole, packing)] : whole.layers;
  const config = imageConfig(settingsOf(plan, { programs: programsIn(whole.root), fips }), layers);
  const image = assembleImage(config, layers, annotationsOf(plan));
  const facts = await auditStack(whole, image, packing);
  const problems = plan.recorded ? brokenClaims(definition, facts) : [];
  if (plan.strict) refuseBrokenClaims(problems);
  return { image, facts, problems };
}

/** The layers of an image or of a stage, and the root file system they make. */
export async function composeRoot(plan: ImagePlan, packing: Packing): Promise<Stack> {
  const { definition, packages } = plan;
  const documentation = definition.contents.documentation ?? false;
  const base = await packageLayers({ packages, omitted: omittedPaths(definition), documentation }, packing);
  const added = await addInputs(plan, base, packing);
  return await addDefinition(plan, added, packing);
}

async function addInputs(plan: ImagePlan, base: Stack, packing: Packing): Promise<Stack> {
  const { recorded } = plan;
  const npm = plan.npm.map((input) => ({
    name: `${input.component.name} ${input.component.version}`,
    source: npmFragment({ ...input, recorded }, packing.cache),
  }));
  let stack = base;
  for (const { name, source } of [...npm, ...plan.added]) {
    const loaded = await loadFragment(source, packing);
    const fragment = await relocateFragment(loaded, { root: stack.root, name }, packing);
    if (fragment.files.length + fragment.directories.length > 0) stack = await addLayer(name, fragment, stack, packing);
  }
  return stack;
}

async function addLayer(name: string, fragment: Fragment, below: Stack, packing: Packing): Promise<Stack> {
  const root = growRoot(below.root, [[fragment]], { layer: below.layers.length, directories: "last" });
  const layer = await composeLayer({ name, fragments: [fragment], root }, packing);
  return { layers: [...below.layers, layer], fragments: [...below.fragments, fragment], root };
}

async function addDefinition(plan: ImagePlan, below: Stack, packing: Packing): Promise<Stack> {
  const mtime = below.layers.reduce((newest, layer) => Math.max(newest, layer.newest), 0);
  const certificates = plan.certificates === null ? null : await packagedCertificates(plan.certificates, packing.cache);
  const fips: ImageFipsModule | null = plan.definition["fips-compliant"] === true ? fipsOf(below) : null;
  const open = createOpenDeb(packing.cache);
  const entries = await definitionEntries(
    plan.definition,
    {
      packages: new Set(plan.packages.map(({ name }) => name)),
      root: below.root,
      certificates,
      shell: programsIn(below.root).shells[0] ?? null,
      fips: fips === null ? [] : fipsEntries(fips),
      mtime,
    },
    {
      readSource: async (source) => await readSource(plan, source, { open, cache: packing.cache }),
      readContents: async (paths) => await fragmentContents(below.fragments, paths, packing),
    },
  );
  const own = entries.filter((entry) => entry.type !== "directory" && !isMarker(entry.path)).map((entry) => entry.path);
  const owned = [...new Set([...mergedUsrLinks.map(([path]) => path), ...own])];
  const records = plan.recorded ? [componentRecord(builderComponent(plan), owned, mtime)] : [];
  const fragment = await loadFragment(definitionFragment([...entries, ...records]), packing);
  return await addLayer(`definition ${plan.path}`, fragment, below, packing);
}

const packageScheme = /^package:\/\/([^/]+)\/(.+)$/;

/** What a path's `source` names: a file of a package, `package://apt/usr/share/…`, or something below the catalogue. */
async function readSource(plan: ImagePlan, source: string, ports: DebFilePorts): Promise<readonly SourceFile[]> {
  const known = plan.sources.get(source);
  if (known !== undefined) return known;
  const [, name, path] = packageScheme.exec(source) ?? [];
  if (path === undefined) {
    throw new ImageError("IMAGE_PATH_INVALID", `${plan.path}: the source ${JSON.stringify(source)} cannot be read`, {
      hint: "name a file of the catalogue, or package://NAME/PATH",
    });
  }
  const item = plan.packages.find((candidate) => candidate.name === name);
  if (item === undefined) {
    throw new ImageError("IMAGE_PATH_INVALID", `${plan.path}: the image has no package ${name} for ${source}`, {
      hint: `list ${name} in contents.packages, or correct the name`,
    });
  }
  const content = await debFile(item, path, ports);
  return [{ path: "", type: "file", executable: false, linkPath: "", content }];
}

function builderComponent(plan: ImagePlan) {
  const name = `${imageName(plan.definition)}-image`;
  return {
    type: "hardpan",
    name,
    version: plan.version,
    purl: `pkg:generic/hardpan/${name}@${encodeURIComponent(plan.version)}`,
    licenses: ["Apache-2.0"],
    supplier: null,
    comments: [
      "files the builder makes: accounts, os-release, CA bundle, paths of the definition, links of a merged /usr",
    ],
  } as const;
}
