import { describe, expect, it } from "vitest";
import { componentRecord } from "../../../src/image/component.ts";
import { artifactComponent } from "../../../src/image/input/artifact-component.ts";
import { artifactInput, fileInput } from "../../../src/image/input/definition-input.ts";
import { fileComponents } from "../../../src/image/input/file-component.ts";
import { packageNamed, scanLayers } from "../../scan/tree.ts";

const locked = { url: "https://h/jemalloc-5.3.tar.bz2", commit: null, sha256: "ab".repeat(32), size: 1 };
const git = { ...locked, url: "git+https://h/a/redis.git#8.2.1", commit: "01".repeat(20) };
type Spdx = NonNullable<Parameters<typeof fileComponents>[0]["spdx"]>;

const brief = (spdx: Spdx | undefined, file = locked as typeof git | typeof locked) =>
  fileComponents(spdx === undefined ? {} : { spdx }, file).map(
    ({ type, name, version, purl, licenses }) => `${type} ${name} ${version} ${purl} ${licenses}`,
  );

describe("what a fetched file is", () => {
  it.each<readonly [string, Spdx, readonly string[]]>([
    [
      "a package of its own name and version",
      {
        name: "jemalloc",
        version: "5.3.1",
        packages: [{ name: "jemalloc", purl: "pkg:generic/jemalloc@5.3.1", license: "BSD-2-Clause" }],
      },
      ["generic jemalloc 5.3.1 pkg:generic/jemalloc@5.3.1 BSD-2-Clause"],
    ],
    [
      "several packages, named by their URLs",
      { packages: [{ purl: "pkg:npm/%40a/b@1.0" }, { purl: "pkg:composer/x/y@2%2B1?a=b#c", license: "MIT" }] },
      ["npm b 1.0 pkg:npm/%40a/b@1.0 ", "generic y 2+1 pkg:composer/x/y@2%2B1?a=b#c MIT"],
    ],
    [
      "packages of the same name, numbered as each has its record",
      { name: "x", version: "1", packages: [{ purl: "pkg:deb/a/x@1" }, { purl: "pkg:generic/x@1" }] },
      ["generic x 1 pkg:deb/a/x@1 ", "generic x (2) 1 pkg:generic/x@1 "],
    ],
    ["a name and a version", { name: "x", version: "1+2", packages: [] }, ["generic x 1+2 pkg:generic/x@1%2B2 "]],
  ])("can be %s", (_, spdx, expected) => {
    expect(brief(spdx)).toEqual(expected);
  });

  it("is told from its address where the definition says nothing", () => {
    expect(brief(undefined)).toEqual(["generic jemalloc-5.3  pkg:generic/jemalloc-5.3 "]);
    expect(brief(undefined, git)).toEqual(["generic redis 8.2.1 pkg:generic/redis@8.2.1 "]);
  });

  it("is listed in the image's bill of materials with name, version, URL and licence", async () => {
    const spdx = { version: "5.3.1", packages: [{ purl: "pkg:dhi/jemalloc@5.3.1", license: "BSD-2-Clause" }] };
    const records = fileComponents({ spdx }, locked).map((component) => componentRecord(component, ["usr/lib/x"], 0));
    const layer = Object.fromEntries(records.map(({ path, content }) => [path, content]));
    const { sbom } = await scanLayers([{ ...layer, "usr/lib/x": "owned" }]);
    expect(packageNamed(sbom, "jemalloc")).toMatchObject({
      version: "5.3.1",
      purl: "pkg:dhi/jemalloc@5.3.1",
      licenses: ["BSD-2-Clause"],
      comments: [`from ${locked.url}`, `SHA-256 ${locked.sha256}`],
    });
    expect(sbom.unowned).toEqual({ files: 0, bytes: 0, paths: [] });
  });

  it("has its origin as comments", () => {
    expect(fileComponents({}, locked)[0]?.comments).toEqual([`from ${locked.url}`, `SHA-256 ${locked.sha256}`]);
    expect(fileComponents({}, git)[0]?.comments).toEqual([`from ${git.url}`, `commit ${git.commit}`]);
  });

  it.each(["jemalloc", "pkg:", "pkg:generic/", "pkg:generic/%zz@1"])("is not said by %s", (purl) => {
    const refused = expect.objectContaining({
      code: "IMAGE_COMPONENT_INVALID",
      message: expect.stringContaining(purl),
    });
    expect(() => brief({ packages: [{ purl }] })).toThrow(refused);
  });
});

describe("a file and another image of a definition", () => {
  const context = { mtime: 7, recorded: true };
  const artifact = { reference: "h/x:1", manifest: `sha256:${"0".repeat(64)}`, layers: [] };

  it("become inputs with the mode as a number and their components", () => {
    const item = { url: locked.url, path: "/src/", mode: "0755", uid: 1, includes: ["a"] };
    expect(fileInput({ item, locked }, context)).toMatchObject({
      ...{ url: locked.url, sha256: locked.sha256, path: "/src/", mode: 0o755, uid: 1, gid: undefined },
      ...{ includes: ["a"], mtime: 7, components: [{ name: "jemalloc-5.3" }] },
    });
    const taken = { name: "h/x:1", excludes: ["etc"], uid: 0 };
    expect(artifactInput({ item: taken, locked: artifact }, context)).toMatchObject({
      ...{ artifact, excludes: ["etc"], uid: 0, gid: undefined, mtime: 7, components: [{ name: "x" }] },
    });
  });

  it("have no components where nothing is recorded, as in a build stage", () => {
    const stage = { mtime: 0, recorded: false };
    expect(fileInput({ item: { url: locked.url, path: "/x" }, locked }, stage).components).toEqual([]);
    expect(artifactInput({ item: { name: "h/x:1" }, locked: artifact }, stage).components).toEqual([]);
  });
});

describe("what another image is", () => {
  const manifest = `sha256:${"0".repeat(64)}`;

  it.each([
    [`dhi.io/static:1-debian13@sha256:${"1".repeat(64)}`, "static", "1-debian13", "dhi.io%2Fstatic&tag=1-debian13"],
    ["localhost:5000/a/Gosu", "Gosu", manifest, "localhost%3A5000%2Fa%2FGosu"],
    ["catalog://node:24", "node", "24", "node&tag=24"],
  ])("is a component: %s", (reference, name, version, qualifiers) => {
    expect(artifactComponent({ reference, manifest })).toMatchObject({
      name,
      version,
      purl: `pkg:oci/${name.toLowerCase()}@sha256%3A${"0".repeat(64)}?repository_url=${qualifiers}`,
    });
  });
});
