import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { preAuthenticationEncoding, signEnvelope } from "../../../src/attest/dsse.ts";
import { generateKeyPair } from "../../../src/attest/key/generate.ts";
import type { PrivateKey } from "../../../src/attest/key/model.ts";
import { readPrivateKey } from "../../../src/attest/key/read.ts";
import { statementType } from "../../../src/attest/statement.ts";
import { copy } from "../../../src/content/copy.ts";
import { openLayout } from "../../../src/content/layout.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { sha256Digest } from "../../../src/oci/digest.ts";
import type { Target } from "../../../src/oci/graph.ts";
import { parseReference } from "../../../src/oci/reference.ts";
import { openRepository } from "../../../src/remote/repository.ts";
import { attachBare, attachBundle, attachEnvelopes, statementOf } from "../../attest/attached.ts";
import { has } from "../../support/program.ts";
import { refusal } from "../../support/refusal.ts";
import { startRegistry } from "../../support/registry.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { opened, signedVex, vex } from "./vex-documents.ts";
import { cve, debian, stated, world, writeImages } from "./world.ts";

const place = "usr/share/vex/x.vex.json";

/** A key pair whose public key lies in a file. */
async function keyIn(folder: string, name: string) {
  const pair = generateKeyPair();
  const file = join(folder, `${name}.pub`);
  await writeFile(file, pair.publicKey);
  return { key: readPrivateKey(Buffer.from(pair.privateKey), name), file };
}

/** A Debian image with a file in it, and the keys of Ann and of a stranger. */
async function planted(content: string | ((ann: Awaited<ReturnType<typeof keyIn>>["key"]) => string) | null) {
  const made = await world();
  const [ann, stranger] = [await keyIn(made.folder, "ann"), await keyIn(made.folder, "stranger")];
  const text = typeof content === "function" ? content(ann.key) : content;
  await writeImages(made.layout, {
    plain: { layers: [debian] },
    planted: { layers: [debian, { [place]: text ?? "" }] },
  });
  const look = async (keys: readonly string[] = [], tag = "planted") =>
    await made.cves(`oci-dir://${made.layout}:${tag}`, { vex: { keys } });
  return { ...made, ann, stranger, look };
}

const zlib = "zlib1g CVE-2026-0002 counts";
const open = `bash ${cve} counts`;
const byAnn = "zlib1g CVE-2026-0002 suppressed by Ann; Ann not_affected trusted";
const claimed = `${open}; Mallory not_affected claimed, not trusted`;

describe("a VEX document among the files of an image", () => {
  it("that nobody signed changes no finding and no count, and is shown as claimed", async () => {
    const { look, ann } = await planted(JSON.stringify(vex()));
    const plain = await look([], "plain");
    for (const keys of [[], [ann.file]]) {
      const report = await look(keys);
      expect(stated(report)).toEqual([claimed, zlib]);
      expect(report.vulnerabilities).toEqual(plain.vulnerabilities);
      expect(report.findings.map((one) => ({ ...one, statements: [] }))).toEqual(plain.findings);
    }
    expect((await look()).findings[0]?.statements).toEqual([
      {
        ...{ by: "Mallory", status: "not_affected", justification: "vulnerable_code_not_in_execute_path" },
        ...{ statement: null, timestamp: "2026-01-10T00:00:00.000Z" },
        ...{ source: `/${place} in the image`, trust: "claimed, not trusted" },
      },
    ]);
  });

  it("that is signed suppresses where the key is named, and says who, what and why", async () => {
    const { look, ann, stranger } = await planted((key) => signedVex(vex(), key));
    expect(stated(await look())).toEqual([claimed, zlib]);
    expect(stated(await look([stranger.file]))).toEqual([claimed, zlib]);
    for (const keys of [[ann.file], [stranger.file, ann.file]]) {
      const report = await look(keys);
      expect(stated(report)).toEqual([`bash ${cve} suppressed by Mallory; Mallory not_affected trusted`, zlib]);
      expect(report.findings[0]?.suppressed).toEqual({
        ...{ by: "Mallory", status: "not_affected", justification: "vulnerable_code_not_in_execute_path" },
        statement: null,
      });
      expect(report.vulnerabilities).toMatchObject({ high: 0, low: 1, total: 1, suppressed: 1, unfixed: 0 });
    }
  });

  it.each<readonly [string, (envelope: ReturnType<typeof opened>) => unknown]>([
    ["of which a byte was changed", (one) => ({ ...one, payload: turned(one.payload) })],
    ["whose type was changed", (one) => ({ ...one, payloadType: "application/json" })],
    ["whose signature was taken away", (one) => ({ ...one, signatures: [] })],
    [
      "whose signature was changed",
      (one) => ({ ...one, signatures: [{ sig: `A${one.signatures[0]?.sig.slice(1)}` }] }),
    ],
    [
      "beside which stands another payload",
      (one) => ({
        ...one,
        payload: Buffer.from(JSON.stringify(vex({ author: "Mallory" }))).toString("base64"),
        dsseEnvelope: { ...one, signatures: [] },
      }),
    ],
  ])("%s is claimed", async (_, change) => {
    const { look, ann } = await planted((key) =>
      JSON.stringify(change(opened(signedVex(vex({ author: "Ann" }), key)))),
    );
    const [bash = ""] = stated(await look([ann.file]));
    expect(bash).toMatch(/^bash CVE-2026-0001 counts; (?:Ann|Mallory|Bnn) not_affected claimed, not trusted$/);
  });

  it.each<readonly [string, (envelope: ReturnType<typeof opened>) => unknown, readonly string[]]>([
    ["an OpenVEX document", (one) => ({ ...vex(), ...one }), [open, byAnn]],
    [
      "another envelope, as bundles have it,",
      (one) => ({ ...one, dsseEnvelope: { ...one, payload: encoded(vex()) } }),
      [open, byAnn],
    ],
    [
      "a bundle's own envelope without what makes it a bundle",
      (one) => ({ ...vex(), dsseEnvelope: one }),
      [open, `${zlib}; Ann not_affected claimed, not trusted`],
    ],
  ])("signed, with %s beside it, says only what was signed", async (_, change, expected) => {
    const products = [{ "@id": "pkg:deb/debian/zlib1g" }];
    const signed = vex({ author: "Ann", vulnerability: "CVE-2026-0002", products });
    const { look, ann } = await planted((key) => JSON.stringify(change(opened(signedVex(signed, key)))));
    expect(stated(await look([ann.file]))).toEqual(expected);
  });

  it.skipIf(!has("openssl"))("that openssl signed counts (skipped where there is no openssl)", async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => join(folder, name);
    const [secret, file, message] = [at("key.pem"), at("key.pub"), at("message")];
    execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", secret]);
    execFileSync("openssl", ["ec", "-in", secret, "-pubout", "-out", file], { stdio: "ignore" });
    const payloadType = "application/vnd.openvex+json";
    const payload = Buffer.from(JSON.stringify(vex({ author: "Ann" })));
    await writeFile(message, preAuthenticationEncoding(payloadType, payload));
    const sig = execFileSync("openssl", ["dgst", "-sha256", "-sign", secret, message]).toString("base64");
    const { look } = await planted(
      JSON.stringify({ payloadType, payload: payload.toString("base64"), signatures: [{ sig }] }),
    );
    expect(stated(await look([file]))[0]).toBe(`bash ${cve} suppressed by Ann; Ann not_affected trusted`);
  });

  it("that is the signed attestation of another image is claimed", async () => {
    const { look, ann } = await planted((key) => {
      const statement = statementOf({ subjects: [sha256Digest("another")], predicate: vex({ author: "Ann" }) });
      return Buffer.from(signEnvelope(statement, { payloadType: statementType, keys: [key] })).toString();
    });
    expect(stated(await look([ann.file]))).toEqual([`${open}; Ann not_affected claimed, not trusted`, zlib]);
  });

  it("of one key or of several is read with all that are named, and a file without a key is an error", async () => {
    const { look, folder, ann } = await planted(JSON.stringify(vex()));
    await expect(look([join(folder, "absent.pub")])).rejects.toEqual(refusal("FLOW_FILE_INVALID", "absent.pub"));
    await writeFile(join(folder, "none.pub"), "no key");
    await expect(look([ann.file, join(folder, "none.pub")])).rejects.toEqual(refusal("ATTEST_KEY_INVALID", "none.pub"));
  });
});

type Attach = (
  target: Target,
  image: Descriptor,
  at: { readonly key: PrivateKey; readonly other: Descriptor },
) => Promise<Descriptor>;

/** An image in a layout, a registry or one from before OCI 1.1, with something attached to it; and Ann's key. */
async function attached(place: string, attach: Attach) {
  const made = await world();
  const ann = await keyIn(made.folder, "ann");
  const written = await writeImages(made.layout, {
    app: { layers: [debian] },
    other: { layers: [{ other: "" }, debian] },
  });
  const { app, other } = written;
  if (app === undefined || other === undefined) throw new Error("two images were written");
  const layout = await openLayout(made.layout);
  const [target, reference] = place === "a layout" ? [layout, `oci-dir://${made.layout}:app`] : await pushed();
  const attestation = await attach(target, app, { key: ann.key, other });
  await target.tag(attestation, attestation.digest);
  const look = async (...keys: readonly string[]) => await made.cves(reference, { vex: { keys } });
  return {
    ...made,
    ann,
    stranger: await keyIn(made.folder, "stranger"),
    look,
    source: `attestation ${attestation.digest}`,
  };

  async function pushed(): Promise<[Target, string]> {
    const registry = await startRegistry({ referrers: place === "a registry" });
    onTestFinished(async () => await registry.close());
    const repository = openRepository(parseReference(`${registry.host}/team/app`), made.ports.registries);
    if (app !== undefined) await copy(layout, repository, { reference: app, targetReferences: ["1"] });
    return [repository, `registry://${registry.host}/team/app:1`];
  }
}

describe.each(["a layout", "a registry", "a registry without referrers"])("VEX that is attested in %s", (place) => {
  const about = (image: Descriptor, predicate = vex({ author: "Ann" })) =>
    statementOf({ subjects: [image.digest], predicate });
  const claimedByAnn = [`${open}; Ann not_affected claimed, not trusted`, zlib];
  const byAnn = [`bash ${cve} suppressed by Ann; Ann not_affected trusted`, zlib];

  it("and not signed is claimed", async () => {
    const { look, ann, source } = await attached(place, (target, image) => attachBare(target, image, about(image)));
    expect(stated(await look())).toEqual(claimedByAnn);
    const report = await look(ann.file);
    expect(stated(report)).toEqual(claimedByAnn);
    expect(report.vulnerabilities).toMatchObject({ high: 1, total: 2, suppressed: 0 });
    expect(report.findings[0]?.statements[0]?.source).toBe(source);
  });

  it.each<readonly [string, Attach]>([
    [
      "as cosign's bundle",
      (target, image, { key }) => attachBundle(target, image, { statement: about(image), keys: [key] }),
    ],
    [
      "under cosign's tag",
      (target, image, { key }) => attachEnvelopes(target, image, { statements: [about(image)], keys: [key] }),
    ],
    [
      "about the image its statement names, without products",
      (target, image, { key }) =>
        attachBundle(target, image, { statement: about(image, vex({ author: "Ann", products: null })), keys: [key] }),
    ],
  ])("and signed %s counts with the key alone", async (_, attach) => {
    const { look, ann, stranger } = await attached(place, attach);
    expect(stated(await look())[0]).toBe(claimedByAnn[0]);
    expect(stated(await look(stranger.file))[0]).toBe(claimedByAnn[0]);
    const report = await look(ann.file);
    expect(stated(report)).toEqual(byAnn);
    expect(report.vulnerabilities).toMatchObject({ high: 0, total: 1, suppressed: 1 });
  });

  it("and signed for another image is claimed", async () => {
    const { look, ann } = await attached(place, (target, image, { key, other }) =>
      attachBundle(target, image, { statement: about(other), keys: [key] }),
    );
    expect(stated(await look(ann.file))).toEqual(claimedByAnn);
  });
});

function turned(payload: string): string {
  return Buffer.from(Buffer.from(payload, "base64").toString().replace('"Ann"', '"Bnn"')).toString("base64");
}

function encoded(document: object): string {
  return Buffer.from(JSON.stringify(document)).toString("base64");
}
