import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { xz } from "@napi-rs/lzma";
import { createCleartextMessage, generateKey, readKey, readPrivateKey, sign } from "openpgp";
import { pack } from "tar-stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import { createHttp } from "../../src/http/fetch.ts";
import { compareWithOfficial, type OfficialPorts } from "../../src/npm/official.ts";
import { temporaryFolder } from "../support/temporary.ts";

const program = Buffer.from("\u007fELF the official program");
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
const request = { version: "24.1.0", platform: "linux/amd64", sha256: sha256(program) } as const;
const archive = await releaseArchive();

async function releaseArchive(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "node-v24.1.0-linux-x64/README.md" }, "read me");
  tar.entry({ name: "node-v24.1.0-linux-x64/bin/node", mode: 0o755 }, program);
  tar.finalize();
  return Buffer.from(await xz.compress(await buffer(tar)));
}

interface Release {
  /** Path to content; what is absent is answered with 404. */
  readonly files: Map<string, string | Uint8Array>;
  readonly requests: string[];
  readonly ports: OfficialPorts;
  readonly now: { value: number };
}

/** A release server with a real signing key, everything in order. */
async function startRelease(list = `${sha256(archive)}  node-v24.1.0-linux-x64.tar.xz\n`): Promise<Release> {
  const date = new Date("2026-01-01T00:00:00Z");
  const generated = await generateKey({ userIDs: [{ name: "releaser" }], type: "ecc", format: "armored", date });
  const fingerprint = (await readKey({ armoredKey: generated.publicKey })).getFingerprint();
  const signingKeys = await readPrivateKey({ armoredKey: generated.privateKey });
  const signed = await sign({ message: await createCleartextMessage({ text: list }), signingKeys, date });
  const files = new Map<string, string | Uint8Array>([
    ["/dist/v24.1.0/SHASUMS256.txt.asc", signed],
    ["/dist/v24.1.0/node-v24.1.0-linux-x64.tar.xz", archive],
    [`/keys/${fingerprint}.asc`, generated.publicKey],
  ]);
  const requests: string[] = [];
  const server = createServer((message, response) => {
    requests.push(message.url ?? "");
    const content = files.get(message.url ?? "");
    if (content === "silence") return;
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const now = { value: Date.parse("2026-02-01T00:00:00Z") };
  const ports: OfficialPorts = {
    http: createHttp({ fetch: globalThis.fetch, userAgent: "hardpan/test" }),
    cache: await openCache(await temporaryFolder()),
    now: () => now.value,
    releases: `${url}/dist/`,
    fingerprints: [fingerprint],
    keyUrl: (wanted) => `${url}/keys/${wanted}.asc`,
  };
  return { files, requests, ports, now };
}

describe("comparing Node with the official release", () => {
  it("finds the same program, and remembers it for good", async () => {
    const { ports, requests, now } = await startRelease();
    expect(await compareWithOfficial(request, ports)).toEqual({ result: "equals official release" });
    const before = requests.length;
    now.value += 400 * 24 * 60 * 60 * 1000;
    expect(await compareWithOfficial({ ...request, offline: true }, ports)).toEqual({
      result: "equals official release",
    });
    expect(requests).toHaveLength(before);
  });

  it("refuses another program", async () => {
    const { ports } = await startRelease();
    const other = sha256(Buffer.from("altered"));
    await expect(compareWithOfficial({ ...request, sha256: other }, ports)).rejects.toEqual(
      expect.objectContaining({
        code: "NPM_OFFICIAL_MISMATCH",
        message: `node 24.1.0 for linux/amd64 has the SHA-256 ${other}, the official release ${request.sha256}`,
      }),
    );
  });

  it.each<[string, (files: Map<string, string | Uint8Array>) => void, string]>([
    [
      "the list is absent",
      (files) => files.delete("/dist/v24.1.0/SHASUMS256.txt.asc"),
      "the official release's list of sums cannot be reached",
    ],
    [
      "the key is absent",
      (files) => dropKeys(files),
      "no known release key has signed the list of sums, or none can be reached",
    ],
    [
      "the archive is absent",
      (files) => files.delete("/dist/v24.1.0/node-v24.1.0-linux-x64.tar.xz"),
      "node-v24.1.0-linux-x64.tar.xz cannot be reached",
    ],
    [
      "the list was altered",
      (files) => alterList(files),
      "no known release key has signed the list of sums, or none can be reached",
    ],
    [
      "the list is no list",
      (files) => files.set("/dist/v24.1.0/SHASUMS256.txt.asc", "<html>"),
      "no known release key has signed the list of sums, or none can be reached",
    ],
    [
      "the archive is damaged",
      (files) => files.set("/dist/v24.1.0/node-v24.1.0-linux-x64.tar.xz", archive.subarray(0, 40)),
      "node-v24.1.0-linux-x64.tar.xz cannot be reached",
    ],
  ])("does not compare when %s", async (_what, change, reason) => {
    const { ports, files } = await startRelease();
    change(files);
    expect(await compareWithOfficial(request, ports)).toEqual({ result: "not compared", reason });
  });

  it("does not compare with an archive that is not the signed one", async () => {
    const { ports } = await startRelease(`${"0".repeat(64)}  node-v24.1.0-linux-x64.tar.xz\n`);
    expect(await compareWithOfficial(request, ports)).toEqual({
      result: "not compared",
      reason: "node-v24.1.0-linux-x64.tar.xz is not the one that was signed",
    });
  });

  it("does not take a key whose fingerprint is not pinned", async () => {
    const { ports } = await startRelease();
    const other = await startRelease();
    const keyUrl = other.ports.keyUrl ?? (() => "");
    const [foreign] = other.ports.fingerprints ?? [];
    expect(await compareWithOfficial(request, { ...ports, keyUrl: () => keyUrl(foreign ?? "") })).toMatchObject({
      result: "not compared",
    });
  });

  it("has no answer for a platform the release lacks", async () => {
    const { ports } = await startRelease();
    expect(await compareWithOfficial({ ...request, platform: "linux/arm64" }, ports)).toEqual({
      result: "not compared",
      reason: "the release has no node-v24.1.0-linux-arm64.tar.xz",
    });
  });

  it("waits two seconds for a silent host, and remembers it for a day", async () => {
    const { ports, files, requests, now } = await startRelease();
    const list = files.get("/dist/v24.1.0/SHASUMS256.txt.asc") ?? "";
    files.set("/dist/v24.1.0/SHASUMS256.txt.asc", "silence");
    const started = performance.now();
    expect((await compareWithOfficial(request, ports)).result).toBe("not compared");
    expect(performance.now() - started).toBeLessThan(4_000);
    files.set("/dist/v24.1.0/SHASUMS256.txt.asc", list);
    expect((await compareWithOfficial(request, ports)).result).toBe("not compared");
    expect(requests).toHaveLength(1);
    now.value += 24 * 60 * 60 * 1000;
    expect((await compareWithOfficial(request, ports)).result).toBe("equals official release");
  });

  it("offline asks nobody", async () => {
    const { ports, requests } = await startRelease();
    expect(await compareWithOfficial({ ...request, offline: true }, ports)).toEqual({
      result: "not compared",
      reason: "no network is to be used",
    });
    expect(requests).toEqual([]);
  });

  it("stops when it is told to", async () => {
    const { ports } = await startRelease();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(compareWithOfficial(request, { ...ports, signal })).rejects.toThrow("enough");
  });
});

function dropKeys(files: Map<string, string | Uint8Array>): void {
  for (const path of files.keys()) if (path.startsWith("/keys/")) files.delete(path);
}

function alterList(files: Map<string, string | Uint8Array>): void {
  const path = "/dist/v24.1.0/SHASUMS256.txt.asc";
  files.set(path, String(files.get(path)).replace(/^[0-9a-f]{64}/m, "0".repeat(64)));
}
