import { arch, homedir, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { findMirrors } from "../apt/sources.ts";
import { debianTrust } from "../apt/trust.ts";
import { openCache } from "../cache/cache.ts";
import { sharedLibrary } from "../flow/library.ts";
import type { Ports } from "../flow/ports.ts";
import { createHttp } from "../http/fetch.ts";
import { createPackings } from "../image/layer/fragment.ts";
import { readNpmConfig } from "../npm/config.ts";
import { normalisePlatform } from "../oci/platform.ts";
import { localHost } from "../pipeline/sandbox/host.ts";
import { createCredentialLookup, credentialFiles } from "../remote/credentials.ts";
import type { Options } from "./command.ts";
import { feedAddresses, inputMirrors, readConfig } from "./config.ts";
import { type Context, cacheDirectory } from "./context.ts";
import { useProxies } from "./proxy.ts";
import { readSecrets } from "./secrets.ts";
import { standardInputOnce } from "./standard-input.ts";
import { toolVersion } from "./version.ts";

const minute = 60_000;

/** Wires the world for a command: cache, network, mirrors, keys, registries, catalogue, progress. */
export async function createPorts(options: Options, context: Context): Promise<Ports> {
  const { environment, now, signal, progress, note } = context;
  useProxies(environment);
  const config = await readConfig(environment);
  const http = createHttp({ fetch, userAgent: `hardpan/${toolVersion}`, now: () => now().getTime() });
  const impatientHttp = createHttp({
    fetch,
    userAgent: `hardpan/${toolVersion}`,
    limits: { attempts: 1, idle: 5_000 },
  });
  const place = { environment, home: homedir(), uid: process.getuid?.() ?? null };
  const cache = await openCache(cacheDirectory(environment));
  const ports: Ports = {
    cache,
    environment,
    temporaryDirectory: tmpdir(),
    standardInput: standardInputOnce(context.signal),
    secrets: readSecrets(options.texts("secret"), environment),
    allowNetwork: options.flag("allowNetwork"),
    library: sharedLibrary(() => ports),
    openCatalog: async (reference) => {
      const { openCatalogImage } = await import("../flow/image/catalog-image.ts");
      return await openCatalogImage(reference, { ports });
    },
    packings: createPackings(cache, signal),
    http,
    impatientHttp,
    now,
    mirrors: await findMirrors({
      ...(config.debianMirror === null ? {} : { configured: config.debianMirror }),
      ...(environment["HARDPAN_DEBIAN_MIRROR"] === undefined
        ? {}
        : { environment: environment["HARDPAN_DEBIAN_MIRROR"] }),
      now: now().getTime(),
    }),
    inputMirrors: inputMirrors({
      configured: config.inputMirrors,
      environment: environment["HARDPAN_INPUT_MIRROR"],
      directory: context.workingDirectory,
    }),
    trust: debianTrust(),
    registry: await readNpmConfig({ ...place, directory: context.workingDirectory, execPath: process.execPath }),
    registries: { http, credentials: createCredentialLookup(credentialFiles(place)) },
    hostPlatform: normalisePlatform({ os: "linux", architecture: arch() }),
    sandboxHost: localHost,
    catalog: options.text("catalog") ?? config.catalog ?? fileURLToPath(new URL("../../catalog", import.meta.url)),
    offline: options.flag("offline"),
    maxAge: 10 * minute,
    advisories: options.text("advisories") ?? (environment["HARDPAN_ADVISORIES"] || config.advisories),
    feedAddresses: feedAddresses({
      configured: config,
      environment: environment["HARDPAN_FEED_MIRROR"],
      directory: context.workingDirectory,
    }),
    toolVersion,
    signal,
    report: { step: progress.step, advance: progress.advance, note },
  };
  return ports;
}
