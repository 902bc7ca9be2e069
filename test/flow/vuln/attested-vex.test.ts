import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../../../src/content/memory.ts";
import { type AttestedVexRequest, attestedVex } from "../../../src/flow/vuln/attested-vex.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { encodeIndex } from "../../../src/oci/image-index.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import {
  attachBare,
  attachBundle,
  attachEnvelopes,
  openvex,
  pushArtifact,
  signManifest,
  statementOf,
} from "../../attest/attached.ts";
import { newKey } from "../../attest/keys.ts";
import { pushTinyImage, put } from "../../support/tiny-image.ts";

const { signal } = new AbortController();
const [ann, bob] = [newKey("ann.pub"), newKey("bob.pub")];

async function world() {
  const source = createMemoryStore();
  const manifest = await pushTinyImage(source);
  const notes: string[] = [];
  const find = async (changes: Partial<AttestedVexRequest> = {}) => {
    const note = (line: string) => void notes.push(line);
    const request = { source, descriptor: manifest, manifest, keys: [ann.publicKey], signal, note, ...changes };
    return (await attestedVex(request)).map(({ bytes, ...rest }) => {
      const { predicate, ...document } = JSON.parse(Buffer.from(bytes).toString());
      return { document: predicate ?? document, ...rest };
    });
  };
  return { source, manifest, notes, find };
}

function named(attestation: Descriptor): string {
  return `attestation ${attestation.digest}`;
}

describe("VEX documents attested for an image", () => {
  it("are found wherever they are, with whether they are verified and why", async () => {
    const { source, manifest, notes, find } = await world();
    const vex = (id: string) => statementOf({ subjects: [manifest.digest], predicate: openvex(id) });
    const bundle = await attachBundle(source, manifest, { statement: vex("bundle"), keys: [bob.key] });
    const bare = await attachBare(source, manifest, vex("bare"));
    const signed = await attachBare(source, manifest, vex("signed"));
    await signManifest(source, signed, { key: ann.key });
    const tagged = await attachEnvelopes(source, manifest, { statements: [vex("tagged")], keys: [ann.key] });
    const of = "image";
    expect(await find()).toEqual([
      {
        ...{ document: openvex("bundle"), source: named(bundle), of, verified: false },
        reason: "its signature is not by the key ann.pub",
      },
      { document: openvex("bare"), source: named(bare), of, verified: false, reason: "it is not signed" },
      {
        ...{ document: openvex("signed"), source: named(signed), of, verified: true },
        reason: `signed with the key ${ann.publicKey.id}`,
      },
      {
        ...{ document: openvex("tagged"), source: named(tagged), of, verified: true },
        reason: `signed with the key ${ann.publicKey.id}`,
      },
    ]);
    expect(notes).toEqual([]);
  });

  it.each([
    ["https://openvex.dev/ns", true],
    ["https://openvex.dev/ns/v0.2.0", true],
    ["https://openvex.dev/ns@v0.2.0", true],
    ["https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", true],
    ["https://openvex.dev/nsx", false],
    ["https://spdx.dev/Document", false],
    ["https://slsa.dev/provenance/v1", false],
  ])("are those of the predicate type %s: %s", async (predicateType, isVex) => {
    const { source, manifest, find } = await world();
    await attachBare(source, manifest, statementOf({ subjects: [manifest.digest], predicateType }));
    expect(await find()).toHaveLength(isVex ? 1 : 0);
  });

  it("may be wrapped, as cosign wraps what it does not know", async () => {
    const { source, manifest, find } = await world();
    for (const Data of [openvex("object"), JSON.stringify(openvex("text"))]) {
      await attachBare(
        source,
        manifest,
        statementOf({ subjects: [manifest.digest], predicate: { Data, Timestamp: "" } }),
      );
    }
    expect((await find()).map(({ document }) => document)).toEqual([openvex("object"), openvex("text")]);
  });

  it("come with those of the base, each checked against its own image", async () => {
    const { source, manifest, find } = await world();
    const base = await pushTinyImage(source, { layers: [{ base: "" }] });
    const index = await put(source, mediaTypes.index, encodeIndex({ mediaType: mediaTypes.index, manifests: [base] }));
    const statement = (image: Descriptor) => statementOf({ subjects: [image.digest] });
    await attachEnvelopes(source, manifest, { statements: [statement(manifest)], keys: [ann.key] });
    await attachEnvelopes(source, base, { statements: [statement(manifest)], keys: [ann.key] });
    await attachEnvelopes(source, index, { statements: [statement(index)], keys: [ann.key] });
    expect(await find({ base: { source, descriptor: index, manifest: base } })).toMatchObject([
      { of: "image", verified: true },
      { of: "base", verified: false, reason: `it is about another image, ${manifest.digest}` },
      { of: "base", verified: true },
    ]);
  });

  it("are left out with a note where they cannot be read or are too many", async () => {
    const { source, manifest, notes, find } = await world();
    const layer = await put(source, "application/vnd.in-toto+json", Buffer.from("no statement"));
    await pushArtifact(source, [layer], { subject: manifest });
    expect(await find()).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("is not JSON")]);

    for (let count = 0; count < 21; count++) {
      await attachBare(source, manifest, statementOf({ subjects: [manifest.digest], predicate: openvex(`${count}`) }));
    }
    expect(await find()).toHaveLength(19);
    expect(notes).toContain(`${manifest.digest} has 22 attestations, of which 20 are looked at for VEX`);
  });
});
