import { asDigest } from "./descriptor.ts";
import type { Digest } from "./digest.ts";
import {
  asArray,
  asCount,
  asObject,
  asString,
  asStringMap,
  encodeJson,
  type JsonObject,
  optional,
  parseJsonObject,
  sortedMap,
} from "./json.ts";
import type { Platform } from "./platform.ts";

/** An image configuration (OCI image-spec, config.md). What a document leaves out is empty here; times are ISO 8601. */
export interface ImageConfig {
  readonly created?: string;
  readonly author?: string;
  readonly platform: Platform;
  readonly container: ContainerConfig;
  /** Digests of the layers' unpacked tar streams, lowest first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
}

/** How a container of the image starts: the document's `config` object. */
export interface ContainerConfig {
  /** `user[:group]`, names or numbers; empty means root. */
  readonly user: string;
  readonly environment: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  /** `port/protocol`, sorted. */
  readonly exposedPorts: readonly string[];
  /** Paths, sorted. */
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly healthcheck?: Healthcheck;
}

/** Docker's addition: how to probe a container. Durations are in nanoseconds, as in the document. */
export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly retries?: number;
}

/** How one layer, or one setting where `emptyLayer`, came to be. */
export interface HistoryEntry {
  readonly created?: string;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly emptyLayer?: boolean;
}

/** The settings of an image that sets nothing. */
export const emptyContainerConfig: ContainerConfig = {
  user: "",
  environment: [],
  entrypoint: [],
  cmd: [],
  workingDir: "",
  exposedPorts: [],
  volumes: [],
  labels: {},
};

/**
 * Reads an image configuration. Throws OCI_DOCUMENT_INVALID for more than 4 MiB or a document of another shape; fields
 * that are not known are ignored. `what` names the document in messages.
 */
export function parseConfig(bytes: Uint8Array, what = "the image configuration"): ImageConfig {
  const object = parseJsonObject(bytes, what);
  const rootfs = asObject(object["rootfs"], `${what}: rootfs`);
  const created = text(object, "created", what);
  const author = text(object, "author", what);
  const variant = text(object, "variant", what);
  const container = optional(object["config"], `${what}: config`, readContainer);
  return {
    ...(created === undefined ? {} : { created }),
    ...(author === undefined ? {} : { author }),
    platform: {
      os: text(object, "os", what) ?? "linux",
      architecture: asString(object["architecture"], `${what}: architecture`),
      ...(variant === undefined ? {} : { variant }),
    },
    container: container ?? emptyContainerConfig,
    diffIds: optional(rootfs["diff_ids"], `${what}: rootfs.diff_ids`, digests) ?? [],
    history: optional(object["history"], `${what}: history`, history) ?? [],
  };
}

function readContainer(value: unknown, path: string): ContainerConfig {
  const object = asObject(value, path);
  const list = (key: string) => optional(object[key], `${path}.${key}`, strings) ?? [];
  const keys = (key: string) => Object.keys(optional(object[key], `${path}.${key}`, asObject) ?? {}).sort();
  const stopSignal = text(object, "StopSignal", path);
  const healthcheck = optional(object["Healthcheck"], `${path}.Healthcheck`, readHealthcheck);
  return {
    user: text(object, "User", path) ?? "",
    environment: list("Env"),
    entrypoint: list("Entrypoint"),
    cmd: list("Cmd"),
    workingDir: text(object, "WorkingDir", path) ?? "",
    exposedPorts: keys("ExposedPorts"),
    volumes: keys("Volumes"),
    labels: optional(object["Labels"], `${path}.Labels`, asStringMap) ?? {},
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(healthcheck === undefined ? {} : { healthcheck }),
  };
}

function readHealthcheck(value: unknown, path: string): Healthcheck {
  const object = asObject(value, path);
  const interval = optional(object["Interval"], `${path}.Interval`, asCount);
  const timeout = optional(object["Timeout"], `${path}.Timeout`, asCount);
  const startPeriod = optional(object["StartPeriod"], `${path}.StartPeriod`, asCount);
  const retries = optional(object["Retries"], `${path}.Retries`, asCount);
  return {
    test: optional(object["Test"], `${path}.Test`, strings) ?? [],
    ...(interval === undefined ? {} : { interval }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(startPeriod === undefined ? {} : { startPeriod }),
    ...(retries === undefined ? {} : { retries }),
  };
}

function history(value: unknown, path: string): readonly HistoryEntry[] {
  return asArray(value, path, (item, at) => {
    const object = asObject(item, at);
    const created = text(object, "created", at);
    const createdBy = text(object, "created_by", at);
    const author = text(object, "author", at);
    const comment = text(object, "comment", at);
    return {
      ...(created === undefined ? {} : { created }),
      ...(createdBy === undefined ? {} : { createdBy }),
      ...(author === undefined ? {} : { author }),
      ...(comment === undefined ? {} : { comment }),
      ...(object["empty_layer"] === true ? { emptyLayer: true } : {}),
    };
  });
}

function text(object: JsonObject, key: string, path: string): string | undefined {
  return optional(object[key], `${path}: ${key}`, asString) || undefined;
}

function strings(value: unknown, path: string): readonly string[] {
  return asArray(value, path, asString);
}

function digests(value: unknown, path: string): readonly Digest[] {
  return asArray(value, path, asDigest);
}

/** `config` as JSON: the same configuration always gives the same bytes. What is empty is left out. */
export function encodeConfig(config: ImageConfig): Uint8Array {
  return encodeJson({
    created: config.created,
    author: config.author,
    architecture: config.platform.architecture,
    os: config.platform.os,
    variant: config.platform.variant,
    config: writeContainer(config.container),
    rootfs: { type: "layers", diff_ids: config.diffIds },
    history: config.history.map(writeHistory),
  });
}

function writeContainer(container: ContainerConfig): JsonObject {
  return {
    User: container.user || undefined,
    ExposedPorts: filledSet(container.exposedPorts),
    Env: filled(container.environment),
    Entrypoint: filled(container.entrypoint),
    Cmd: filled(container.cmd),
    Volumes: filledSet(container.volumes),
    WorkingDir: container.workingDir || undefined,
    Labels: Object.keys(container.labels).length === 0 ? undefined : sortedMap(container.labels),
    StopSignal: container.stopSignal,
    Healthcheck: container.healthcheck === undefined ? undefined : writeHealthcheck(container.healthcheck),
  };
}

function writeHealthcheck(check: Healthcheck): JsonObject {
  return {
    Test: filled(check.test),
    Interval: check.interval,
    Timeout: check.timeout,
    StartPeriod: check.startPeriod,
    Retries: check.retries,
  };
}

function writeHistory(entry: HistoryEntry): JsonObject {
  return {
    created: entry.created,
    created_by: entry.createdBy,
    author: entry.author,
    comment: entry.comment,
    empty_layer: entry.emptyLayer,
  };
}

function filled(items: readonly string[]): readonly string[] | undefined {
  return items.length === 0 ? undefined : items;
}

function filledSet(keys: readonly string[]): JsonObject | undefined {
  return keys.length === 0 ? undefined : sortedMap(Object.fromEntries(keys.map((key) => [key, {}])));
}
