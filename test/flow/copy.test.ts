import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openArchive } from "../../src/content/archive-read.ts";
import { copy } from "../../src/content/copy.ts";
import { openLayout, writeLayout } from "../../src/content/layout.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { type CopyRequest, copyReference } from "../../src/flow/copy.ts";
import { writeImage } from "../../src/flow/image/output.ts";
import type { Ports } from "../../src/flow/ports.ts";
import { openTarget } from "../../src/flow/target.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { parseIndex } from "../../src/oci/image-index.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { openRepository } from "../../src/remote/repository.ts";
import { schemaProblems } from "../integration/json-schema.ts";
import { makeDebianArchive } from "../support/debian-archive.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { startDockerRegistry } from "../support/docker-registry.ts";
import { flowPorts, makeCatalog, smallDefinition, smallSystem } from "../support/flow.ts";
import { has, run } from "../support/program.ts";
import { refusal } from "../support/refusal.ts";
import { startRegistry } from "../support/registry.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { pushTinyImage, pushTinyIndex, pushTinyReferrer } from "../support/tiny-image.ts";

const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

/** Ports over a catalogue with one small image of the tags 1 and 1-debian13, and a folder to write to. */
async function world(signal?: AbortSignal) {
  const folder = await temporaryFolder();
  const archive = await makeDebianArchive({ directory: join(folder, "debian"), packages: smallSystem });
  const catalog = await makeCatalog(join(folder, "catalog"), { "image/small/debian-13/1.yaml": smallDefinition });
  const ports = await flowPorts({
    archive,
    catalog,
    cache: join(folder, "cache"),
    ...(signal === undefined ? {} : { signal }),
  });
  return { folder, at: (name: string) => join(folder, name), ports };
}

/** A layout `signed` with an index of two platforms named 1.0, a signature of the index and a list of arm64's contents. */
async function signedLayout(folder: string) {
  const store = createMemoryStore();
  const root = await pushTinyIndex(store, [amd64, arm64]);
  await store.tag(root, "1.0");
  const [first = root, second = root] = parseIndex(store.blobs.get(root.digest) ?? new Uint8Array(0)).manifests;
  const sbom = await pushTinyReferrer(store, { subject: second, text: "what is inside" });
  const signature = await pushTinyReferrer(store, { subject: root, artifactType: "application/signature" });
  const path = join(folder, "signed");
  await writeLayout(path, async (layout) => await copy(store, layout, { reference: "1.0", referrers: true }));
  return { path, root, first, second, sbom, signature };
}

async function copied(request: Partial<CopyRequest> & Pick<CopyRequest, "source" | "target">, ports: Ports) {
  const report = await copyReference({ platform: null, referrers: false, ...request }, ports);
  expect(schemaProblems("copy", report)).toEqual([]);
  return report;
}

async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    found.set(file.slice(folder.length), (await readFile(file)).toString("base64"));
  }
  return new Map([...found].sort());
}

function repositoryOf(ports: Ports, reference: string) {
  return openRepository(parseReference(reference), ports.registries);
}

describe("what a build writes", () => {
  const request = { kind: "image", name: "small:1-debian13", platforms: [], locked: null } as const;

  it("has all tags of the image in a registry and in a layout, of one digest, unless one is given", async () => {
    const { at, ports } = await world();
    await using registry = await startRegistry();
    const built = await buildFromCatalog(request, ports);
    const { digest } = built.index.index.descriptor;
    const write = async (output: string) => await writeImage(built, { output, organisation: "acme" }, ports);
    const own = `1-debian13-${digest.slice("sha256:".length).slice(0, 12)}`;
    const all = ["1-debian13", "1", own];

    const pushed = await write(`registry://${registry.host}/acme/dhi-small`);
    expect(pushed).toEqual({
      reference: `registry://${registry.host}/acme/dhi-small`,
      platforms: ["linux/amd64"],
      tags: all,
      note: null,
    });
    for (const tag of all) {
      expect((await repositoryOf(ports, `${registry.host}/acme/dhi-small`).resolve(tag)).digest).toBe(digest);
    }
    expect(await repositoryOf(ports, `${registry.host}/acme/dhi-small`).tags()).toEqual(all.toSorted());

    expect(await write(`oci-dir://${at("all")}`)).toMatchObject({ tags: all });
    const images = await (await openLayout(at("all"))).images();
    expect(images.map((image) => [image.descriptor.digest, ...image.names])).toEqual(all.map((tag) => [digest, tag]));

    await write(`registry://${registry.host}/acme/one:latest`);
    expect(await repositoryOf(ports, `${registry.host}/acme/one`).tags()).toEqual(["latest"]);
    expect(await write(`oci-dir://${at("one")}:mine`)).toMatchObject({ tags: ["mine"] });
    expect(await (await openLayout(at("one"))).images()).toMatchObject([{ names: ["mine"] }]);
  });

  it("has its full name in an archive, or the one that is given", async () => {
    const { at, ports } = await world();
    const built = await buildFromCatalog(request, ports);
    for (const [output, name] of [
      [`archive://${at("own.tar")}`, "acme/dhi-small:1-debian13"],
      [`archive://${at("named.tar")}#other/name:2`, "other/name:2"],
    ] as const) {
      const tag = name.split(":")[1];
      expect(await writeImage(built, { output, organisation: "acme" }, ports)).toMatchObject({
        tags: [tag],
        note: null,
      });
      await using archive = await openArchive(at(name === "other/name:2" ? "named.tar" : "own.tar"));
      expect((await archive.images()).flatMap(({ names }) => names)).toEqual([name]);
    }
  });
});

describe("a digest in the place an image is written to", () => {
  const request = { kind: "image", name: "small:1-debian13", platforms: [], locked: null } as const;
  const another = `sha256:${"1".repeat(64)}`;

  it("is refused where a build has another, before anything is written", async () => {
    const { folder, at, ports } = await world();
    await using registry = await startRegistry();
    const built = await buildFromCatalog(request, ports);
    const before = await readdir(folder);
    for (const place of [
      ...[`registry://${registry.host}/acme/d`, `registry://${registry.host}/acme/d:1`, `oci-dir://${at("out")}`],
      ...[`oci-dir://${at("out")}#a/b`, `archive://${at("out.tar")}#a/b:1`, "local://acme/d:1"],
    ]) {
      const written = writeImage(built, { output: `${place}@${another}`, organisation: "acme" }, ports);
      await expect(written, place).rejects.toEqual(refusal("FLOW_DIGEST_DIFFERS", "asks for another"));
    }
    expect(registry.requests).toEqual([]);
    expect(await readdir(folder)).toEqual(before);
  });

  it("is that of the index, and of the manifest where one platform is written", async () => {
    const { at, ports } = await world();
    const built = await buildFromCatalog(request, ports);
    const { digest } = built.index.index.descriptor;
    const manifest = built.index.images[0]?.manifest.descriptor.digest;
    const write = async (output: string) => await writeImage(built, { output, organisation: "acme" }, ports);
    expect(await write(`oci-dir://${at("out")}@${digest}`)).toMatchObject({ tags: [] });
    expect(await write(`archive://${at("out.tar")}#a/b:1@${manifest}`)).toMatchObject({ tags: ["1"] });
    await using archive = await openArchive(at("out.tar"));
    expect(await archive.images()).toMatchObject([{ descriptor: { digest: manifest }, names: ["a/b:1"] }]);
    await expect(write(`archive://${at("out.tar")}#a/b:1@${digest}`)).rejects.toEqual(refusal("FLOW_DIGEST_DIFFERS"));
  });

  it("is checked behind a full name, and never taken for a tag", async () => {
    const { folder, at, ports } = await world();
    const { path, root, first } = await signedLayout(folder);
    for (const [place, digest] of [
      [`archive://${at("q.tar")}`, first.digest],
      [`oci-dir://${at("q")}`, root.digest],
    ] as const) {
      const source = `oci-dir://${path}`;
      const wrong = copied({ source, target: `${place}#a/b@${another}` }, ports);
      await expect(wrong).rejects.toEqual(refusal("FLOW_DIGEST_DIFFERS", digest));
      expect(await copied({ source, target: `${place}#a/b@${digest}` }, ports)).toMatchObject({ digest, tags: [] });
      expect(await copied({ source, target: `${place}#a/b:3@${digest}` }, ports)).toMatchObject({ tags: ["3"] });
    }
    const images = await (await openLayout(at("q"))).images();
    expect(images.flatMap(({ names }) => names)).toEqual(["a/b:3"]);
  });

  it("does not stand for a tag of Docker's, which would be `latest`", async () => {
    const { folder, ports } = await world();
    const { path, first } = await signedLayout(folder);
    const target = `local://acme/x@${first.digest}`;
    await expect(copied({ source: `oci-dir://${path}`, target }, ports)).rejects.toMatchObject({
      code: "FLOW_UNSUPPORTED_REFERENCE",
      hint: expect.stringContaining("write local://acme/x:TAG"),
    });
    expect(openTarget(`local://acme/x:1@${first.digest}`, ports)).toMatchObject({
      names: ["docker.io/acme/x:1"],
      digest: first.digest,
    });
  });
});

describe("copying", () => {
  it("builds an image of the catalogue and gives it all its tags", async () => {
    const { at, ports } = await world();
    const report = await copied({ source: "catalog://small:1", target: `oci-dir://${at("out")}` }, ports);
    const built = await buildFromCatalog({ kind: "image", name: "small:1", platforms: [], locked: null }, ports);
    expect(report).toMatchObject({
      source: "catalog://small:1",
      target: `oci-dir://${at("out")}`,
      digest: built.index.index.descriptor.digest,
      platforms: [{ platform: "linux/amd64", digest: built.index.images[0]?.manifest.descriptor.digest }],
      tags: built.tags,
      referrers: null,
      bytes: { existing: 0 },
    });
    const sizes = (await (await openLayout(at("out"))).images()).length;
    expect(sizes).toBe(built.tags.length);
    const files = [...(await filesOf(at("out")))].filter(([name]) => name.startsWith("/blobs"));
    expect(report.bytes.copied).toBe(files.reduce((sum, [, text]) => sum + Buffer.from(text, "base64").length, 0));
  });

  it.each([true, false])(
    "takes a layout with referrers to a registry and back, byte for byte (registry with the referrers API: %s)",
    async (referrers) => {
      const { folder, at, ports } = await world();
      const { path, root, second, sbom, signature } = await signedLayout(folder);
      await using registry = await startRegistry({ referrers });
      const remote = `registry://${registry.host}/acme/app`;
      const pushed = await copied({ source: `oci-dir://${path}`, target: remote, referrers: true }, ports);
      expect(pushed).toMatchObject({
        digest: root.digest,
        tags: ["1.0"],
        referrers: [
          { digest: sbom.digest, subject: second.digest, artifactType: "application/vnd.example.sbom" },
          { digest: signature.digest, subject: root.digest, artifactType: "application/signature" },
        ],
        notes: [],
      });
      const back = { source: `${remote}:1.0`, target: `oci-dir://${at("back")}`, referrers: true };
      expect(await copied(back, ports)).toMatchObject({ digest: root.digest, referrers: pushed.referrers });
      expect(await filesOf(at("back"))).toEqual(await filesOf(path));
    },
  );

  it("takes along what cosign keeps under tags beside the image, from registry to registry and layout", async () => {
    const { folder, at, ports } = await world();
    const { path, root, second, sbom } = await signedLayout(folder);
    await using registry = await startRegistry({ referrers: true });
    const source = `registry://${registry.host}/acme/app`;
    await copied({ source: `oci-dir://${path}`, target: source, referrers: true }, ports);
    const from = repositoryOf(ports, `${registry.host}/acme/app`);
    const attach = async ({ digest }: Descriptor, kind: string) => {
      const tag = `${digest.replace(":", "-")}.${kind}`;
      const descriptor = await pushTinyImage(from, { layers: [{ [tag]: kind }] });
      await from.tag(descriptor, tag);
      return { descriptor, tag };
    };
    const signature = await attach(root, "sig");
    const list = await attach(second, "sbom");
    const attached = [list, signature, await attach(sbom, "att"), await attach(list.descriptor, "sig")];
    await attach(await pushTinyImage(from, { layers: [{ another: "image" }] }), "sig");
    const tags = attached.map(({ tag }) => tag);

    const mirror = { source: `${source}:1.0`, target: `registry://${registry.host}/mirror/app`, referrers: true };
    const report = await copied(mirror, ports);
    expect(report.notes).toEqual([`copied under the tags that cosign gave them: ${tags.join(", ")}`]);
    expect(report.referrers).toHaveLength(2 + attached.length);
    expect(report.referrers?.slice(2).map(({ digest }) => digest)).toEqual(
      attached.map(({ descriptor }) => descriptor.digest),
    );
    const mirrored = repositoryOf(ports, `${registry.host}/mirror/app`);
    expect(await mirrored.tags()).toEqual(["1.0", ...tags].toSorted());
    expect(await mirrored.resolve(signature.tag)).toEqual(signature.descriptor);

    await copied({ ...mirror, target: `oci-dir://${at("layout")}` }, ports);
    const back = { source: `oci-dir://${at("layout")}`, target: `registry://${registry.host}/back/app` };
    expect(await copied({ ...back, referrers: true }, ports)).toMatchObject({ digest: root.digest, tags: ["1.0"] });
    expect(await repositoryOf(ports, `${registry.host}/back/app`).tags()).toEqual(["1.0", ...tags].toSorted());
    await copied({ ...mirror, target: `registry://${registry.host}/bare/app`, referrers: false }, ports);
    expect(await repositoryOf(ports, `${registry.host}/bare/app`).tags()).toEqual(["1.0"]);
  });

  it("sends nothing that is there, and says how much that was", async () => {
    const { folder, ports } = await world();
    const { path } = await signedLayout(folder);
    await using registry = await startRegistry({ referrers: true });
    const request = { source: `oci-dir://${path}`, target: `registry://${registry.host}/acme/app`, referrers: true };
    const first = await copied(request, ports);
    expect(first.bytes).toEqual({ copied: expect.any(Number), existing: 0 });
    const uploads = () => registry.requests.filter(({ method }) => method === "POST").length;
    const before = uploads();
    const again = await copied(request, ports);
    expect(uploads()).toBe(before);
    expect(again.bytes.copied).toBe(0);
    expect(again.referrers).toEqual(first.referrers);
    const image = again.platforms.reduce((sum, { size }) => sum + size, 0);
    expect(again.bytes.existing).toBeGreaterThan(image / 2);
  });

  it("does not send content from one repository of a registry to another of the same", async () => {
    const { folder, ports } = await world();
    const { path, root } = await signedLayout(folder);
    await using registry = await startRegistry({ referrers: true, perRepository: true });
    const source = `registry://${registry.host}/acme/app`;
    await copied({ source: `oci-dir://${path}`, target: source }, ports);
    const before = registry.requests.length;
    const target = `registry://${registry.host}/other/app:2.0`;
    const report = await copied({ source: `${source}:1.0`, target }, ports);
    expect(report).toMatchObject({ digest: root.digest, tags: ["2.0"] });
    const blobs = registry.requests.slice(before).filter(({ url }) => url.includes("/blobs/"));
    expect(
      blobs.filter(({ method, url }) => method === "PUT" || (method === "GET" && !url.includes("config"))),
    ).toEqual([]);
    expect(blobs.filter(({ url }) => url.includes("mount=")).length).toBeGreaterThan(3);
    const documents = report.bytes.copied;
    expect(documents).toBe(await sizeOfDocuments(path));
    expect(report.bytes.existing).toBeGreaterThan(0);
  });

  it("copies one platform where that is asked for, with what refers to it", async () => {
    const { folder, at, ports } = await world();
    const { path, root, second, sbom } = await signedLayout(folder);
    const request = {
      source: `oci-dir://${path}`,
      target: `oci-dir://${at("one")}`,
      platform: "arm64",
      referrers: true,
    };
    const report = await copied(request, ports);
    expect(report).toMatchObject({
      digest: second.digest,
      platforms: [{ platform: "linux/arm64", digest: second.digest }],
      referrers: [{ digest: sbom.digest }],
      notes: [`only linux/arm64, ${second.digest}, of the index ${root.digest}`],
    });
    const absent = copied({ ...request, platform: "linux/s390x" }, ports);
    await expect(absent).rejects.toMatchObject({ code: "OCI_PLATFORM_ABSENT" });
  });

  it("says that an archive gets the host's platform, without what refers to it", async () => {
    const { folder, at, ports } = await world();
    const { path, root, first } = await signedLayout(folder);
    const target = `archive://${at("image.tar")}#acme/app:1.0`;
    const report = await copied({ source: `oci-dir://${path}`, target, referrers: true }, ports);
    expect(report).toMatchObject({
      digest: first.digest,
      platforms: [{ platform: "linux/amd64", digest: first.digest }],
      tags: ["1.0"],
      referrers: [],
      notes: [
        `only linux/amd64, ${first.digest}, of the index ${root.digest}: an archive holds one platform`,
        "what refers to the image stays: an archive has no place for it",
      ],
    });
    const back = await copied({ source: `archive://${at("image.tar")}`, target: `oci-dir://${at("back")}` }, ports);
    expect(back).toMatchObject({ digest: first.digest, tags: ["1.0"], notes: [] });
  });

  it("says so when an archive's image will have no name for docker load", async () => {
    const { folder, at, ports } = await world();
    const { path } = await signedLayout(folder);
    const report = await copied({ source: `oci-dir://${path}`, target: `archive://${at("image.tar")}` }, ports);
    expect(report.notes).toContainEqual(expect.stringContaining("#NAME:TAG"));
  });

  it("takes an image by digest and copies it without a tag", async () => {
    const { folder, ports } = await world();
    const { path, root } = await signedLayout(folder);
    await using registry = await startRegistry();
    const bare = `registry://${registry.host}/acme/app`;
    for (const target of [bare, `${bare}@${root.digest}`]) {
      await copied({ source: `oci-dir://${path}`, target: `${bare}:tagged` }, ports);
      const report = await copied({ source: `${bare}@${root.digest}`, target: target.replace("app", "again") }, ports);
      expect(report).toMatchObject({ digest: root.digest, tags: [] });
    }
    expect((await repositoryOf(ports, `${registry.host}/acme/again`).resolve(root.digest)).digest).toBe(root.digest);
  });

  it("refuses a target that asks for another digest, before it sends anything", async () => {
    const { folder, ports } = await world();
    const { path, first } = await signedLayout(folder);
    await using registry = await startRegistry();
    const target = `registry://${registry.host}/acme/app:1.0@${first.digest}`;
    await expect(copied({ source: `oci-dir://${path}`, target }, ports)).rejects.toMatchObject({
      code: "FLOW_DIGEST_DIFFERS",
    });
    expect(registry.requests).toEqual([]);
  });

  it.each([
    ["acme/app:1.0", "write registry://acme/app:1.0, or local://acme/app:1.0 for the local Docker or Podman"],
    ["image://acme/app:1.0", "write registry://acme/app:1.0, or local://acme/app:1.0 for the local Docker or Podman"],
    ["fs://folder", "write to oci-dir://DIR, archive://FILE, local://NAME:TAG or registry://REFERENCE"],
    ["catalog://node", "write to oci-dir://DIR, archive://FILE, local://NAME:TAG or registry://REFERENCE"],
  ])("does not write to %s", async (target, hint) => {
    const { ports } = await world();
    await expect(copied({ source: "catalog://small:1", target }, ports)).rejects.toMatchObject({
      code: "FLOW_UNSUPPORTED_REFERENCE",
      hint,
    });
  });

  it("names what a source lists as a referrer and does not have", async () => {
    const { folder, at, ports } = await world();
    const { path, root, signature } = await signedLayout(folder);
    await using registry = await startRegistry();
    const remote = `registry://${registry.host}/acme/app`;
    await copied({ source: `oci-dir://${path}`, target: remote, referrers: true }, ports);
    registry.manifests.get("acme/app")?.delete(signature.digest);
    const back = { source: `${remote}:1.0`, target: `oci-dir://${at("back")}`, referrers: true };
    const report = await copied(back, ports);
    expect(report.referrers).toHaveLength(1);
    expect(report.notes).toEqual([
      `left out ${signature.digest}, which is listed as a referrer of ${root.digest}: absent`,
    ]);
  });

  it("goes on after an interruption with what is missing", async () => {
    const stop = new AbortController();
    const { folder, at, ports } = await world(stop.signal);
    const { path, root } = await signedLayout(folder);
    let sent = 0;
    await using registry = await startRegistry({
      intercept: (request) => {
        if (request.method === "PUT" && ++sent === 3) stop.abort(new Error("stopped by the user"));
        return false;
      },
    });
    const request = { source: `oci-dir://${path}`, target: `registry://${registry.host}/acme/app` };
    await expect(copied(request, ports)).rejects.toThrow("stopped by the user");
    expect(registry.manifests.get("acme/app")?.has("1.0") ?? false).toBe(false);
    const goesOn = await copied(request, { ...ports, signal: new AbortController().signal });
    expect(goesOn.digest).toBe(root.digest);
    expect(goesOn.bytes.existing).toBeGreaterThan(0);
    expect(goesOn.bytes.copied).toBeGreaterThan(0);

    const late = new AbortController();
    const report = { ...ports.report, advance: () => late.abort(new Error("stopped by the user")) };
    const intoLayout = { source: `oci-dir://${path}`, target: `oci-dir://${at("new/deep")}` };
    const stopped = copied(intoLayout, { ...ports, signal: late.signal, report });
    await expect(stopped).rejects.toThrow("stopped by the user");
    expect(await readdir(folder)).not.toContain("new");
  });

  it("copies what is no container image", async () => {
    const { at, ports } = await world();
    const store = createMemoryStore();
    const subject = await pushTinyImage(store);
    const artifact = await pushTinyReferrer(store, { subject });
    await writeLayout(
      at("chart"),
      async (layout) => await copy(store, layout, { reference: artifact, targetReferences: ["1"] }),
    );
    await using registry = await startRegistry({ referrers: true });
    const report = await copied(
      { source: `oci-dir://${at("chart")}`, target: `registry://${registry.host}/acme/chart` },
      ports,
    );
    expect(report).toMatchObject({ digest: artifact.digest, platforms: [{ platform: null }], tags: ["1"] });
  });
});

describe.skipIf(!has("docker-registry") || !has("skopeo"))(
  "copying to CNCF distribution's registry (needs docker-registry and skopeo)",
  () => {
    it("keeps every digest, as skopeo sees it, and lists referrers where it has no API", async () => {
      const { folder, at, ports } = await world();
      const { path, root, second, sbom, signature } = await signedLayout(folder);
      await using registry = await startDockerRegistry();
      const remote = `${registry.host}/acme/app`;
      await copied({ source: `oci-dir://${path}`, target: `registry://${remote}`, referrers: true }, ports);
      const raw = (name: string) =>
        run("skopeo", ["inspect", "--raw", "--tls-verify=false", `docker://${remote}${name}`]);
      const bytes = async ({ digest }: Descriptor) =>
        await readFile(join(path, "blobs", "sha256", digest.slice(7)), "utf8");
      expect(raw(":1.0")).toBe(await bytes(root));
      for (const part of [second, sbom, signature]) expect(raw(`@${part.digest}`)).toBe(await bytes(part));
      for (const [subject, referrer] of [
        [second, sbom],
        [root, signature],
      ] as const) {
        expect(JSON.parse(raw(`:${subject.digest.replace(":", "-")}`)).manifests).toEqual([referrer]);
      }
      const tagged = `registry://${remote}:1.0`;
      await copied({ source: tagged, target: `registry://${registry.host}/other/app`, referrers: true }, ports);
      await copied(
        { source: `registry://${registry.host}/other/app:1.0`, target: `oci-dir://${at("back")}`, referrers: true },
        ports,
      );
      expect(await filesOf(at("back"))).toEqual(await filesOf(path));
    });
  },
);

describe.skipIf(dockerProgram === null)("copying to and from Docker (needs a docker engine)", () => {
  it("says which platform went there and what Docker knows it by, and what digest comes back", async () => {
    const { folder, at, ports } = await world();
    const { path, first } = await signedLayout(folder);
    await using docker = openDocker();
    const name = docker.willRemove(`${docker.organisation}/copied-${randomBytes(4).toString("hex")}:1`);
    const report = await copied({ source: `oci-dir://${path}`, target: `local://${name}` }, ports);
    expect(report).toMatchObject({ target: `local://${name}`, digest: first.digest, tags: ["1"] });
    const id = (await docker.command("image", "inspect", "--format", "{{.Id}}", name)).trim();
    expect(report.notes).toEqual([
      expect.stringContaining("an engine holds one platform"),
      expect.stringContaining(id),
    ]);

    const back = await copied({ source: `local://${name}`, target: `oci-dir://${at("back")}` }, ports);
    expect(back).toMatchObject({ source: `local://${name}`, tags: ["1"], platforms: [{ platform: "linux/amd64" }] });
    expect(back.digest).not.toBe(first.digest);
    expect(back.notes).toEqual([expect.stringContaining("not compressed")]);
    const again = await copied({ source: `local://${name}`, target: `oci-dir://${at("again")}` }, ports);
    expect(again.digest).toBe(back.digest);
    expect((await (await openLayout(at("back"))).choose("1")).digest).toBe(back.digest);
  });
});

/** Bytes of the manifests and indices of a layout that are not referrers. */
async function sizeOfDocuments(layout: string): Promise<number> {
  const opened = await openLayout(layout);
  const root = await opened.choose("1.0");
  const index = await readFile(join(layout, "blobs", "sha256", root.digest.slice(7)));
  return parseIndex(index).manifests.reduce((sum, { size }) => sum + size, root.size);
}
