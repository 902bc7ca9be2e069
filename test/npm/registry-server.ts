import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { onTestFinished } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import type { NpmConfig } from "../../src/npm/config.ts";
import type { PackumentPorts } from "../../src/npm/packument.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** A file of a package. */
export interface PackedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

/** A tarball as `npm pack` makes it. */
export async function packTarball(files: readonly PackedFile[], folder = "package"): Promise<Buffer> {
  const archive = pack();
  for (const { path, content, mode = 0o644 } of files) {
    archive.entry({ name: `${folder}/${path}`, mode }, Buffer.from(content));
  }
  archive.finalize();
  return gzipSync(await buffer(archive));
}

/** `sha512-…`. */
export function integrityOf(content: Uint8Array): string {
  return `sha512-${createHash("sha512").update(content).digest("base64")}`;
}

/** A version to publish. */
export interface Publication {
  readonly name: string;
  readonly version: string;
  readonly tarball: Uint8Array;
  /** What the registry claims instead of the truth. */
  readonly integrity?: string;
  readonly signed?: boolean;
  /** When it was published, ISO 8601. */
  readonly time?: string;
}

/** What can be changed while the server runs. */
export interface Behaviour {
  /** Status for everything, as of a registry that is down. */
  status: number | null;
  keys: boolean;
  keyExpires: string | null;
  keyid: string;
}

/** A real npm registry on 127.0.0.1 with a real signing key. */
export interface TestRegistry {
  readonly url: string;
  readonly requests: readonly { readonly path: string; readonly authorization: string | undefined }[];
  readonly behaviour: Behaviour;
  publish(publication: Publication): void;
  /** Takes a version back: from what is listed, and with `all` its tarball too. */
  withdraw(version: string, options?: { readonly all: boolean }): void;
  /** A configuration that leads here. */
  readonly config: NpmConfig;
  /** Ports into a new, empty cache; time stands still at `now`. */
  ports(now?: { value: number }): Promise<PackumentPorts>;
}

/** Starts a registry below /base/; it stops when the test has finished. */
export async function startRegistry(): Promise<TestRegistry> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const behaviour: Behaviour = { status: null, keys: true, keyExpires: null, keyid: "SHA256:test" };
  const published: Publication[] = [];
  const unlisted = new Set<Publication>();
  const requests: { path: string; authorization: string | undefined }[] = [];
  let url = "";

  const versionOf = (item: Publication) => {
    const integrity = item.integrity ?? integrityOf(item.tarball);
    const signer = createSign("sha256").update(`${item.name}@${item.version}:${integrityOf(item.tarball)}`);
    const signatures = [{ keyid: "SHA256:test", sig: signer.sign(privateKey, "base64") }];
    const tarball = `${url}${item.name}/-/${item.name}-${item.version}.tgz`;
    return {
      name: item.name,
      version: item.version,
      dist: { tarball, integrity, ...(item.signed === false ? {} : { signatures }) },
    };
  };
  const answer = (path: string): Uint8Array | string | null => {
    if (path === "-/npm/v1/keys") {
      const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
      const { keyid, keyExpires } = behaviour;
      const listed = { keyid, keytype: "ecdsa-sha2-nistp256", scheme: "ecdsa-sha2-nistp256", key, expires: keyExpires };
      return behaviour.keys ? JSON.stringify({ keys: [listed] }) : null;
    }
    const tarball = published.find((item) => path === `${item.name}/-/${item.name}-${item.version}.tgz`);
    if (tarball !== undefined) return tarball.tarball;
    const versions = published.filter((item) => item.name === path && !unlisted.has(item));
    if (versions.length === 0) return null;
    return JSON.stringify({
      name: path,
      "dist-tags": {},
      versions: Object.fromEntries(versions.map((item) => [item.version, versionOf(item)])),
      time: Object.fromEntries(versions.map((item) => [item.version, item.time ?? "2026-01-01T00:00:00.000Z"])),
    });
  };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname).replace(/^\/base\//, "");
    requests.push({ path, authorization: request.headers.authorization });
    const body = answer(path);
    if (behaviour.status !== null) response.writeHead(behaviour.status).end("{}");
    else if (body === null) response.writeHead(404).end("{}");
    else response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/base/`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const config: NpmConfig = { registry: url, options: { registry: url, replaceRegistryHost: "never" } };
  return {
    url,
    requests,
    behaviour,
    config,
    publish: (publication) => void published.push(publication),
    withdraw: (version, { all } = { all: false }) => {
      for (const item of published.filter((candidate) => candidate.version === version)) {
        unlisted.add(item);
        if (all) published.splice(published.indexOf(item), 1);
      }
    },
    ports: async (now = { value: 1_000_000 }) => ({
      config,
      cache: await openCache(await temporaryFolder()),
      now: () => now.value,
    }),
  };
}
