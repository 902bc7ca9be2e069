import type { PackageIndex } from "../apt/model.ts";
import type { DebianMirrors } from "../apt/sources.ts";
import type { Trust } from "../apt/trust.ts";
import type { Cache } from "../cache/cache.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Substitution } from "../catalog/substitution.ts";
import type { Http } from "../http/fetch.ts";
import type { Compression } from "../image/layer/compression.ts";
import type { Packing } from "../image/layer/fragment.ts";
import type { NpmConfig } from "../npm/config.ts";
import type { Platform } from "../oci/platform.ts";
import type { SandboxHost } from "../pipeline/sandbox/host.ts";
import type { RegistryOptions } from "../remote/client.ts";
import type { FeedAddresses } from "../vuln/live/addresses.ts";
import type { ArchiveContents, ArchiveRequest } from "./supply/archive-request.ts";
import type { OpenCatalog } from "./supply/catalog-artifact.ts";

/** All that journeys need of the world, wired once by the surface. */
export interface Ports {
  readonly cache: Cache;
  /** How layers are packed; the same for all images that are built at a time. */
  readonly packings: Readonly<Record<Compression, Packing>>;
  readonly http: Http;
  /** The same for what is worth one quick try: it gives up within seconds. */
  readonly impatientHttp: Http;
  readonly now: () => Date;
  /** Where Debian packages come from, and whose signatures on them count. */
  readonly mirrors: DebianMirrors;
  /** Base URLs, without slash at the end, below which any input may lie as `sha256/<hex>`. */
  readonly inputMirrors: readonly string[];
  readonly trust: Trust;
  /** The npm registry of the user's configuration. */
  readonly registry: NpmConfig;
  /** How image registries are reached. */
  readonly registries: RegistryOptions;
  /** The platform this machine runs: `linux/amd64`. */
  readonly hostPlatform: Platform;
  /** What steps of builds run on. Throws a plain Error on a processor that no image is built for. */
  readonly sandboxHost: () => SandboxHost;
  /** The catalogue's folder. */
  readonly catalog: string;
  /** What building looks things up in. */
  readonly library: Library;
  /** Variables of this process; programs that are run see those that say where programs, proxies and certificates are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly temporaryDirectory: string;
  /** What is piped into the program, once. Throws where nothing is. */
  readonly standardInput: () => AsyncIterable<Uint8Array>;
  /** Values that definitions may name by id. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Whether steps of builds that ask for the network may have it. */
  readonly allowNetwork: boolean;
  /** Opens `catalog://NAME:TAG` for a definition that takes content of it. */
  readonly openCatalog: OpenCatalog;
  /** No network: only what is in the cache. */
  readonly offline: boolean;
  /** How old archive indices and package documents may be before they are asked for again, in milliseconds. */
  readonly maxAge: number;
  /** A folder or index of advisories the user names; null leaves the index that `hardpan db` keeps. */
  readonly advisories: string | null;
  /** Where live feeds are fetched from in place of their publishers. */
  readonly feedAddresses?: FeedAddresses;
  /** Hardpan's own version, for documents that name their maker. */
  readonly toolVersion: string;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** What building looks things up in: the catalogue and the archives. */
export interface Library {
  catalog(): Promise<Catalog>;
  /** The catalogue's substitutions, by name. */
  substitutions(): Promise<ReadonlyMap<string, Substitution>>;
  /** The packages of Debian's archive and of other repositories. Close the answer when done. */
  openArchive(contents: ArchiveContents, request: ArchiveRequest): Promise<PackageIndex>;
}

/** How long work tells of itself. */
export interface Report {
  /** A step begins. */
  step(text: string): void;
  /** How far it is, in bytes or pieces. */
  advance(done: number, total: number): void;
  /** Something a person should know, once. */
  note(text: string): void;
}
