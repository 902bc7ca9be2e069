import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { generateKeyPair } from "../../../src/attest/key/generate.ts";
import { readPrivateKey } from "../../../src/attest/key/read.ts";
import { copy } from "../../../src/content/copy.ts";
import { createMemoryStore } from "../../../src/content/memory.ts";
import { embeddedIn } from "../../../src/flow/vuln/comes-with.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { parseReference } from "../../../src/oci/reference.ts";
import { openRepository } from "../../../src/remote/repository.ts";
import { attachBundle, statementOf } from "../../attest/attached.ts";
import { startRegistry } from "../../support/registry.ts";
import { pushTinyImage } from "../../support/tiny-image.ts";
import { sbom } from "../../vuln/examples.ts";
import { signedVex, vex } from "./vex-documents.ts";
import { cve, debian, debianLayer, stated, world, writeImages } from "./world.ts";

const everyBash = { author: "Ann", products: [{ "@id": "pkg:deb/debian/bash" }, { "@id": "pkg:deb/debian/zlib" }] };
/** Ann says that two vulnerabilities are no matter. */
const ofBase = () => {
  const [both, other] = [vex(everyBash), vex({ ...everyBash, vulnerability: "CVE-2026-0002" })];
  return { ...both, statements: [both, other].flatMap((one) => ("statements" in one ? one.statements : [])) };
};
/** bash as another layer has it, zlib as the base. */
const newBash = debianLayer({ bash: "5.2-3", zlib1g: { version: "1:1.3-1", source: "zlib" } });

/** A base and an image made from it in a registry, the base named by the image's labels and attested for with a key. */
async function derived() {
  const made = await world();
  const pair = generateKeyPair();
  const key = readPrivateKey(Buffer.from(pair.privateKey), "ann");
  const file = join(made.folder, "ann.pub");
  await writeFile(file, pair.publicKey);
  const registry = await startRegistry({ referrers: true });
  onTestFinished(async () => await registry.close());
  const repositoryOf = (name: string) =>
    openRepository(parseReference(`${registry.host}/team/${name}`), made.ports.registries);
  const store = createMemoryStore();
  const base = await pushTinyImage(store, { layers: [debian] });
  const labels = {
    "org.opencontainers.image.base.name": `${registry.host}/team/base:1`,
    "org.opencontainers.image.base.digest": base.digest,
  };
  const push = async (name: string, image: Descriptor) =>
    await copy(store, repositoryOf(name), { reference: image, targetReferences: ["1"] });
  await push("base", base);
  await push("app", await pushTinyImage(store, { layers: [debian, newBash], container: { labels } }));
  const attest = async (subject: Descriptor) => {
    const statement = statementOf({ subjects: [subject.digest], predicate: ofBase() });
    const attestation = await attachBundle(repositoryOf("base"), base, { statement, keys: [key] });
    await repositoryOf("base").tag(attestation, attestation.digest);
  };
  const look = async (keys: readonly string[], name = "app", more: Partial<(typeof made)["ports"]> = {}) =>
    await made.cves(`registry://${registry.host}/team/${name}:1`, { vex: { keys } }, more);
  return { ...made, registry, key, file, base, attest, look, scanBase: async () => await look([], "base") };
}

const zlibSuppressed = "zlib1g CVE-2026-0002 suppressed by Ann; Ann not_affected trusted";

describe("VEX that is attested for the base of an image", () => {
  it("counts for packages that are as the base has them, not for those that were changed", async () => {
    const { look, file, attest, base, scanBase } = await derived();
    await attest(base);
    await scanBase();
    const report = await look([file]);
    expect(report.base).toMatchObject({ digest: base.digest, layers: 1 });
    expect(report.findings.map(({ package: { name }, fromBase }) => [name, fromBase])).toEqual([
      ["bash", false],
      ["zlib1g", true],
    ]);
    expect(stated(report)).toEqual([`bash ${cve} counts; Ann not_affected base only`, zlibSuppressed]);
    expect(report.vulnerabilities).toMatchObject({ total: 1, suppressed: 1 });
  });

  it("is not asked for where no key is named, and counts for nothing where no layer proves the base", async () => {
    const { look, file, attest, base, scanBase } = await derived();
    await attest(base);
    const unproved = await look([file]);
    expect(unproved.base).toBeNull();
    expect(stated(unproved)).toEqual([`bash ${cve} counts`, "zlib1g CVE-2026-0002 counts"]);
    await scanBase();
    expect(stated(await look([]))).toEqual([`bash ${cve} counts`, "zlib1g CVE-2026-0002 counts"]);
  });

  it("that is about another image than the base is claimed", async () => {
    const { look, file, attest, scanBase, base } = await derived();
    await attest({ ...base, digest: `sha256:${"1".repeat(64)}` } as Descriptor);
    await scanBase();
    expect(stated(await look([file]))[1]).toBe("zlib1g CVE-2026-0002 counts; Ann not_affected claimed, not trusted");
  });

  it("cannot be had where the base is gone: a note says so, and the rest goes on", async () => {
    const { look, file, attest, base, scanBase, registry, notes } = await derived();
    await attest(base);
    await scanBase();
    registry.manifests.delete("team/base");
    expect(stated(await look([file]))).toEqual([`bash ${cve} counts`, "zlib1g CVE-2026-0002 counts"]);
    expect(notes).toEqual([
      expect.stringMatching(/^VEX of the base 127\.0\.0\.1:\d+\/team\/base:1 is not looked at: /),
    ]);
  });
});

describe("a signed VEX file that a layer of the base brought", () => {
  it("counts for packages of the base alone where the base is known, and for all where it is not", async () => {
    const made = await world();
    const pair = generateKeyPair();
    const key = readPrivateKey(Buffer.from(pair.privateKey), "ann");
    const keys = [await made.write("ann.pub", pair.publicKey)];
    const base = { ...debian, "usr/share/vex/base.vex.json": signedVex(ofBase(), key) };
    await writeImages(made.layout, { base: { layers: [base] }, app: { layers: [base, newBash] } });
    const reference = (tag: string) => `oci-dir://${made.layout}:${tag}`;
    const known = await made.cves(reference("app"), { base: reference("base"), vex: { keys } });
    expect(stated(known)).toEqual([`bash ${cve} counts; Ann not_affected base only`, zlibSuppressed]);
    const unknown = await made.cves(reference("app"), { vex: { keys } });
    expect(stated(unknown)[0]).toBe(`bash ${cve} suppressed by Ann; Ann not_affected trusted`);
  });

  it("is of the image where the image's own layer changed it", () => {
    const documents = ["low", "high", null].map((layer) => ({ path: "a.vex.json", text: "{}", layer }));
    const base = { reference: null, digest: null, chainId: "c", layers: 1, namedBy: "user" } as const;
    const of = (image: ReturnType<typeof sbom>) =>
      embeddedIn({ sbom: image, vexDocuments: documents, layers: ["low", "high"] }).map((one) => one.of);
    expect(of(sbom([], { base }))).toEqual(["base", "image", "image"]);
    expect(of(sbom([]))).toEqual(["image", "image", "image"]);
  });
});

describe("what an image is called", () => {
  it("lets statements about its name, its tag, its digest and its index be about it, and no other's", async () => {
    const made = await world();
    const name = "ghcr.io/acme/app:1";
    const { [name]: app } = await writeImages(made.layout, { [name]: { layers: [debian] } });
    const subject = async (id: string) => {
      const products = [{ "@id": id, subcomponents: [{ "@id": "pkg:deb/debian/bash" }] }];
      const locations = [await made.write("a.json", vex({ author: "Ann", products }))];
      const report = await made.cves(`oci-dir://${made.layout}`, { vex: { locations } });
      return report.vulnerabilities.suppressed;
    };
    expect(await subject("pkg:oci/app?repository_url=ghcr.io/acme/app")).toBe(1);
    expect(await subject("pkg:oci/app?repository_url=ghcr.io/acme/app&tag=1")).toBe(1);
    expect(await subject(`pkg:oci/whatever@${app?.digest.replace(":", "%3A")}`)).toBe(1);
    expect(await subject(name)).toBe(1);
    expect(await subject("pkg:oci/app?repository_url=ghcr.io/acme/app&tag=2")).toBe(0);
    expect(await subject("pkg:oci/app?repository_url=ghcr.io/other/app")).toBe(0);
    expect(await subject(`pkg:oci/app@sha256%3A${"1".repeat(64)}`)).toBe(0);
  });
});
