import { onTestFinished } from "vitest";
import type { PackageIndex } from "../../src/apt/model.ts";
import type { AptPorts } from "../../src/apt/ports.ts";
import { acquireIndex } from "../../src/apt/suite.ts";
import { type Cache, openCache } from "../../src/cache/cache.ts";
import { testHttp } from "../http/clients.ts";
import {
  makeDebianArchive,
  type TestArchive,
  type TestArchiveOptions,
  type TestPackage,
} from "../support/debian-archive.ts";
import { type FolderServer, serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { testNow } from "./moment.ts";

/** An archive in a new folder. */
export async function testArchive(
  options: Omit<TestArchiveOptions, "directory"> = { packages: [] },
): Promise<TestArchive> {
  return await makeDebianArchive({ directory: await temporaryFolder(), ...options });
}

/** Ports that trust `archive`'s key, with a new cache, a client that never waits, and a clock that can be set. */
export async function testPorts(
  archive: TestArchive,
  options: { readonly cache?: Cache; readonly now?: number; readonly mirrors?: AptPorts["mirrors"] } = {},
): Promise<AptPorts> {
  return {
    http: testHttp().http,
    cache: options.cache ?? (await openCache(await temporaryFolder())),
    now: () => options.now ?? testNow,
    mirrors: options.mirrors ?? archive.mirrors,
    trust: { pins: archive.pins, keyring: async () => archive.keyring },
  };
}

/** `archive` behind a real server, and the mirrors there. */
export async function served(
  archive: TestArchive,
): Promise<{ readonly server: FolderServer; readonly mirrors: AptPorts["mirrors"] }> {
  const server = await serveFolder(archive.directory);
  onTestFinished(server.close);
  return { server, mirrors: { main: [`${server.url}/debian`], security: [`${server.url}/debian-security`] } };
}

/** The index of an archive of these packages, for amd64. */
export async function testIndex(packages: readonly TestPackage[]): Promise<PackageIndex> {
  const archive = await testArchive({ packages, architectures: ["amd64"], byHash: false });
  const index = await acquireIndex({ codename: "trixie", architecture: "amd64" }, await testPorts(archive));
  onTestFinished(() => index.close());
  return index;
}
