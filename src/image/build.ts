import type { Cache } from "../cache/cache.ts";
import type { Definition } from "../definition/schema.ts";
import { formatPlatform, type Platform } from "../oci/platform.ts";
import { assembleImage, type BuiltImage } from "./built.ts";
import { componentRecord } from "./component.ts";
import { runIdentity } from "./definition/accounts.ts";
import { packagedCertificates } from "./definition/ca-bundle.ts";
import { accountsOf, definitionEntries } from "./definition/entries.ts";
import { definitionFragment } from "./definition/fragment.ts";
import { composeLayer, type Layer, type NamedLayer } from "./layer/layer.ts";
import { mergedUsrLinks } from "./package/merged-usr.ts";
import { type NpmInput, npmFragment } from "./package/npm-fragment.ts";
import { omittedPaths } from "./package/omission.ts";
import { packageLayer } from "./package/package-layer.ts";
import { type Programs, programsIn } from "./programs.ts";
import { imageConfig } from "./settings.ts";

/** All an image is made of: with the bytes it names in the cache, it says what comes out, to the last byte. */
export interface ImagePlan {
  /** Its templates expanded for the platform. */
  readonly definition: Definition;
  readonly platform: Platform;
  /** Where the definition lies in its catalogue, without extension: `image/node/debian-13/24`. */
  readonly path: string;
  /** `debian-13`. */
  readonly distribution: string;
  /** Version and variant, as the label says: `24.21.0-debian13`. */
  readonly version: string;
  readonly packages: readonly PlannedPackage[];
  readonly npm: readonly Omit<NpmInput, "mtime" | "recorded">[];
  /** Whether what is not Debian's is recorded inside the image with its files; a reconstruction has no such records. */
  readonly recorded: boolean;
  /** SHA-256 of the .deb the CA bundle is made from; null for none. */
  readonly certificates: string | null;
  /** Reads a file of the catalogue that the definition names by `source`. */
  readFile(path: string): Promise<Uint8Array>;
}

/** A Debian package whose .deb lies in the cache. */
export interface PlannedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
}

/** Builds the image of one platform: packages, then what comes from elsewhere, then what the definition says. */
export async function buildImage(plan: ImagePlan, cache: Cache): Promise<BuiltImage> {
  const packages = await packageLayer({ packages: plan.packages, omitted: omittedPaths(plan.definition) }, cache);
  const base = { ...packages, name: "packages" };
  const added = await componentLayers(plan, base, cache);
  const below = [base, ...added];
  const programs = await programsIn(below, cache);
  const top = await definitionLayer(plan, { below, programs }, cache);
  const layers = [...below, top];
  const config = imageConfig(settingsOf(plan, programs), layers);
  return assembleImage(config, layers, annotationsOf(plan));
}

/** The annotations of manifests and index: what the definition gives, and what registries show. */
export function annotationsOf(plan: Pick<ImagePlan, "definition" | "version">): Readonly<Record<string, string>> {
  const { definition, version } = plan;
  return {
    "org.opencontainers.image.title": definition.name ?? definition.image,
    "org.opencontainers.image.version": version,
    ...definition.annotations,
  };
}

async function componentLayers(plan: ImagePlan, base: Layer, cache: Cache): Promise<readonly NamedLayer[]> {
  const layers: NamedLayer[] = [];
  let below = base;
  for (const input of plan.npm) {
    const source = npmFragment({ ...input, mtime: base.newest, recorded: plan.recorded }, cache);
    below = await composeLayer({ sources: [source], below }, cache);
    layers.push({ ...below, name: `${input.component.name} ${input.component.version}` });
  }
  return layers;
}

interface LowerLayers {
  readonly below: readonly NamedLayer[];
  readonly programs: Programs;
}

async function definitionLayer(plan: ImagePlan, lower: LowerLayers, cache: Cache): Promise<NamedLayer> {
  const mtime = lower.below.reduce((newest, layer) => Math.max(newest, layer.newest), 0);
  const entries = await definitionEntries(plan.definition, {
    packages: new Set(plan.packages.map(({ name }) => name)),
    certificates: plan.certificates === null ? null : await packagedCertificates(plan.certificates, cache),
    shell: lower.programs.shells[0] ?? null,
    platform: formatPlatform(plan.platform),
    mtime,
    readFile: plan.readFile,
  });
  const own = entries.filter((entry) => entry.type !== "directory").map((entry) => entry.path);
  const owned = [...mergedUsrLinks.map(([path]) => path), ...own];
  const records = plan.recorded ? [componentRecord(builderComponent(plan), owned, mtime)] : [];
  const source = definitionFragment([...entries, ...records]);
  const layer = await composeLayer({ sources: [source], below: lower.below.at(-1) ?? null }, cache);
  return { ...layer, name: `definition ${plan.path}` };
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

function settingsOf(plan: ImagePlan, programs: Programs) {
  const { definition, platform } = plan;
  const runner = runIdentity(accountsOf(definition));
  return {
    platform,
    user: runner.uid === 0 ? (definition.accounts["run-as"] === undefined ? "" : "root") : String(runner.uid),
    environment: definition.environment,
    entrypoint: definition.entrypoint,
    cmd: definition.cmd,
    workingDir: definition["work-dir"] ?? "/",
    ports: definition.ports.map((port) => (port.includes("/") ? port : `${port}/tcp`)),
    volumes: definition.volumes,
    stopSignal: definition["stop-signal"] ?? null,
    labels: { ...(plan.recorded ? labelsOf(plan, programs) : {}), ...definition.labels },
  };
}

function labelsOf(plan: ImagePlan, programs: Programs): Readonly<Record<string, string>> {
  const { definition } = plan;
  const endOfLife = definition.dates["end-of-life"];
  return {
    "io.hardpan.name": imageName(definition),
    "io.hardpan.version": plan.version,
    "io.hardpan.variant": definition.variant,
    "io.hardpan.flavor": definition.flavor ?? "",
    "io.hardpan.distro": plan.distribution,
    "io.hardpan.definition": plan.path,
    "io.hardpan.shell": programs.shells.map(baseName).join(","),
    "io.hardpan.package-manager": programs.packageManagers.join(","),
    "io.hardpan.compliance": "",
    ...(endOfLife === undefined ? {} : { "io.hardpan.end-of-life": endOfLife }),
  };
}

/** The image's name without registry and namespace: `node`. */
export function imageName(definition: Pick<Definition, "image">): string {
  return baseName(definition.image);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
