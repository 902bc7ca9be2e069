import type { Definition } from "../definition/schema.ts";
import { certificateOf } from "../facts/audit/fips.ts";
import { nameOf } from "../facts/path.ts";
import type { Platform } from "../oci/platform.ts";
import { runIdentity } from "./definition/accounts.ts";
import { accountsOf } from "./definition/entries.ts";
import type { ImageFipsModule } from "./definition/fips.ts";
import { ImageError } from "./error.ts";
import { complianceOf, moduleLabel, moduleLabelName } from "./fips.ts";
import type { Programs } from "./programs.ts";
import type { Settings } from "./settings.ts";

/** What labels and annotations are made of: the identity of an image that is about to be built. */
export interface LabelledPlan {
  readonly definition: Definition;
  readonly platform: Platform;
  readonly path: string;
  readonly distribution: string;
  readonly version: string;
  /** Whether the image is one of ours; a reconstruction of a conventional one does not say so. */
  readonly recorded: boolean;
}

/** What was found in the image's files. */
export interface Found {
  readonly programs: Programs;
  readonly fips: ImageFipsModule | null;
}

/** How the image starts and what it says of itself. */
export function settingsOf(plan: LabelledPlan, found: Found): Settings {
  const { definition, platform } = plan;
  const runner = runIdentity(accountsOf(definition));
  return {
    platform,
    user: runner.uid === 0 ? (definition.accounts["run-as"] === undefined ? "" : "root") : String(runner.uid),
    environment: definition.environment,
    entrypoint: definition.entrypoint,
    cmd: definition.cmd,
    workingDir: definition["work-dir"] ?? "/",
    ports: definition.ports.flatMap(portsOf),
    volumes: definition.volumes,
    stopSignal: definition["stop-signal"] ?? null,
    labels: plan.recorded ? { ...withoutFindings(definition.labels), ...labelsOf(plan, found) } : definition.labels,
  };
}

/** The annotations of manifests and index: what the definition gives, and what registries show. */
export function annotationsOf(plan: Pick<LabelledPlan, "definition" | "version">): Readonly<Record<string, string>> {
  const { definition, version } = plan;
  return {
    "org.opencontainers.image.title": definition.name ?? definition.image,
    "org.opencontainers.image.version": version,
    ...withoutFindings(definition.annotations),
  };
}

/** The image's name without registry and namespace: `node`. */
export function imageName(definition: Pick<Definition, "image">): string {
  return nameOf(definition.image);
}

/** What a definition says itself, but for what only the image's files may say: that it is in FIPS mode. */
function withoutFindings(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const found = [moduleLabelName, "io.hardpan.compliance"];
  return Object.fromEntries(Object.entries(texts).filter(([name]) => !found.includes(name)));
}

function labelsOf(plan: LabelledPlan, { programs, fips }: Found): Readonly<Record<string, string>> {
  const { definition } = plan;
  const endOfLife = definition.dates["end-of-life"];
  return {
    "io.hardpan.name": imageName(definition),
    "io.hardpan.version": plan.version,
    "io.hardpan.variant": definition.variant,
    "io.hardpan.flavor": definition.flavor ?? "",
    "io.hardpan.distro": plan.distribution,
    "io.hardpan.definition": plan.path,
    "io.hardpan.shell": programs.shells.map(nameOf).join(","),
    "io.hardpan.package-manager": programs.packageManagers.join(","),
    "io.hardpan.compliance": complianceOf(fips, certificateOf(definition.labels)),
    ...(fips === null ? {} : { [moduleLabelName]: moduleLabel(fips) }),
    ...(endOfLife === undefined ? {} : { "io.hardpan.end-of-life": endOfLife }),
  };
}

/** `8080/tcp`; a range is written out, as a configuration has one entry for each port. */
function portsOf(port: string): readonly string[] {
  const [, first = "", last = first, protocol = "tcp"] = /^(\d+)(?:-(\d+))?(?:\/(\w+))?$/.exec(port) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === "" || from > to || to > 65_535) {
    throw new ImageError("IMAGE_PORT_INVALID", `ports: ${port} names no port`, {
      hint: "write a port up to 65535, or a range from the lower to the higher one: 8000-8010/tcp",
    });
  }
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}/${protocol}`);
}
