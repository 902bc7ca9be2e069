import { describe, expect, it } from "vitest";
import type { PrivateKey } from "../../src/attest/key/model.ts";
import { parseStatement } from "../../src/attest/statement.ts";
import { type VerifyOptions, verifiedStatements } from "../../src/attest/verify.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { type Digest, sha256Digest } from "../../src/oci/digest.ts";
import type { Source } from "../../src/oci/graph.ts";
import { encodeJson } from "../../src/oci/json.ts";
import { pushTinyImage, put } from "../support/tiny-image.ts";
import {
  attachBare,
  attachBundle,
  attachEnvelopes,
  openvexType,
  pushArtifact,
  signManifest,
  statementOf,
} from "./attached.ts";
import { newKey } from "./keys.ts";

const { signal } = new AbortController();
const [ann, bob] = [newKey("ann.pub"), newKey("bob.pub")];
const another = sha256Digest("another image");

async function world() {
  const store = createMemoryStore();
  const image = await pushTinyImage(store);
  const statement = statementOf({ subjects: [image.digest] });
  const read = async (attestation: Descriptor, changes: Partial<VerifyOptions> = {}, source: Source = store) =>
    await verifiedStatements(source, attestation, {
      ...{ keys: [ann.publicKey], subjects: [image.digest], signal },
      ...changes,
    });
  const verdicts = async (attestation: Descriptor, changes: Partial<VerifyOptions> = {}) => {
    const { statements, problems } = await read(attestation, changes);
    expect(problems).toEqual([]);
    return statements.map(({ verdict }) => verdict);
  };
  return { store, image, statement, read, verdicts };
}

type World = Awaited<ReturnType<typeof world>>;

/** Each way to sign an attestation, with how its verdict names it. */
const ways = [
  [
    "an envelope",
    "envelope",
    async ({ store, image }: World, statement: Uint8Array, key: PrivateKey) =>
      await attachEnvelopes(store, image, { statements: [statement], keys: [key] }),
  ],
  [
    "a bundle",
    "bundle",
    async ({ store, image }: World, statement: Uint8Array, key: PrivateKey) =>
      await attachBundle(store, image, { statement, keys: [key] }),
  ],
  [
    "a signature that refers to its manifest",
    "manifest",
    async ({ store, image }: World, statement: Uint8Array, key: PrivateKey) => {
      const attestation = await attachBare(store, image, statement);
      await signManifest(store, attestation, { key });
      return attestation;
    },
  ],
  [
    "a signature under its manifest's tag",
    "manifest",
    async ({ store, image }: World, statement: Uint8Array, key: PrivateKey) => {
      const attestation = await attachBare(store, image, statement);
      await signManifest(store, attestation, { key, tag: true });
      return attestation;
    },
  ],
] as const;

describe.each(ways)("a statement that is signed by %s", (_what, by, attach) => {
  it("is verified with its key, and with that among others", async () => {
    const here = await world();
    const attestation = await attach(here, here.statement, ann.key);
    const keys = [bob.publicKey, ann.publicKey];
    expect(await here.verdicts(attestation, { keys })).toEqual([{ kind: "verified", keyId: ann.publicKey.id, by }]);
    const { statements } = await here.read(attestation);
    expect(statements.map(({ bytes }) => Buffer.from(bytes).equals(here.statement))).toEqual([true]);
    expect(statements.map(({ predicateType }) => predicateType)).toEqual([openvexType]);
  });

  it("is not verified with another key, and without any", async () => {
    const here = await world();
    const attestation = await attach(here, here.statement, bob.key);
    expect(await here.verdicts(attestation)).toEqual([
      { kind: "not verified", reason: "its signature is not by the key ann.pub" },
    ]);
    expect(await here.verdicts(attestation, { keys: [] })).toEqual([
      { kind: "not verified", reason: expect.stringContaining("no key was given") },
    ]);
  });

  it("is not verified when it is about another image, or about none", async () => {
    const here = await world();
    const attestation = await attach(here, here.statement, ann.key);
    expect(await here.verdicts(attestation, { subjects: [another] })).toEqual([
      { kind: "not verified", reason: `it is about another image, ${here.image.digest}` },
    ]);
    const none = await attach(here, statementOf({ subjects: [] }), ann.key);
    expect(await here.verdicts(none)).toEqual([
      { kind: "not verified", reason: "it is about another image, which it does not name" },
    ]);
  });

  it("may be about the index, or about several images of which this is one", async () => {
    const here = await world();
    const attestation = await attach(here, statementOf({ subjects: [another, here.image.digest] }), ann.key);
    expect(await here.verdicts(attestation)).toMatchObject([{ kind: "verified" }]);
    const index = sha256Digest("index");
    const ofIndex = await attach(here, statementOf({ subjects: [index] }), ann.key);
    const subjects: readonly Digest[] = [here.image.digest, index];
    expect(await here.verdicts(ofIndex, { subjects })).toMatchObject([{ kind: "verified" }]);
  });

  it("is refused, or not there, when any byte of its layer is another than was signed", async () => {
    const here = await world();
    const attestation = await attach(here, here.statement, ann.key);
    const manifest = JSON.parse(Buffer.from(here.store.blobs.get(attestation.digest) ?? "").toString());
    const digest: Digest = manifest.layers[0].digest;
    const content = here.store.blobs.get(digest) ?? Buffer.of();
    for (let at = 0; at < content.length; at += 7) {
      const changed = Buffer.from(content);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const source: Source = {
        ...here.store,
        fetch: async (descriptor, stop) =>
          descriptor.digest === digest ? pieces(changed) : await here.store.fetch(descriptor, stop),
      };
      const { statements, problems } = await here.read(attestation, {}, source);
      expect(statements).toEqual([]);
      expect(problems).toEqual([expect.stringContaining(digest)]);
    }
  });
});

describe("a statement that is not signed", () => {
  it("is unsigned: bare, or in an envelope without signatures", async () => {
    const { store, image, statement, verdicts } = await world();
    expect(await verdicts(await attachBare(store, image, statement))).toEqual([
      { kind: "unsigned", reason: "it is not signed" },
    ]);
    expect(await verdicts(await attachEnvelopes(store, image, { statements: [statement], keys: [] }))).toEqual([
      { kind: "unsigned", reason: "its envelope has no signature" },
    ]);
    const { mediaType, digest, size } = image;
    expect(
      await verdicts(await attachBare(store, { mediaType, digest, size }, statementOf({ subjects: [another] }))),
    ).toEqual([{ kind: "not verified", reason: `it is about another image, ${another}` }]);
  });
});

describe("a signature beside a bare statement", () => {
  it("counts for the manifest it names alone, and for no payload of another kind", async () => {
    const { store, image, statement, verdicts } = await world();
    const attestation = await attachBare(store, image, statement);
    await signManifest(store, attestation, { key: ann.key, digest: image.digest });
    expect(await verdicts(attestation)).toEqual([
      { kind: "not verified", reason: "the signature beside it is of something else" },
    ]);
    const second = await attachBare(store, image, statementOf({ subjects: [image.digest], predicate: { second: 2 } }));
    await signManifest(store, second, { key: ann.key, type: "a confession" });
    expect(await verdicts(second)).toEqual([
      { kind: "not verified", reason: expect.stringContaining("no payload of a container image signature") },
    ]);
    const third = await attachBare(store, image, statementOf({ subjects: [image.digest], predicate: { third: 3 } }));
    await signManifest(store, third, { key: ann.key, signed: Buffer.from("another payload") });
    expect(await verdicts(third)).toEqual([
      { kind: "not verified", reason: "its signature is not by the key ann.pub" },
    ]);
  });

  it("counts among others that do not", async () => {
    const { store, image, statement, verdicts } = await world();
    const attestation = await attachBare(store, image, statement);
    await signManifest(store, attestation, { key: bob.key });
    await signManifest(store, attestation, { key: ann.key, digest: another });
    await signManifest(store, attestation, { key: ann.key, tag: true });
    expect(await verdicts(attestation)).toMatchObject([{ kind: "verified", by: "manifest" }]);
  });
});

describe("a bundle", () => {
  it("that is signed with a certificate is not verified, and says so", async () => {
    const { store, image, statement, verdicts } = await world();
    const material = { certificate: { rawBytes: "AAAA" } };
    const attestation = await attachBundle(store, image, { statement, keys: [bob.key], material });
    expect(await verdicts(attestation)).toEqual([
      { kind: "not verified", reason: expect.stringContaining("certificate (keyless)") },
    ]);
  });

  it("has one signature: one with several cannot be read, nor one of an unknown version", async () => {
    const { store, image, statement, read } = await world();
    const several = await attachBundle(store, image, { statement, keys: [ann.key, bob.key] });
    expect(await read(several)).toEqual({
      ...{ statements: [], problems: [expect.stringContaining("has one signature, not 2")] },
    });
    const mediaType = "application/vnd.dev.sigstore.bundle.v0.9+json";
    const content = encodeJson({ mediaType, verificationMaterial: { publicKey: {} } });
    const unknown = await pushArtifact(store, [await put(store, mediaType, content)], { subject: image });
    expect(await read(unknown)).toEqual({ statements: [], problems: [expect.stringContaining("unknown version")] });
  });

  it("of a bare signature holds no statement", async () => {
    const { store, image, read } = await world();
    const mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    const content = encodeJson({ mediaType, verificationMaterial: { publicKey: {} }, messageSignature: {} });
    const attestation = await pushArtifact(store, [await put(store, mediaType, content)], { subject: image });
    expect(await read(attestation)).toEqual({ statements: [], problems: [] });
  });
});

describe("the statements of one attestation", () => {
  it("are read as far as they are wanted and there is room, and one that is broken does not hide the others", async () => {
    const { store, image, statement, read } = await world();
    const other = statementOf({ subjects: [image.digest], predicateType: "https://slsa.dev/provenance/v1" });
    const broken = encodeJson({ ...JSON.parse(Buffer.from(statement).toString()), subject: 7 });
    const statements = [other, broken, statement];
    const attestation = await attachEnvelopes(store, image, { statements, keys: [ann.key] });
    const wanted = (type: string) => type === openvexType;
    const found = await read(attestation, { wanted });
    expect(found.problems).toEqual([expect.stringContaining("subject is not an array")]);
    expect(found.statements).toMatchObject([{ predicateType: openvexType, verdict: { kind: "verified" } }]);
    expect(parseStatement(found.statements[0]?.bytes ?? Buffer.of(), "x").subjects).toEqual([image.digest]);

    const scarce = await read(attestation, { room: 2000 });
    expect(scarce.statements).toMatchObject([{ predicateType: "https://slsa.dev/provenance/v1" }]);
    expect(scarce.problems).toEqual([expect.any(String), expect.stringContaining("at most")]);
  });

  it("are what they say themselves, whatever their annotations promise", async () => {
    const { store, image, read } = await world();
    const statement = statementOf({ subjects: [image.digest], predicateType: "https://slsa.dev/provenance/v1" });
    const layer = await put(store, "application/vnd.in-toto+json", statement);
    const annotations = { "in-toto.io/predicate-type": openvexType };
    const attestation = await pushArtifact(store, [{ ...layer, annotations }], { subject: image });
    expect(await read(attestation, { wanted: (type) => type === openvexType })).toEqual({
      ...{ statements: [], problems: [] },
    });
  });

  it("are none of payloads of another type", async () => {
    const { store, image, read } = await world();
    const envelope = encodeJson({ payloadType: "text/plain", payload: "", signatures: [] });
    const layer = await put(store, "application/vnd.dsse.envelope.v1+json", envelope);
    expect(await read(await pushArtifact(store, [layer], { subject: image }))).toEqual({
      ...{ statements: [], problems: [] },
    });
  });
});

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
