import { chainId } from "../oci/chain-id.ts";
import type { ContainerConfig, ImageConfig } from "../oci/config.ts";
import type { Platform } from "../oci/platform.ts";
import type { Layer } from "./layer/layer.ts";

/** How a container of the image starts and what the image says of itself. */
export interface Settings {
  readonly platform: Platform;
  /** Who runs it, in numbers, so that Kubernetes can tell it is not root. */
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  /** `8080/tcp`. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The image configuration of `layers` with `settings`. `created` is the age of the newest file: a build has no clock. */
export function imageConfig(settings: Settings, layers: readonly Layer[]): ImageConfig {
  const created = isoTime(layers.reduce((newest, layer) => Math.max(newest, layer.newest), 0));
  const diffIds = layers.map((layer) => layer.diffId);
  const labels = { ...settings.labels, "io.hardpan.chain-id": chainId(diffIds) };
  return {
    created,
    platform: settings.platform,
    container: containerConfig(settings, labels),
    diffIds,
    history: layers.map((layer) => ({ created, createdBy: `hardpan build: ${layer.name}` })),
  };
}

function containerConfig(settings: Settings, labels: Readonly<Record<string, string>>): ContainerConfig {
  const environment = { PATH: defaultPath, ...settings.environment };
  return {
    user: settings.user,
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    entrypoint: settings.entrypoint,
    cmd: settings.cmd,
    workingDir: settings.workingDir,
    exposedPorts: settings.ports,
    volumes: settings.volumes,
    labels,
    ...(settings.stopSignal === null ? {} : { stopSignal: settings.stopSignal }),
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
