import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openImage } from "../../src/facts/image.ts";
import { walkImage } from "../../src/facts/walk.ts";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { checkSandbox } from "../../src/pipeline/sandbox/check.ts";
import { localHost, type SandboxHost } from "../../src/pipeline/sandbox/host.ts";
import { findBusybox } from "../support/busybox.ts";
import { makeDebianArchive, type TestPackage } from "../support/debian-archive.ts";
import { flowPorts, makeCatalog, smallDefinition, smallSystem } from "../support/flow.ts";
import { findForeignBusybox, foreignNeeds, foreignPlatform } from "../support/foreign.ts";
import { has } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const own = localHost().machine;
const ownPlatform = `linux/${own}` as const;
const canRun = (await checkSandbox(ownPlatform, localHost())).kind === "available";
const ownBusybox = canRun ? findBusybox() : null;
const foreignBusybox = ownBusybox === null ? null : await findForeignBusybox();
const path = "image/busybox/debian-13/1.yaml";

/** Only the foreign platform's script differs. */
const definition = (script: string) => `# syntax=hardpan/build:1-debian13
name: BusyBox
image: hardpan/busybox
tags: ["1", 1-debian13]
platforms: [linux/amd64, linux/arm64]
contents:
  packages: ["!debconf", base-files, busybox, libc6, tzdata]
  builds:
    - name: applets
      contents: { packages: [busybox] }
      shell: /bin/busybox sh
      pipeline:
        - name: install
          runs: |
            set -eux
            busybox --install -s /usr/bin
            rm /usr/bin/dpkg* /usr/bin/rpm*
            busybox uname -m | /usr/bin/tee /usr/bin/made-on
            ${script}
      outputs: [{ source: /usr/bin, target: /usr/bin, uid: 0, gid: 0, diff: true }]
accounts:
  run-as: nonroot
  users: [{ name: nonroot, uid: 65532, gid: 65532 }]
  groups: [{ name: nonroot, gid: 65532 }]
os-release: { id: debian, version-id: "13" }
cmd: [/bin/sh]
`;

function packages(machine: "amd64" | "arm64"): readonly TestPackage[] {
  const busybox = (machine === own ? ownBusybox : foreignBusybox) ?? "";
  const system = smallSystem.map((item) => (item.architecture === "amd64" ? { ...item, architecture: machine } : item));
  const content = { content: busybox, mode: 0o755 };
  const files = { "usr/bin/busybox": content, bin: { symlink: "usr/bin" } };
  return [...system, { name: "busybox", version: "1:1.37-1", architecture: machine, files }];
}

async function world(text: string, sandbox: Partial<SandboxHost> = {}) {
  const directory = await temporaryFolder();
  const architectures = ["amd64", "arm64"] as const;
  const all = [...packages("amd64"), ...packages("arm64").filter(({ architecture }) => architecture === "arm64")];
  const archive = await makeDebianArchive({ directory: join(directory, "archive"), packages: all, architectures });
  const catalog = await makeCatalog(join(directory, "catalog"), { [path]: text });
  const cache = join(directory, "cache");
  const steps: string[] = [];
  const report = { step: (step: string) => void steps.push(step), advance() {}, note() {} };
  const ports = { ...(await flowPorts({ archive, catalog, cache, sandbox })), report };
  const build = async (platforms: readonly string[] = []) =>
    await buildFromCatalog({ kind: "image", name: "busybox:1", platforms, locked: null }, ports);
  return { build, ports, cache, steps };
}

describe.skipIf(foreignBusybox === null)(`an image with steps for two platforms (${foreignNeeds})`, () => {
  it("has in each what the steps made on that platform, and is one index", async () => {
    const { build, ports } = await world(definition("true"));
    const { index, source } = await build();
    expect(index.images.map(({ platform }) => platform.architecture)).toEqual(["amd64", "arm64"]);
    for (const image of index.images) {
      const opened = await openImage(source, image.manifest.descriptor);
      const tree = await walkImage(source, opened.manifest, { keep: () => 1 << 20, diffIds: opened.config.diffIds });
      const made = new TextDecoder().decode(tree.contents.get("usr/bin/made-on"));
      expect(made).toBe(image.platform.architecture === "arm64" ? "aarch64\n" : "x86_64\n");
      expect(tree.files.get("usr/bin/sh")).toMatchObject({ type: "symlink", uid: 0 });
    }
    expect(await ports.cache.record("built-index", index.index.descriptor.digest)).not.toBeNull();
  });

  it("is no index when a step fails for one of them", async () => {
    const script = `[ "\${target.arch}" = ${own} ] || exit 9`;
    const { build, cache } = await world(definition(script));
    await expect(build()).rejects.toMatchObject({
      code: "PIPELINE_STEP_FAILED",
      message: expect.stringMatching(/step "install" of build "applets" in .*1\.yaml ended with status 9/),
    });
    expect(await recordsOf(cache)).not.toContain("built-index");
    expect((await build([ownPlatform])).index.images).toHaveLength(1);
    expect(await recordsOf(cache)).toContain("built-index");
  });
});

describe.skipIf(!has("bwrap"))("an image whose steps cannot run (skipped without bwrap)", () => {
  const without = { binfmt: "/absent", emulators: { amd64: [], arm64: [] } };

  it("is refused by its platform and step before anything is fetched, and builds for the others", async () => {
    const { build, steps } = await world(definition("true"), without);
    await expect(build()).rejects.toMatchObject({
      code: "PIPELINE_PLATFORM_UNAVAILABLE",
      message: expect.stringMatching(
        new RegExp(`^step "install" of build "applets" in ${path} cannot run: .* ${foreignPlatform}: no emulator`),
      ),
      hint: expect.stringContaining("--platform"),
    });
    expect(steps).toEqual([]);
    if (ownBusybox === null) return;
    expect((await build([ownPlatform])).index.images).toHaveLength(1);
    expect(steps).toContain(`building busybox:1 for ${ownPlatform}`);
  });

  it("is refused without bubblewrap before anything is fetched, and what needs no step still builds", async () => {
    const { build, steps } = await world(definition("true"), { bubblewrap: [] });
    await expect(build([ownPlatform])).rejects.toMatchObject({
      code: "PIPELINE_SANDBOX_UNAVAILABLE",
      message: `step "install" of build "applets" in ${path} cannot run: it needs bubblewrap, but it is not installed`,
      hint: expect.stringContaining("all that needs no step still builds"),
    });
    expect(steps).toEqual([]);
    const plain = await world(smallDefinition.replace("hardpan/small", "hardpan/busybox"), { bubblewrap: [] });
    expect((await plain.build()).index.images).toHaveLength(1);
  });
});

/** The kinds of records that the cache has. */
async function recordsOf(cache: string): Promise<readonly string[]> {
  return await readdir(join(cache, "records"));
}
