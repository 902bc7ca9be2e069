import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findAttestations } from "../../src/attest/discover.ts";
import { generateKeyPair } from "../../src/attest/key/generate.ts";
import { readPrivateKey, readPublicKey } from "../../src/attest/key/read.ts";
import { parseStatement } from "../../src/attest/statement.ts";
import { verifiedStatements } from "../../src/attest/verify.ts";
import { createHttp } from "../../src/http/fetch.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { openRepository, type Repository } from "../../src/remote/repository.ts";
import { cosign, cosignProgram } from "../support/cosign.ts";
import { startDockerRegistry } from "../support/docker-registry.ts";
import { has } from "../support/program.ts";
import { startRegistry } from "../support/registry.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { pushTinyImage, pushTinyIndex } from "../support/tiny-image.ts";
import { attachBare, attachBundle, attachEnvelopes, openvex, signManifest, statementOf } from "./attached.ts";
import { newKey } from "./keys.ts";

const http = createHttp({ fetch, userAgent: "hardpan-test/0", limits: { attempts: 1 } });
const { signal } = new AbortController();
const insecure = ["--allow-insecure-registry=true", "--allow-http-registry=true"];
const offline = ["--insecure-ignore-tlog=true", ...insecure];
/** All that cosign needs to know of the world when it verifies bundles by key. */
const trustedRoot = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';

/** A repository with one image, a key pair of cosign's and a VEX document in a folder. */
async function world(host: string) {
  const folder = await temporaryFolder();
  const repository = openRepository(parseReference(`${host}/team/app`), { http });
  const image = await pushTinyImage(repository);
  await repository.tag(image, "1.0");
  await cosign(folder, "generate-key-pair");
  writeFileSync(join(folder, "vex.json"), JSON.stringify(openvex()));
  const publicKey = readPublicKey(readFileSync(join(folder, "cosign.pub")), "cosign.pub");
  const name = ({ digest }: Descriptor) => `${host}/team/app@${digest}`;
  const sign = async (what: readonly string[], subject: Descriptor) =>
    await cosign(folder, ...what, "--key", "cosign.key", "--tlog-upload=false", ...insecure, name(subject));
  return { folder, repository, image, publicKey, name, sign };
}

/** All statements of an image's attestations. */
async function statementsOf(
  source: Repository,
  image: Descriptor,
  { keys, descriptor = image }: { keys: Parameters<typeof verifiedStatements>[2]["keys"]; descriptor?: Descriptor },
) {
  const { found, problems } = await findAttestations({ source, descriptor, manifest: image, signal });
  expect(problems).toEqual([]);
  const subjects = [image.digest, descriptor.digest];
  const all = [];
  for (const attestation of found) {
    const read = await verifiedStatements(source, attestation, { keys, subjects, signal });
    expect(read.problems).toEqual([]);
    all.push(...read.statements);
  }
  return all;
}

const registries = [
  ["a registry with the referrers API", async () => await startRegistry({ referrers: true }), true],
  ["CNCF distribution's registry (needs docker-registry)", startDockerRegistry, has("docker-registry")],
] as const;

describe.each(registries)("cosign and %s", (_name, start, isThere) => {
  describe.skipIf(cosignProgram === null || !isThere)("(needs cosign)", () => {
    async function started() {
      const registry = await start();
      onTestFinished(async () => await registry[Symbol.asyncDispose]());
      return await world(registry.host);
    }

    const attest = ["attest", "--predicate", "vex.json", "--type", "openvex"];

    it.each([
      ["an envelope", attest, "envelope"],
      ["a bundle", [...attest, "--new-bundle-format"], "bundle"],
    ])("what it attests in %s is verified with its key and no other", async (_what, command, by) => {
      const { repository, image, publicKey, sign } = await started();
      await sign(command, image);
      const [only, ...more] = await statementsOf(repository, image, { keys: [publicKey] });
      expect(more).toEqual([]);
      expect(only).toMatchObject({
        predicateType: "https://openvex.dev/ns",
        verdict: { kind: "verified", keyId: publicKey.id, by },
      });
      expect(parseStatement(only?.bytes ?? Buffer.of(), "x").predicate).toEqual(openvex());
      const stranger = newKey("stranger.pub").publicKey;
      expect(await statementsOf(repository, image, { keys: [stranger] })).toMatchObject([
        { verdict: { kind: "not verified", reason: "its signature is not by the key stranger.pub" } },
      ]);
    });

    it("what it attests for an index is verified for the images in it", async () => {
      const { repository, publicKey, sign } = await started();
      const platforms = ["amd64", "arm64"].map((architecture) => ({ os: "linux", architecture }));
      const descriptor = await pushTinyIndex(repository, platforms);
      const image = await pushTinyImage(repository, {
        layers: [{ shared: "the same everywhere" }, { architecture: "amd64" }],
      });
      await sign(attest, descriptor);
      const keys = [publicKey];
      expect(await statementsOf(repository, image, { keys, descriptor })).toMatchObject([
        { verdict: { kind: "verified" } },
      ]);
      expect(await statementsOf(repository, image, { keys })).toEqual([]);
    });

    it("what it attested for another image is not verified when it is put here", async () => {
      const { repository, image, publicKey, sign } = await started();
      const other = await pushTinyImage(repository, { layers: [{ "other.txt": "another" }] });
      await sign(attest, other);
      const stolen = await repository.resolve(`${other.digest.replace(":", "-")}.att`);
      await repository.tag(stolen, `${image.digest.replace(":", "-")}.att`);
      expect(await statementsOf(repository, image, { keys: [publicKey] })).toMatchObject([
        { verdict: { kind: "not verified", reason: `it is about another image, ${other.digest}` } },
      ]);
    });

    it("what it signs is a manifest with a bare statement, as Docker's hardened images have it", async () => {
      const { repository, image, publicKey, sign } = await started();
      const attestation = await attachBare(repository, image, statementOf({ subjects: [image.digest] }));
      const keys = [publicKey];
      expect(await statementsOf(repository, image, { keys })).toMatchObject([{ verdict: { kind: "unsigned" } }]);
      await sign(["sign"], attestation);
      expect(await statementsOf(repository, image, { keys })).toMatchObject([
        { verdict: { kind: "verified", by: "manifest" } },
      ]);
    });

    it("an envelope of ours is verified by it with our key, and not with another or for another type", async () => {
      const { folder, repository, image, name } = await started();
      const pair = generateKeyPair();
      writeFileSync(join(folder, "ours.pub"), pair.publicKey);
      const key = readPrivateKey(Buffer.from(pair.privateKey), "ours.key");
      const statement = statementOf({ subjects: [image.digest], predicateType: "https://openvex.dev/ns" });
      await attachEnvelopes(repository, image, { statements: [statement], keys: [key] });
      const verify = async (file: string, type: string) =>
        await cosign(folder, "verify-attestation", "--key", file, "--type", type, ...offline, name(image));
      expect(JSON.parse(await verify("ours.pub", "openvex")).payload).toBe(Buffer.from(statement).toString("base64"));
      await expect(verify("cosign.pub", "openvex")).rejects.toThrow("no matching attestations");
      await expect(verify("ours.pub", "spdxjson")).rejects.toThrow("none of the attestations matched");
    });

    it("a bundle of ours is verified by it with our key, and not with another", async () => {
      const { folder, repository, image, name } = await started();
      const pair = generateKeyPair();
      writeFileSync(join(folder, "ours.pub"), pair.publicKey);
      writeFileSync(join(folder, "root.json"), trustedRoot);
      const key = readPrivateKey(Buffer.from(pair.privateKey), "ours.key");
      const statement = statementOf({ subjects: [image.digest], predicateType: "https://openvex.dev/ns" });
      await attachBundle(repository, image, { statement, keys: [key] });
      const bundle = ["--new-bundle-format", "--trusted-root", "root.json", "--type", "openvex"];
      const verify = async (file: string) =>
        await cosign(folder, "verify-attestation", "--key", file, ...bundle, ...offline, name(image));
      expect(JSON.parse(await verify("ours.pub")).payload).toBe(Buffer.from(statement).toString("base64"));
      await expect(verify("cosign.pub")).rejects.toThrow("verif");
    });

    it("a signature of ours of a manifest is verified by it with our key, and not with another", async () => {
      const { folder, repository, image, name } = await started();
      const pair = generateKeyPair();
      writeFileSync(join(folder, "ours.pub"), pair.publicKey);
      const key = readPrivateKey(Buffer.from(pair.privateKey), "ours.key");
      const attestation = await attachBare(repository, image, statementOf({ subjects: [image.digest] }));
      await signManifest(repository, attestation, { key, tag: true });
      const verify = async (file: string) =>
        await cosign(folder, "verify", "--key", file, ...offline, name(attestation));
      expect(JSON.parse(await verify("ours.pub"))).toMatchObject([
        { critical: { image: { "docker-manifest-digest": attestation.digest } } },
      ]);
      await expect(verify("cosign.pub")).rejects.toThrow("no matching signatures");
    });
  });
});
