import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { dockerProgram, openDocker } from "../support/docker.ts";
import { has } from "../support/program.ts";
import { startRegistry } from "../support/registry.ts";
import { readLayoutOnDisk } from "./layout-on-disk.ts";
import { long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const noSkopeo = has("skopeo") ? null : "needs skopeo";
const noDocker = dockerProgram === null ? "needs a docker engine" : null;
const host = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;

describe.skipIf(missing !== null)(titled("what a build writes", missing), () => {
  const docker = openDocker();
  let folder = "";
  let layout: Json;
  let archive: Json;
  const at = (name: string) => join(folder, name);
  const build = ["build", "node:24-debian13"];
  const skopeo = async (...args: readonly string[]) => await execute("skopeo", args);

  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    await hardpanJson(["lock", "node:24-debian13", "--output", at("node.lock.json")]);
    build.push("--lock-file", at("node.lock.json"));
    layout = await hardpanJson([...build, "--output", `oci-dir://${at("layout")}`]);
    archive = await hardpanJson([...build, "--output", `archive://${at("node.tar")}`]);
  }, long);
  afterAll(async () => {
    await docker[Symbol.asyncDispose]();
    await removeFolder(folder);
  });

  it("says where it wrote, which platforms, and that all tags of the image are there", async () => {
    const { tags } = layout.outputs[0];
    expect(layout.outputs).toEqual([
      { reference: `oci-dir://${at("layout")}`, platforms: ["linux/amd64", "linux/arm64"], tags, note: null },
    ]);
    expect(layout.reference).toBe("hardpan/dhi-node:24-debian13");
    expect(tags.toSorted()).toEqual(layout.tags.toSorted());
    expect(tags.length).toBeGreaterThan(1);
    const { top } = await readLayoutOnDisk(at("layout"));
    const named = top.manifests.map(({ digest, annotations }: Json) => [
      annotations["org.opencontainers.image.ref.name"],
      digest,
    ]);
    expect(named).toEqual(tags.map((tag: string) => [tag, layout.digest]));
  });

  it("says that of an image for several platforms only the host's goes into an archive", () => {
    expect(archive.outputs).toEqual([
      {
        reference: `archive://${at("node.tar")}`,
        platforms: [host],
        tags: ["24-debian13"],
        note: expect.stringContaining(`only ${host}`),
      },
    ]);
    expect(archive.digest).toBe(layout.digest);
  });

  it.skipIf(noSkopeo !== null)(titled("skopeo inspects the layout, whichever platform", noSkopeo), async () => {
    const { images } = await readLayoutOnDisk(at("layout"));
    for (const { platform, manifest } of images) {
      const [, architecture = ""] = platform.split("/");
      const inspected = await skopeo(`--override-arch=${architecture}`, "inspect", `oci:${at("layout")}:24-debian13`);
      expect(JSON.parse(inspected)).toMatchObject({
        Digest: layout.digest,
        Architecture: architecture,
        Os: "linux",
        Layers: manifest.layers.map((layer: Json) => layer.digest),
      });
    }
  });

  it.skipIf(noSkopeo !== null)(titled("skopeo turns the layout into a Docker archive", noSkopeo), async () => {
    const name = "example.invalid/node:24";
    await skopeo("copy", `oci:${at("layout")}:24-debian13`, `docker-archive:${at("by-skopeo.tar")}:${name}`);
    const inspected = JSON.parse(await skopeo("inspect", "--config", `docker-archive:${at("by-skopeo.tar")}`));
    expect(inspected.config).toMatchObject({ User: "1000", WorkingDir: "/app", Cmd: ["node"] });
  });

  it.skipIf(noSkopeo !== null)(titled("skopeo reads the archive under the image's name", noSkopeo), async () => {
    const reference = `docker-archive:${at("node.tar")}:hardpan/dhi-node:24-debian13`;
    const { images } = await readLayoutOnDisk(at("layout"));
    const expected = images.find(({ platform }) => platform === host);
    expect(JSON.parse(await skopeo("inspect", "--config", reference))).toEqual(expected?.config);
    const whole = JSON.parse(await skopeo("inspect", `oci-archive:${at("node.tar")}`));
    expect(whole.Digest).toBe(expected?.digest);
  });

  it.skipIf(noDocker !== null)(titled("docker loads the archive under the organisation's name", noDocker), async () => {
    const name = docker.willRemove(`${docker.organisation}/dhi-node:24-debian13`);
    const written = await hardpanJson([
      ...[...build, "--platform", host, "--org", docker.organisation],
      ...["--output", `archive://${at("own.tar")}`],
    ]);
    expect(written).toMatchObject({ reference: name, outputs: [{ platforms: [host], note: null }] });
    expect(await docker.command("load", "--input", at("own.tar"))).toContain(`Loaded image: ${name}`);
    const { images } = await readLayoutOnDisk(at("layout"));
    const expected = images.find(({ platform }) => platform === host);
    const id = (await docker.command("image", "inspect", "--format", "{{.Id}}", name)).trim();
    expect(id).toBe(expected?.manifest.config.digest);
  });

  it.skipIf(noDocker !== null)(titled("an image in Docker is read back as what was built", noDocker), async () => {
    const name = docker.willRemove(`${docker.organisation}/loaded:1`);
    const written = await hardpanJson([...build, "--output", `local://${name}`]);
    expect(written.outputs).toEqual([
      { reference: `local://${name}`, platforms: [host], tags: ["1"], note: expect.stringContaining(`only ${host}`) },
    ]);
    const [fromDocker, fromLayout] = [
      await hardpanJson(["sbom", `local://${name}`]),
      await hardpanJson(["sbom", `oci-dir://${at("layout")}`]),
    ];
    expect(fromDocker.packages.map(named)).toEqual(fromLayout.packages.map(named));
  });

  it("pushes all platforms to a registry under the given name, and reads them from there", async () => {
    await using registry = await startRegistry();
    const reference = `${registry.host}/acme/dhi-node:24-debian13`;
    const written = await hardpanJson([...build, "--org", "acme", "--output", `registry://${reference}`]);
    expect(written.reference).toBe("acme/dhi-node:24-debian13");
    expect(written.outputs).toMatchObject([{ platforms: ["linux/amd64", "linux/arm64"], note: null }]);
    const stored = registry.manifests.get("acme/dhi-node")?.get("24-debian13");
    expect(
      `sha256:${createHash("sha256")
        .update(stored?.bytes ?? "")
        .digest("hex")}`,
    ).toBe(layout.digest);
    const [fromRegistry, fromLayout] = [
      await hardpanJson(["sbom", `registry://${reference}`, "--platform", "linux/arm64"]),
      await hardpanJson(["sbom", `oci-dir://${at("layout")}`, "--platform", "linux/arm64"]),
    ];
    expect(fromRegistry.packages).toEqual(fromLayout.packages);
    expect(fromRegistry.image.platform).toBe("linux/arm64");
  });

  it.skipIf(noSkopeo !== null)(titled("skopeo pulls from that registry with the same digest", noSkopeo), async () => {
    await using registry = await startRegistry();
    const reference = `${registry.host}/acme/dhi-node:24-debian13`;
    await hardpanJson([...build, "--output", `registry://${reference}`]);
    const from = ["--src-tls-verify=false", `docker://${reference}`];
    await skopeo("copy", "--all", ...from, `oci:${at("pulled")}:24-debian13`);
    const pulled = await readLayoutOnDisk(at("pulled"));
    expect(pulled.top.manifests[0].digest).toBe(layout.digest);
    expect(pulled.images.map(({ digest }) => digest)).toEqual(layout.platforms.map(({ digest }: Json) => digest));
  });

  it("is read back from an archive as from a layout", async () => {
    const [fromArchive, fromLayout] = [
      await hardpanJson(["sbom", `archive://${at("node.tar")}`]),
      await hardpanJson(["sbom", `oci-dir://${at("layout")}`]),
    ];
    expect(fromArchive.image).toMatchObject({ digest: fromLayout.image.digest, platform: host });
    expect(fromArchive.packages).toEqual(fromLayout.packages);
  });

  it("writes to several places at once", async () => {
    const places = [`oci-dir://${at("second")}`, `archive://${at("second.tar")}`];
    const written = await hardpanJson([...build, ...places.flatMap((place) => ["--output", place])]);
    expect(written.outputs.map((output: Json) => output.reference)).toEqual(places);
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["second", "second.tar"]));
  });

  it("does not touch what is in its way", async () => {
    const { exitCode, stderr } = await hardpan([...build, "--output", `oci-dir://${folder}`]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("CONTENT_EXISTS") });
  });
});

function named({ type, name, version }: Json): string {
  return `${type} ${name} ${version}`;
}
