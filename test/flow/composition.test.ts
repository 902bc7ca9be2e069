import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DefinitionBuild } from "../../src/definition/schema.ts";
import { type BuildRequest, buildFromCatalog } from "../../src/flow/build.ts";
import { checkExpectation } from "../../src/flow/image/expect.ts";
import { lockImage } from "../../src/flow/lock.ts";
import type { Ports } from "../../src/flow/ports.ts";
import { scanReference } from "../../src/flow/scan.ts";
import { outputFragment } from "../../src/flow/stage/output-fragment.ts";
import type { ImagePlan } from "../../src/image/build.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { bareDefinition } from "../support/definition.ts";
import { buildAndWalk, flowPorts, smallDefinition, smallSystem, smallWorld } from "../support/flow.ts";
import { hash } from "../support/made-package.ts";
import { refusal } from "../support/refusal.ts";
import { serveContent } from "../support/serve-content.ts";

const request: BuildRequest = { kind: "image", name: "small:1", platforms: [], locked: null };
const one = (definition: string) => ({ "image/small/debian-13/1.yaml": definition });

describe("what a definition brings", () => {
  it("lands where links of its packages lead, and has an owner there", async () => {
    const linking: TestPackage = {
      name: "linking",
      version: "1",
      files: { "usr/lib/linked": { symlink: "/srv/real" }, "srv/real/own": "x" },
    };
    const port = await serveContent("content");
    const files = `  files:
    - { url: "http://127.0.0.1:${port}/x.txt", checksum: "sha256:${hash("sha256", Buffer.from("content"))}", path: /usr/lib/linked/x.txt }
`;
    const definition = smallDefinition
      .replace("contents:\n", `contents:\n${files}`)
      .replace("libz1,", "libz1, linking,");
    const { ports } = await smallWorld(one(definition), [...smallSystem, linking]);
    const { tree, text } = await buildAndWalk("small:1", ports);
    expect(tree.files.get("usr/lib/linked")).toMatchObject({ type: "symlink" });
    expect(text("srv/real/x.txt")).toBe("content");
    const { sbom } = await scanReference("catalog://small:1", { platform: null }, ports);
    expect(sbom.unowned.paths).toEqual([]);
  });

  it("may take out of base-passwd's package what its accounts are made of", async () => {
    const passwd: TestPackage = {
      name: "base-passwd",
      version: "3.6",
      files: {
        "usr/share/base-passwd/passwd.master":
          "root:*:0:0:root:/root:/bin/bash\ndaemon:*:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n",
        "usr/share/base-passwd/group.master": "root:*:0:\ndaemon:*:1:\n",
      },
    };
    const definition = smallDefinition
      .replace("libz1,", "libz1, base-passwd,")
      .replace("paths:\n", "paths:\n  - { type: delete, path: /usr/share/base-passwd }\n");
    const { ports } = await smallWorld(one(definition), [...smallSystem, passwd]);
    const { tree, text } = await buildAndWalk("small:1", ports);
    expect(tree.files.has("usr/share/base-passwd/passwd.master")).toBe(false);
    expect(text("etc/passwd")).toContain("daemon:x:1:1:");
  });

  it.each([
    ["a package that is not in the image", "package://absent/usr/share/file", "the image has no package absent"],
    [
      "a file that its package does not ship",
      "package://libz1/usr/share/file",
      "the package libz1 1:1.3-1 has no file",
    ],
    ["a package and no file of it", "package://libz1", '"package://libz1" cannot be read'],
    ["another scheme", "https://example.test/file", '"https://example.test/file" cannot be read'],
  ])("is not left out where its source is %s", async (_, source, message) => {
    const path = `  - { type: file, path: /etc/brought, source: "${source}" }\n`;
    const { ports } = await smallWorld(one(smallDefinition.replace("paths:\n", `paths:\n${path}`)));
    await expect(buildFromCatalog(request, ports)).rejects.toThrow(refusal("IMAGE_PATH_INVALID", message));
  });
});

describe("checkExpectation", () => {
  async function twoPlatforms() {
    const definition = smallDefinition.replace("platforms: [linux/amd64]", "platforms: [linux/amd64, linux/arm64]");
    const both = smallSystem.map((item) => ({ ...item, architecture: "all" as const }));
    const { ports } = await smallWorld(one(definition), both);
    const whole = await buildFromCatalog(request, ports);
    const half = await buildFromCatalog({ ...request, platforms: ["linux/amd64"] }, ports);
    return { ports, whole, half };
  }

  it("differs where the expected image lacks a platform and is the same in those that both have", async () => {
    const { ports, whole, half } = await twoPlatforms();
    const expected = half.index.index.descriptor.digest;
    expect(await checkExpectation(whole, expected, ports)).toMatchObject({
      verdict: "differs",
      expected,
      difference: null,
      compared: true,
    });
    expect(await checkExpectation(half, whole.index.index.descriptor.digest, ports)).toMatchObject({
      verdict: "differs",
    });
  });

  it("says where a platform's image differs, by the digest of its manifest alone", async () => {
    const { ports, archive, catalog, cache } = await smallWorld(one(smallDefinition));
    const before = await buildFromCatalog(request, ports);
    const expected = before.index.images[0]?.manifest.descriptor.digest ?? "";
    await writeFile(join(catalog, "image/small/debian-13/1.yaml"), smallDefinition.replace("hello world", "goodbye"));
    const after = await buildFromCatalog(request, await flowPorts({ archive, catalog, cache }));
    expect(await checkExpectation(after, expected, ports)).toMatchObject({
      ...{ verdict: "differs", compared: true },
      difference: { platform: "linux/amd64" },
    });
    const otherPlatform = after.index.images.map((image) => ({
      ...image,
      platform: { os: "linux", architecture: "arm64" },
    }));
    const elsewhere = { ...after, index: { ...after.index, images: otherPlatform } };
    expect(await checkExpectation(elsewhere, expected, ports)).toMatchObject({ compared: true, difference: null });
  });

  it("is met by the digest of the index and of any platform, and by a reference to it", async () => {
    const { ports, whole } = await twoPlatforms();
    const digests = [whole.index.index, ...whole.index.images.map(({ manifest }) => manifest)];
    for (const { descriptor } of digests) {
      expect(await checkExpectation(whole, descriptor.digest, ports)).toMatchObject({ verdict: "met" });
    }
    const half = await buildFromCatalog({ ...request, platforms: ["linux/amd64"] }, ports);
    expect(await checkExpectation(half, "catalog://small:1", ports)).toMatchObject({ verdict: "met" });
  });
});

describe("what a lock is remembered by", () => {
  it("tells components of one suite apart: what only contrib has is not taken without it", async () => {
    const contrib: TestPackage = { name: "extra", version: "1", component: "contrib" };
    const wanting = smallDefinition.replace("libz1,", "libz1, extra,");
    const repositories = '  repositories: ["deb http://mirror.example/debian trixie contrib"]\n';
    const { ports } = await smallWorld(
      {
        "image/with/debian-13/1.yaml": wanting
          .replace("hardpan/small", "hardpan/with")
          .replace("contents:\n", `contents:\n${repositories}`),
        "image/small/debian-13/1.yaml": wanting,
      },
      [...smallSystem, contrib],
    );
    const { lock } = await lockImage({ ...request, name: "with:1" }, ports);
    expect(lock.platforms["linux/amd64"]?.packages.map(({ name }) => name)).toContain("extra");
    await expect(lockImage(request, ports)).rejects.toMatchObject({ code: "APT_UNSATISFIABLE" });
  });
});

describe("the outputs of a build are remembered by", () => {
  const stage: ImagePlan = {
    definition: bareDefinition,
    platform: { os: "linux", architecture: "amd64" },
    path: "image/small/debian-13/1",
    distribution: "debian-13",
    version: "1",
    packages: [],
    npm: [],
    added: [],
    strict: false,
    recorded: false,
    certificates: null,
    sources: new Map(),
  };
  const build: DefinitionBuild = {
    name: "tool",
    contents: { packages: [], files: [], artifacts: [], repositories: [], keyring: [], mappings: {} },
    environment: {},
    paths: [],
    caches: [],
    pipeline: [{ name: "make", runs: "true", environment: {}, secrets: [{ id: "token" }], caches: [] }],
    outputs: [],
    attestations: [],
  };
  const key = (ports: Ports, changes: Partial<DefinitionBuild> = {}, plan: Partial<ImagePlan> = {}, fips = false) =>
    outputFragment(
      {
        build: { ...build, ...changes },
        stage: { ...stage, ...plan },
        platform: "linux/amd64",
        recorded: true,
        definition: { ...bareDefinition, "fips-compliant": fips },
      },
      ports,
    ).key;

  it("its name, steps and root, and by no secret's value", async () => {
    const { ports } = await smallWorld();
    const plain = key(ports);
    expect(key({ ...ports, secrets: new Map([["token", "hunter2"]]) })).toBe(plain);
    const others = [
      key(ports, { name: "other" }),
      key(ports, { environment: { A: "1" } }),
      key(ports, {
        pipeline: [{ name: "make", runs: "false", environment: {}, secrets: [{ id: "token" }], caches: [] }],
      }),
      key(ports, { outputs: [{ source: "/a", target: "/b" }] }),
      key(ports, {}, { packages: [{ name: "x", version: "1", architecture: "all", sha256: "00" }] }),
    ];
    expect(new Set([plain, ...others]).size).toBe(6);
  });

  it("a step's script or action, never both", async () => {
    const { ports } = await smallWorld();
    const both = { name: "both", runs: "true", uses: "spdx@v1", environment: {}, secrets: [], caches: [] };
    expect(() => key(ports, { pipeline: [both] })).toThrow(
      refusal("FLOW_BUILD_UNSUPPORTED", "tool, both: it has `runs`"),
    );
  });

  it("the FIPS mode of its image where an action builds by it, and only there", async () => {
    const { ports } = await smallWorld();
    const step = { name: "go", uses: "go/build@v1", with: { output: "/x" } };
    const go = { pipeline: [{ ...step, environment: {}, secrets: [], caches: [] }] };
    expect(key(ports, go, {}, true)).not.toBe(key(ports, go, {}, false));
    expect(key(ports, {}, {}, true)).toBe(key(ports, {}, {}, false));
  });
});
