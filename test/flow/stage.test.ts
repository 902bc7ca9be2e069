import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { lockImage } from "../../src/flow/lock.ts";
import { checkSandbox } from "../../src/pipeline/sandbox/check.ts";
import { localHost } from "../../src/pipeline/sandbox/host.ts";
import { findBusybox } from "../support/busybox.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { buildAndWalk, flowPorts, smallDefinition, smallSystem, smallWorld } from "../support/flow.ts";
import { serveContent } from "../support/serve-content.ts";

const busybox = findBusybox();
const canRun = busybox !== null && (await checkSandbox("linux/amd64", localHost())).kind === "available";

const applets = ["sh", "cat", "chown", "cp", "ln", "mkdir", "rm", "sed", "sleep", "touch", "wget"];

/** The small system, with busybox for the stages. */
const packages: readonly TestPackage[] = [
  ...smallSystem,
  {
    name: "busybox",
    version: "1:1.37-1",
    architecture: "amd64",
    files: {
      "usr/bin/busybox": { content: busybox ?? "", mode: 0o755 },
      ...Object.fromEntries(applets.map((name) => [`usr/bin/${name}`, { symlink: "busybox" }])),
      "etc/tool/settings": "as shipped\n",
      "var/log/tool": { directory: true },
    },
  },
];

/** The small definition with builds, and more of what goes into its contents. */
function withBuilds(builds: string, contents = ""): string {
  return smallDefinition.replace("contents:\n", `contents:\n${contents}  builds:\n${builds}`);
}

async function world(files: Readonly<Record<string, string>>) {
  return await smallWorld(files, packages);
}

async function buildSmall(definition: string) {
  const { ports, cache } = await world({ "image/small/debian-13/1.yaml": definition });
  return { ...(await buildAndWalk("small:1", ports)), ports, cache };
}

/** What is left of stages after a build, whatever became of it. */
async function leftovers(cache: string): Promise<readonly string[]> {
  return await readdir(join(cache, "stages")).catch(() => []);
}

const steps = `  - name: tool
    contents: { packages: [busybox] }
    environment: { GREETING: hello }
    pipeline:
      - name: make
        runs: |
          set -e
          mkdir -p \${target.dir}/usr/local/share/tool
          echo "$GREETING from \${target.arch} at $SOURCE_DATE_EPOCH" > \${target.dir}/usr/local/share/tool/greeting
          ln -s greeting \${target.dir}/usr/local/share/tool/link
      - name: change
        runs: |
          set -e
          echo changed > /etc/tool/settings
          chown 65532:65532 /etc/tool/settings /var/log/tool
          touch /var/log/tool/first
          rm /usr/bin/wget
    outputs:
      - { source: "\${target.dir}/usr/local", target: /usr/local, uid: 0, gid: 0 }
      - { source: /, target: /, uid: 0, gid: 0, diff: true }
`;

describe.skipIf(!canRun)("a build's steps (needs bubblewrap and a static busybox)", () => {
  it("reach the image by their outputs alone, with the ownership they left where only changes are taken", async () => {
    const { tree, text, built } = await buildSmall(withBuilds(steps));
    expect(text("usr/local/share/tool/greeting")).toMatch(/^hello from amd64 at \d{10}\n$/);
    expect(tree.files.get("usr/local/share/tool/link")).toMatchObject({ type: "symlink", linkPath: "greeting" });
    expect(text("etc/tool/settings")).toBe("changed\n");
    expect(tree.files.get("etc/tool/settings")).toMatchObject({ uid: 65532, gid: 65532 });
    expect(tree.files.get("var/log/tool")).toMatchObject({ uid: 65532, gid: 65532 });
    expect(tree.files.get("var/log/tool/first")).toMatchObject({ uid: 0 });
    expect(tree.files.has("usr/bin/busybox")).toBe(false);
    expect([...tree.files.keys()].filter((path) => path.startsWith("tmp/"))).toEqual([]);
    expect(
      built.lock.platforms["linux/amd64"]?.builds.map(({ name, packages: locked }) => [name, locked.length]),
    ).toEqual([["tool", 1]]);
  });

  it("give the same image again from its lock in an empty cache, and are not run when nothing has changed", async () => {
    const { directory, archive, catalog, ports } = await world({ "image/small/debian-13/1.yaml": withBuilds(steps) });
    const first = await buildAndWalk("small:1", ports);
    const lockFile = join(directory, "lock.json");
    const { writeLock } = await import("../../src/flow/image/lock-file.ts");
    await writeLock(lockFile, first.built.lock);
    const elsewhere = await flowPorts({ archive, catalog, cache: join(directory, "elsewhere") });
    const request = { kind: "image", name: "small:1", platforms: [], locked: lockFile } as const;
    const again = await buildFromCatalog(request, elsewhere);
    expect(again.index.index.descriptor.digest).toBe(first.built.index.index.descriptor.digest);
    expect((await buildAndWalk("small:1", ports)).built.known).toBe(true);
  });

  it("are owned by a component of their own in the bill of materials, so that no file is without an owner", async () => {
    const { ports } = await world({ "image/small/debian-13/1.yaml": withBuilds(steps) });
    const { scanReference } = await import("../../src/flow/scan.ts");
    const { sbom } = await scanReference("catalog://small:1", { platform: null }, ports);
    expect(sbom.unowned.paths).toEqual([]);
    expect(sbom.packages.map(({ name }) => name)).toContain("small-build-tool");
  });

  it.each([
    ["fails", "exit 3", "PIPELINE_STEP_FAILED", /go.*tool.*image\/small\/debian-13\/1\.yaml/s],
    ["asks for the network", "true", "PIPELINE_NETWORK_REFUSED", /--allow-network|go/],
    ["puts nothing where its output is", "true", "PIPELINE_OUTPUT_EMPTY", /nowhere/],
  ])(
    "that %s is reported by definition, build and step, and leaves nothing behind",
    async (what, script, code, message) => {
      const privileged = what.includes("network") ? "privileged: true, " : "";
      const source = what.includes("output") ? "/nowhere" : "/etc";
      const builds = `  - name: tool
    contents: { packages: [busybox] }
    pipeline: [{ name: go, ${privileged}runs: "${script}" }]
    outputs: [{ source: ${source}, target: /etc/tool, diff: true }]
`;
      const { ports, cache } = await world({ "image/small/debian-13/1.yaml": withBuilds(builds) });
      const failure = buildAndWalk("small:1", ports);
      await expect(failure).rejects.toMatchObject({ code });
      await failure.catch((cause: Error & { hint?: string }) =>
        expect(`${cause.message} ${cause.hint}`).toMatch(message),
      );
      expect(await leftovers(cache)).toEqual([]);
    },
  );

  it("find sh also where a stage has no more than bash or busybox", async () => {
    const alone: TestPackage = {
      name: "busybox-alone",
      version: "1",
      architecture: "amd64",
      files: { "usr/bin/busybox": { content: busybox ?? "", mode: 0o755 } },
    };
    const builds = `  - name: tool
    contents: { packages: [busybox-alone] }
    pipeline:
      - { shell: sh, runs: "busybox mkdir -p \${target.dir}; busybox touch \${target.dir}/one" }
      - { shell: /bin/sh, runs: "busybox touch \${target.dir}/two" }
    outputs: [{ source: "\${target.dir}", target: /srv }]
`;
    const files = { "image/small/debian-13/1.yaml": withBuilds(builds) };
    const { ports } = await smallWorld(files, [...smallSystem, alone]);
    const { tree } = await buildAndWalk("small:1", ports);
    expect([tree.files.has("srv/one"), tree.files.has("srv/two")]).toEqual([true, true]);
  });

  it.each([
    ["hold a secret", 'printf "x%s" "$TOKEN" > f', /\/srv\/f holds the value of the secret token/],
    ["are called as deletions are", "touch .wh.f", /\/srv\/\.wh\.f: names that begin with \.wh\. mean deletion/],
  ])("make no outputs that %s", async (_, script, message) => {
    const builds = `  - name: tool
    contents: { packages: [busybox] }
    pipeline:
      - secrets: [{ id: token }]
        runs: |
          mkdir -p \${target.dir}
          cd \${target.dir}
          ${script}
    outputs: [{ source: "\${target.dir}", target: /srv }]
`;
    const { ports, cache } = await world({ "image/small/debian-13/1.yaml": withBuilds(builds) });
    const building = buildAndWalk("small:1", { ...ports, secrets: new Map([["token", "hunter2-hunter2"]]) });
    await expect(building).rejects.toMatchObject({
      code: "PIPELINE_OUTPUT_REFUSED",
      message: expect.stringMatching(message),
    });
    expect(await leftovers(cache)).toEqual([]);
  });

  it("are refused the network though what they made is in the cache", async () => {
    const builds = `  - name: tool
    contents: { packages: [busybox] }
    pipeline: [{ privileged: true, runs: "touch /etc/made" }]
    outputs: [{ source: /etc/made, target: /etc/made }]
`;
    const { ports } = await world({ "image/small/debian-13/1.yaml": withBuilds(builds) });
    await buildAndWalk("small:1", { ...ports, allowNetwork: true });
    await expect(buildAndWalk("small:1", { ...ports, allowNetwork: false })).rejects.toMatchObject({
      code: "PIPELINE_NETWORK_REFUSED",
    });
  });

  it("cannot be an action nobody knows, which is named with those that are known", async () => {
    const builds = `  - name: tool
    contents: { packages: [busybox] }
    pipeline: [{ uses: go/biuld@v1 }]
    outputs: [{ source: /etc, target: /etc, diff: true }]
`;
    await expect(buildSmall(withBuilds(builds))).rejects.toMatchObject({
      code: "PIPELINE_ACTION_UNKNOWN",
      message: expect.stringContaining("go/biuld@v1"),
    });
  });

  it("may stand on another image, whose programs they run", async () => {
    const tools = smallDefinition
      .replace("image: hardpan/small", "image: hardpan/tools")
      .replace("packages: [", "packages: [busybox, ");
    const builds = `  - name: tool
    uses: catalog://tools:1
    pipeline: [{ runs: "cat /etc/tool/settings > /etc/copied" }]
    outputs: [{ source: /etc/copied, target: /etc/copied }]
`;
    const { ports } = await world({
      "image/small/debian-13/1.yaml": withBuilds(builds),
      "image/tools/debian-13/1.yaml": tools,
    });
    const { text, built } = await buildAndWalk("small:1", ports);
    expect(text("etc/copied")).toBe("as shipped\n");
    expect(built.lock.platforms["linux/amd64"]?.builds[0]?.base?.reference).toBe("catalog://tools:1");
  });
});

describe("what is not a package", () => {
  it("comes from an address with a checksum, and is listed in the bill of materials", async () => {
    const content = "a file from elsewhere\n";
    const port = await serveContent(content);
    const sha256 = (await import("node:crypto")).createHash("sha256").update(content).digest("hex");
    const files = `  files:
    - url: http://127.0.0.1:${port}/tool-1.2.txt
      checksum: sha256:${sha256}
      path: /usr/local/share/tool.txt
      mode: "0640"
      uid: 7
      spdx: { name: tool, version: "1.2", packages: [{ name: tool, purl: pkg:generic/tool@1.2, license: MIT }] }
`;
    const { ports } = await world({
      "image/small/debian-13/1.yaml": smallDefinition.replace("contents:\n", `contents:\n${files}`),
    });
    const { text, tree } = await buildAndWalk("small:1", ports);
    expect(text("usr/local/share/tool.txt")).toBe(content);
    expect(tree.files.get("usr/local/share/tool.txt")).toMatchObject({ mode: 0o640, uid: 7 });
    const { scanReference } = await import("../../src/flow/scan.ts");
    const { sbom } = await scanReference("catalog://small:1", { platform: null }, ports);
    expect(sbom.packages.find(({ name }) => name === "tool")).toMatchObject({
      version: "1.2",
      purl: "pkg:generic/tool@1.2",
    });
    expect(sbom.unowned.paths).toEqual([]);
  });

  it("comes from another image of the catalogue, which is built first", async () => {
    const other = smallDefinition.replace("image: hardpan/small", "image: hardpan/other");
    const artifacts = `  artifacts:
    - { name: "catalog://other:1", includes: [usr/lib/x86_64-linux-gnu/libz*], uid: 0, gid: 0 }
`;
    const own = smallDefinition.replace("contents:\n", `contents:\n${artifacts}`).replace("libz1, ", "");
    const { ports } = await world({ "image/small/debian-13/1.yaml": own, "image/other/debian-13/1.yaml": other });
    const { text } = await buildAndWalk("small:1", ports);
    expect(text("usr/lib/x86_64-linux-gnu/libz.so.1")).toBe("deflate");
  });

  it("cannot come from an image that takes content of this one", async () => {
    const taking = (from: string, image: string) =>
      smallDefinition
        .replace("image: hardpan/small", `image: hardpan/${image}`)
        .replace("contents:\n", `contents:\n  artifacts: [{ name: "catalog://${from}:1", includes: [etc] }]\n`);
    const { ports } = await world({
      "image/small/debian-13/1.yaml": taking("other", "small"),
      "image/other/debian-13/1.yaml": taking("small", "other"),
    });
    const request = { kind: "image", name: "small:1", platforms: [] } as const;
    await expect(lockImage(request, ports)).rejects.toMatchObject({
      code: "FLOW_ARTIFACT_CYCLE",
      message: expect.stringContaining("catalog://other:1"),
    });
  });

  it("keeps nothing of an image that fails", async () => {
    const { ports, cache } = await world({
      "image/small/debian-13/1.yaml": withBuilds("  - { name: x, matrix: [1] }\n"),
    });
    await expect(buildAndWalk("small:1", ports)).rejects.toMatchObject({ code: "FLOW_BUILD_UNSUPPORTED" });
    await rm(cache, { recursive: true });
  });
});
