import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { parseEnvelope, signEnvelope } from "../../../src/attest/dsse.ts";
import { sealWith, unsealUnchecked, unsealWith } from "../../../src/flow/db/seal.ts";
import { bundlePayloadType, encodeDescription, encodeHead, headSize } from "../../../src/vuln/bundle/format.ts";
import { importBundle, isBundle } from "../../../src/vuln/bundle/read.ts";
import { writeBundle } from "../../../src/vuln/bundle/write.ts";
import { fuzzRounds, mutate, seeded } from "../../fuzz/mutate.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { now } from "../examples.ts";
import { makeIndex, makeKeys, setup } from "./bundles.ts";

const code = (name: string, message: RegExp) =>
  expect.objectContaining({ code: name, message: expect.stringMatching(message), hint: expect.any(String) });

/** The bundle's bytes with another description under the same signature's place, or signed anew. */
function withDescription(
  bytes: Uint8Array,
  change: (description: Record<string, unknown>) => unknown,
  key?: ReturnType<typeof makeKeys>,
) {
  const length = Buffer.from(bytes).readUInt32BE(8);
  const { payload } = parseEnvelope(bytes.subarray(headSize, headSize + length), "bundle");
  const changed = Buffer.from(JSON.stringify(change(JSON.parse(Buffer.from(payload).toString()))));
  const envelope = signEnvelope(changed, {
    payloadType: bundlePayloadType,
    keys: key === undefined ? [] : [key.privateKey],
  });
  return Buffer.concat([encodeHead(envelope.length), envelope, bytes.subarray(headSize + length)]);
}

describe("a bundle", () => {
  it("carries an index to another place, byte for byte, and says who signed it and when", async () => {
    const { index, into, keys, take, fixes } = await setup();
    expect(await take()).toMatchObject({
      created: now.toISOString(),
      keyId: keys.id,
      sources: [{ source: "osv-debian", asOf: "2026-01-10T00:00:00Z", records: 2, knowsUnfixed: true }],
    });
    expect(fixes()).toEqual(["2.0-1"]);
    expect((await readFile(into)).equals(await readFile(index))).toBe(true);
    expect(await readdir(dirname(into))).toEqual(["index.sqlite"]);
  });

  it("may be imported where there is no index, or one that cannot be read, and once more", async () => {
    const { into, take, fixes } = await setup();
    await rm(into);
    await take();
    await take();
    await writeFile(into, "damaged");
    await take();
    expect(fixes()).toEqual(["2.0-1"]);
  });

  it("is told from feeds by its beginning", async () => {
    const { file, index } = await setup();
    expect(await isBundle(file)).toBe(true);
    expect([await isBundle(index), await isBundle(dirname(file)), await isBundle(`${file}.none`)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("tells of its progress, and stops when it is no longer wanted", async () => {
    const { file, keys, index, into, take, before } = await setup();
    const told: number[][] = [];
    await writeBundle(index, file, { seal: sealWith(keys.privateKey), now, progress: (...at) => told.push(at) });
    await take({ progress: (...at) => told.push(at) });
    expect(told.length).toBeGreaterThan(1);
    expect(told.every(([done = 1, total = 0]) => done <= total)).toBe(true);
    await writeFile(into, before);
    const reason = new Error("stopped");
    await expect(take({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect((await readFile(into)).equals(before)).toBe(true);
  });
});

describe("the signature of a bundle", () => {
  it("must be by one of the keys that are named", async () => {
    const { file, keys, take, before, into } = await setup();
    const [other, another] = [makeKeys(), makeKeys()];
    await expect(take({ unseal: unsealWith([other.publicKey], file) })).rejects.toThrow(
      code("VULN_BUNDLE_NOT_VERIFIED", /not by the key/),
    );
    await expect(take({ unseal: unsealWith([], file) })).rejects.toThrow(
      code("VULN_BUNDLE_NOT_VERIFIED", /no key was given/),
    );
    expect((await readFile(into)).equals(before)).toBe(true);
    expect(
      await take({ unseal: unsealWith([other.publicKey, keys.publicKey, another.publicKey], file) }),
    ).toMatchObject({ keyId: keys.id });
  });

  it("may be missing where that is allowed, and then nobody is named", async () => {
    const { file, index, keys, take, unchecked } = await setup();
    await writeBundle(index, file, { seal: sealWith(null), now });
    await expect(take()).rejects.toThrow(code("VULN_BUNDLE_NOT_VERIFIED", /no signature/));
    await expect(take({ unseal: unsealWith([keys.publicKey], file) })).rejects.toThrow(/no signature/);
    expect(await take({ unseal: unchecked })).toMatchObject({ keyId: null });
  });

  it("covers what is said of the index: a changed description does not verify", async () => {
    const { bytes, change, take } = await setup();
    await change(withDescription(bytes, (description) => ({ ...description, created: "2030-01-01T00:00:00Z" })));
    await expect(take()).rejects.toThrow(code("VULN_BUNDLE_NOT_VERIFIED", /signature/));
  });

  it("covers the type: an envelope of something else is no bundle", async () => {
    const { bytes, keys, change, take } = await setup();
    const envelope = signEnvelope(Buffer.from("{}"), {
      payloadType: "application/vnd.in-toto+json",
      keys: [keys.privateKey],
    });
    await change(Buffer.concat([encodeHead(envelope.length), envelope, bytes.subarray(-100)]));
    await expect(take()).rejects.toThrow(code("VULN_BUNDLE_INVALID", /in-toto/));
  });
});

describe("a bundle that is not whole", () => {
  it.each([
    ["empty", (_: Buffer) => Buffer.alloc(0), /no bundle/],
    ["something else", (_: Buffer) => Buffer.from("SQLite format 3\u0000"), /no bundle/],
    ["cut within its envelope", (bytes: Buffer) => bytes.subarray(0, 200), /ends within its envelope/],
    ["cut short", (bytes: Buffer) => bytes.subarray(0, -1), /cut short: \d+ of \d+ bytes/],
    ["followed by more", (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("x")]), /1 bytes after its end/],
    [
      "of an absurd envelope",
      (bytes: Buffer) => Buffer.concat([encodeHead(0xffffffff), bytes.subarray(12)]),
      /more than any/,
    ],
    ["changed in its index", flipped(-20), /cannot be unpacked|not the one signed/],
  ])("%s is refused, and the old index stays", async (_, spoil, message) => {
    const { bytes, change, into, before, take } = await setup();
    await change(spoil(Buffer.from(bytes)));
    await expect(take()).rejects.toThrow(code("VULN_BUNDLE_INVALID", message));
    expect((await readFile(into)).equals(before)).toBe(true);
    expect(await readdir(dirname(into))).toEqual(["index.sqlite"]);
  });

  it("of another version of the format is refused as that", async () => {
    const { bytes, change, take } = await setup();
    const other = Buffer.from(bytes);
    other[7] = 9;
    await change(other);
    await expect(take()).rejects.toThrow(code("VULN_BUNDLE_OTHER_VERSION", /version 9/));
  });

  it("never does anything but refuse, however it is changed", async () => {
    const { bytes, change, into, before, take, unchecked } = await setup();
    const random = seeded(11);
    for (let round = 0; round < fuzzRounds(60); round++) {
      const changed = mutate(bytes, random);
      await change(changed);
      const outcome = await take({ unseal: unchecked, allowOlder: true }).then(
        () => "taken",
        (cause: { readonly code?: string }) => cause.code ?? String(cause),
      );
      if (outcome === "taken") expect(Buffer.from(changed).subarray(-50).equals(bytes.subarray(-50))).toBe(true);
      else {
        expect(outcome).toMatch(/^(VULN_|ATTEST_|OCI_)/);
        expect((await readFile(into)).equals(before)).toBe(true);
      }
      await writeFile(into, before);
    }
  });
});

/** Changes the byte at `at`, from the end. */
function flipped(at: number) {
  return (bytes: Buffer) => {
    bytes[bytes.length + at] = (bytes.at(at) ?? 0) ^ 1;
    return bytes;
  };
}

describe("a bundle whose maker lies", () => {
  const lies: readonly (readonly [string, (description: Record<string, unknown>) => unknown, string, RegExp])[] = [
    ["about its form", () => ({ schema: "x" }), "VULN_BUNDLE_INVALID", /no description of advisories: schema/],
    ["with a wild date", (d) => ({ ...d, created: "soon" }), "VULN_BUNDLE_INVALID", /created/],
    [
      "about the version of the index",
      (d) => ({ ...d, index: { version: 99, size: 1 } }),
      "VULN_BUNDLE_OTHER_VERSION",
      /version 99/,
    ],
    [
      "about the index being smaller",
      (d) => ({ ...d, index: { ...Object(d["index"]), size: 1000 } }),
      "VULN_BUNDLE_INVALID",
      /cannot be unpacked/,
    ],
    [
      "about the index being larger",
      (d) => ({ ...d, index: { ...Object(d["index"]), size: 999999 } }),
      "VULN_BUNDLE_INVALID",
      /bytes, not as signed/,
    ],
    [
      "about its hash",
      (d) => ({ ...d, content: { ...Object(d["content"]), sha256: "0".repeat(64) } }),
      "VULN_BUNDLE_INVALID",
      /not the one signed/,
    ],
    ["about its sources", (d) => ({ ...d, sources: [] }), "VULN_BUNDLE_INVALID", /other sources/],
  ];

  it.each(lies)("%s is refused, and the old index stays", async (_, lie, error, message) => {
    const { bytes, keys, change, into, before, take } = await setup();
    await change(withDescription(bytes, lie, keys));
    await expect(take()).rejects.toThrow(code(error, message));
    expect((await readFile(into)).equals(before)).toBe(true);
  });

  it.each([
    ["a view", "ALTER TABLE origin RENAME TO o; CREATE VIEW origin AS SELECT * FROM o"],
    ["a trigger", "CREATE TRIGGER t AFTER INSERT ON meta BEGIN SELECT 1; END"],
    ["a virtual table", "CREATE VIRTUAL TABLE v USING fts5(x)"],
    ["another file", "PRAGMA application_id = 1"],
    ["an unfinished index", "DELETE FROM meta WHERE key = 'complete'"],
  ])("about its index, which has %s, is refused", async (_, sql) => {
    const { file, keys, index, into, before, take } = await setup();
    await writeBundleOf(index, { file, sql, key: keys });
    await expect(take()).rejects.toThrow(code("VULN_BUNDLE_INVALID", /no index of advisories/));
    expect((await readFile(into)).equals(before)).toBe(true);
  });
});

/** A bundle of the index after `sql`, as if it had been sound when it was described. */
async function writeBundleOf(
  index: string,
  options: { readonly file: string; readonly sql: string; readonly key: ReturnType<typeof makeKeys> },
) {
  const { file, sql, key } = options;
  const { sources } = await writeBundle(index, file, { seal: sealWith(key.privateKey), now });
  const database = new DatabaseSync(index);
  database.exec(sql);
  database.close();
  const { createHash } = await import("node:crypto");
  const { zstdCompressSync } = await import("node:zlib");
  const bytes = await readFile(index);
  const content = zstdCompressSync(bytes);
  const { indexVersion } = await import("../../../src/vuln/index/schema.ts");
  const payload = encodeDescription({
    schema: "hardpan/advisories/1",
    created: now.toISOString(),
    index: { version: indexVersion, size: bytes.length },
    content: { compression: "zstd", size: content.length, sha256: createHash("sha256").update(content).digest("hex") },
    sources,
  });
  const envelope = sealWith(key.privateKey)(payload, bundlePayloadType);
  await writeFile(file, Buffer.concat([encodeHead(envelope.length), envelope, content]));
}

describe("a bundle that is older than what is there", () => {
  it("is refused, naming the sources and their dates, unless that is allowed", async () => {
    const { into, before, take, fixes } = await setup({ here: "2026-01-10T12:00:00Z", bundle: "2026-01-10T11:00:00Z" });
    await expect(take()).rejects.toThrow(
      code("VULN_BUNDLE_OLDER", /osv-debian of 2026-01-10T11:00:00Z, here is that of 2026-01-10T12:00:00Z/),
    );
    expect((await readFile(into)).equals(before)).toBe(true);
    await take({ allowOlder: true });
    expect(fixes()).toEqual(["2.0-1"]);
  });

  it("is not one that is newer, or as new", async () => {
    const { take } = await setup({ here: "2026-01-10T12:00:00Z", bundle: "2026-01-11T00:00:00Z" });
    await take();
  });
});

describe("writing a bundle", () => {
  it("fails for an index that is none, and leaves what was there", async () => {
    const { file, keys, bytes } = await setup();
    const options = { seal: sealWith(keys.privateKey), now };
    await expect(writeBundle(`${file}.none`, file, options)).rejects.toMatchObject({ code: "VULN_INDEX_INVALID" });
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect(await readdir(dirname(file))).toEqual(["advisories.bundle"]);
  });

  it("fails where it cannot be written", async () => {
    const index = await makeIndex("1");
    const folder = await temporaryFolder();
    await mkdir(join(folder, "taken"));
    await writeFile(join(folder, "file"), "");
    const options = { seal: sealWith(null), now };
    for (const file of [join(folder, "taken"), join(folder, "file", "x")]) {
      await expect(writeBundle(index, file, options)).rejects.toMatchObject({ code: "VULN_INDEX_UNWRITABLE" });
    }
    expect((await readdir(folder)).sort()).toEqual(["file", "taken"]);
  });

  it("gives what is read with no check of the signature too", async () => {
    const { file, into } = await setup();
    const options = { unseal: unsealUnchecked(file), allowOlder: false };
    await expect(importBundle(join(file, "x"), into, options)).rejects.toThrow(
      code("VULN_BUNDLE_INVALID", /cannot be read/),
    );
  });
});
