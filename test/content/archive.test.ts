import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { tarEnd, tarHeader, tarPadding } from "../../src/archive/tar-write.ts";
import { openArchive } from "../../src/content/archive-read.ts";
import { writeArchive } from "../../src/content/archive-write.ts";
import { copy } from "../../src/content/copy.ts";
import { createMemoryStore } from "../../src/content/memory.ts";
import { emptyContainerConfig, encodeConfig } from "../../src/oci/config.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { readImage } from "../../src/oci/image.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { readVerified } from "../../src/oci/verify.ts";
import { has, run, workingDocker } from "../support/program.ts";
import { refusal } from "../support/refusal.ts";
import { pushTinyIndex, type TinyImage, tinyStore, tinyTar } from "../support/tiny-image.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hardpan-archive-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const docker = workingDocker();
const name = "hardpan-test/archive:1.0";

async function writeTiny(file = "image.tar", image: TinyImage = {}, names: readonly string[] = [name]) {
  const { store, root } = await tinyStore(image);
  await writeArchive(
    at(file),
    async (target) => await copy(store, target, { reference: "latest", targetReferences: names }),
  );
  return { store, root };
}

/** A tar archive of files and, where the content is `-> target`, symbolic links. */
function tarOf(files: readonly (readonly [string, string | Uint8Array])[]): Uint8Array {
  const parts = files.flatMap(([path, content]) => {
    if (typeof content === "string" && content.startsWith("-> ")) {
      return [tarHeader({ path, type: "symlink", mode: 0o777, mtime: 0, linkPath: content.slice(3) })];
    }
    const bytes = Buffer.from(content);
    return [
      tarHeader({ path, type: "file", mode: 0o644, mtime: 0, size: bytes.length }),
      bytes,
      tarPadding(bytes.length),
    ];
  });
  return Buffer.concat([...parts, tarEnd]);
}

/** The parts of an image in the form of `docker save` before version 25. */
function dockerParts(layers: readonly Uint8Array[]) {
  const config = encodeConfig({
    platform: { os: "linux", architecture: "amd64" },
    container: emptyContainerConfig,
    diffIds: layers.map((layer) => sha256Digest(layer)),
    history: [],
  });
  return { config, configName: `${sha256Digest(config).slice(7)}.json` };
}

describe("an image archive", () => {
  it("gives back the image that was written, under its name, its tag and alone", async () => {
    const { store, root } = await writeTiny();
    await using archive = await openArchive(at("image.tar"));
    expect(await archive.images()).toEqual([{ descriptor: root, names: [name] }]);
    for (const reference of [name, `docker.io/${name}`, "1.0", root.digest, null]) {
      expect(await archive.choose(reference)).toEqual(root);
    }
    const back = createMemoryStore();
    await copy(archive, back, { reference: "1.0" });
    expect(new Map([...back.blobs].sort())).toEqual(new Map([...store.blobs].sort()));
  });

  it("is the same, byte for byte, every time", async () => {
    const image: TinyImage = {
      layers: Array.from({ length: 6 }, (_, count) => ({ [`file${count}`]: "x".repeat(count) })),
    };
    await writeTiny("one.tar", image);
    await writeTiny("two.tar", image);
    expect(await readFile(at("one.tar"))).toEqual(await readFile(at("two.tar")));
  });

  it("holds several images and names; an unclear choice lists them", async () => {
    const one = await tinyStore();
    const two = await tinyStore({ layers: [{ other: "1" }] });
    await writeArchive(at("both.tar"), async (target) => {
      await copy(one.store, target, { reference: "latest", targetReferences: ["team/a:1", "team/a:2"] });
      await copy(two.store, target, { reference: "latest", targetReferences: ["team/b:1"] });
    });
    await using archive = await openArchive(at("both.tar"));
    expect(await archive.choose("team/b:1")).toEqual(two.root);
    expect(await archive.choose("2")).toEqual(one.root);
    for (const reference of [null, "1"]) {
      await expect(archive.choose(reference)).rejects.toMatchObject({
        code: "CONTENT_AMBIGUOUS",
        hint: expect.stringMatching(/team\/a:1, .*team\/b:1/),
      });
    }
    await expect(archive.choose("team/c")).rejects.toMatchObject({ code: "CONTENT_NOT_FOUND" });
  });

  it("is for one platform", async () => {
    const store = createMemoryStore();
    const root = await pushTinyIndex(store, [{ os: "linux", architecture: "arm64" }]);
    const written = writeArchive(at("index.tar"), async (target) => await copy(store, target, { reference: root }));
    await expect(written).rejects.toMatchObject({
      code: "CONTENT_INVALID",
      hint: expect.stringContaining("--platform"),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("leaves what was there when writing fails, and nothing half-written", async () => {
    await writeFile(at("image.tar"), "before");
    const { store, root } = await tinyStore();
    store.fetch = async () => {
      throw new Error("stopped by the user");
    };
    const written = writeArchive(at("image.tar"), async (target) => await copy(store, target, { reference: root }));
    await expect(written).rejects.toThrow("stopped by the user");
    await expect(writeArchive(at("none.tar"), async () => {})).rejects.toMatchObject({ code: "CONTENT_INVALID" });
    expect(await readdir(folder)).toEqual(["image.tar"]);
    expect(await readFile(at("image.tar"), "utf8")).toBe("before");
  });

  it("does not replace a folder or device", async () => {
    await mkdir(at("folder"));
    for (const path of [at("folder"), "/dev/null"]) {
      await expect(writeArchive(path, async () => {})).rejects.toMatchObject({ code: "CONTENT_EXISTS" });
    }
  });

  it("says so where the file system has no place for it", async () => {
    for (const path of ["/proc/x.tar", "/proc/new/x.tar"]) {
      await expect(writeArchive(path, async () => {})).rejects.toEqual(refusal("CONTENT_UNWRITABLE", path));
    }
  });
});

describe("an archive in Docker's form", () => {
  const layer = tinyTar({ "hello.txt": "hello" });
  const packed = gzipSync(layer);

  it("has its manifest computed, the same each time, from unpacked layers and links between them", async () => {
    const { config, configName } = dockerParts([layer, layer]);
    const table = [{ Config: configName, RepoTags: ["team/app:1"], Layers: ["a/layer.tar", "b/layer.tar"] }];
    const files = [
      ["a/layer.tar", layer],
      ["b/layer.tar", "-> ../a/layer.tar"],
      [configName, config],
      ["manifest.json", JSON.stringify(table)],
    ] as const;
    await writeFile(at("docker.tar"), tarOf(files));
    await using archive = await openArchive(at("docker.tar"));
    const image = await readImage(archive, { reference: "team/app:1" });
    expect(image.manifest.layers).toEqual(
      [1, 2].map(() => ({ mediaType: mediaTypes.layer, digest: sha256Digest(layer), size: layer.length })),
    );
    expect(image.configBytes).toEqual(Buffer.from(config));
    expect(sha256Digest(image.manifestBytes)).toBe(image.descriptor.digest);
    const [first] = image.manifest.layers;
    expect(first && (await readVerified(archive, first, { limit: 1 << 20 }))).toEqual(Buffer.from(layer));
  });

  it("may have packed layers and images without a name", async () => {
    const { config, configName } = dockerParts([layer]);
    const table = [{ Config: configName, RepoTags: null, Layers: ["a/layer.tar"] }];
    const files = [
      ["a/layer.tar", packed],
      [configName, config],
      ["manifest.json", JSON.stringify(table)],
    ] as const;
    await writeFile(at("docker.tar"), tarOf(files));
    await using archive = await openArchive(at("docker.tar"));
    const image = await readImage(archive, { reference: await archive.choose(null) });
    expect(image.manifest.layers).toEqual([
      { mediaType: mediaTypes.layerGzip, digest: sha256Digest(packed), size: packed.length },
    ]);
    await copy(archive, createMemoryStore(), { reference: image.descriptor });
  });

  it("is refused when its layers are not those of its configuration", async () => {
    const { config, configName } = dockerParts([layer]);
    const entry = { Config: configName, RepoTags: ["a:1"], Layers: ["a/layer.tar"] };
    const cases = [
      [
        "a missing layer",
        [
          [configName, config],
          ["manifest.json", JSON.stringify([entry])],
        ],
        "CONTENT_INVALID",
      ],
      [
        "too few layers",
        [
          [configName, config],
          ["manifest.json", JSON.stringify([{ ...entry, Layers: [] }])],
        ],
        "CONTENT_INVALID",
      ],
      ["no table of contents", [[configName, config]], "CONTENT_INVALID"],
      ["a broken table", [["manifest.json", "[1]"]], "OCI_DOCUMENT_INVALID"],
      [
        "two tables",
        [
          ["manifest.json", "[]"],
          ["./manifest.json", "[]"],
        ],
        "CONTENT_INVALID",
      ],
      ["a path that leads outside", [["../manifest.json", "[]"]], "TAR_PATH_UNSAFE"],
    ] as const;
    for (const [what, files, code] of cases) {
      const bytes = Buffer.from(tarOf(files.filter(([path]) => !path.startsWith("../"))));
      if (code === "TAR_PATH_UNSAFE") {
        const good = Buffer.from(tarOf([["xx/manifest.json", "[]"]]));
        good.write("..", 0);
        const sum = good
          .subarray(0, 512)
          .reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
        good.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
        await writeFile(at("bad.tar"), good);
      } else await writeFile(at("bad.tar"), bytes);
      await expect(openArchive(at("bad.tar")), what).rejects.toMatchObject({ code });
    }
    const swapped = tinyTar({ "hello.txt": "hallo" });
    const files = [
      ["a/layer.tar", swapped],
      [configName, config],
      ["manifest.json", JSON.stringify([entry])],
    ] as const;
    await writeFile(at("swapped.tar"), tarOf(files));
    await using archive = await openArchive(at("swapped.tar"));
    const copied = copy(archive, createMemoryStore(), { reference: "a:1" });
    await expect(copied).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
  });
});

describe("a file that is no archive", () => {
  it("is refused with what to do", async () => {
    await writeTiny();
    const whole = await readFile(at("image.tar"));
    await writeFile(at("packed.tar"), gzipSync(whole));
    await writeFile(at("text.tar"), "x".repeat(2000));
    await writeFile(at("short.tar"), whole.subarray(0, whole.length - 4096));
    await writeFile(at("empty.tar"), "");
    for (const [file, code] of [
      ["packed.tar", "CONTENT_INVALID"],
      ["text.tar", "TAR_INVALID"],
      ["short.tar", /TAR_TRUNCATED|CONTENT_INVALID/],
      ["empty.tar", "CONTENT_INVALID"],
      ["absent.tar", "CONTENT_NOT_FOUND"],
    ] as const) {
      const matching = typeof code === "string" ? code : expect.stringMatching(code);
      await expect(openArchive(at(file)), file).rejects.toMatchObject({ code: matching });
    }
  });

  it("is refused when its two tables of contents are of different images", async () => {
    await writeTiny();
    const { config, configName } = dockerParts([]);
    const table = JSON.stringify([{ Config: configName, RepoTags: ["a:1"], Layers: [] }]);
    await mkdir(at("files"));
    execFileSync("tar", ["-xf", at("image.tar"), "-C", at("files")]);
    await writeFile(join(at("files"), "manifest.json"), table);
    await writeFile(join(at("files"), configName), config);
    execFileSync("tar", ["-cf", at("mixed.tar"), "-C", at("files"), "."]);
    await expect(openArchive(at("mixed.tar"))).rejects.toMatchObject({
      code: "CONTENT_INVALID",
      message: expect.stringContaining("different images"),
    });
  });
});

describe("other tools", () => {
  it.skipIf(!has("skopeo"))("skopeo reads our archive as docker-archive and oci-archive (needs skopeo)", async () => {
    const { root } = await writeTiny();
    expect(JSON.parse(run("skopeo", ["inspect", `oci-archive:${at("image.tar")}`])).Digest).toBe(root.digest);
    expect(JSON.parse(run("skopeo", ["inspect", `oci-archive:${at("image.tar")}:1.0`])).Digest).toBe(root.digest);
    const config = JSON.parse(run("skopeo", ["inspect", "--config", `docker-archive:${at("image.tar")}:${name}`]));
    expect(config.rootfs.diff_ids).toEqual([sha256Digest(tinyTar({ "hello.txt": "hello" }))]);
    run("skopeo", ["copy", `docker-archive:${at("image.tar")}`, `oci:${at("layout")}:copied`]);
  });

  it.skipIf(!has("skopeo"))("we read what skopeo writes as docker-archive and oci-archive (needs skopeo)", async () => {
    const { root } = await writeTiny();
    for (const [kind, file] of [
      ["docker-archive", "docker.tar"],
      ["oci-archive", "oci.tar"],
    ] as const) {
      run("skopeo", ["copy", `oci-archive:${at("image.tar")}`, `${kind}:${at(file)}:team/app:2`]);
      await using archive = await openArchive(at(file));
      const image = await readImage(archive, { reference: await archive.choose("team/app:2") });
      expect(image.config.container.cmd).toEqual(["/hello"]);
      await copy(archive, createMemoryStore(), { reference: image.descriptor });
      if (kind === "oci-archive") expect(image.descriptor).toEqual(root);
    }
  });

  it.skipIf(docker === null)(
    "docker loads our archive, and we read what it saves (needs a docker engine)",
    async () => {
      const program = docker ?? "";
      const { store, root } = await writeTiny();
      expect(run(program, ["load", "--input", at("image.tar")])).toContain(`Loaded image: ${name}`);
      try {
        const { config } = JSON.parse(Buffer.from(store.blobs.get(root.digest) ?? "").toString());
        expect(run(program, ["image", "inspect", "--format", "{{.Id}}", name]).trim()).toBe(config.digest);
        run(program, ["save", "--output", at("saved.tar"), name]);
        await using archive = await openArchive(at("saved.tar"));
        const image = await readImage(archive, { reference: name });
        expect(image.manifest.config.digest).toBe(config.digest);
        await copy(archive, createMemoryStore(), { reference: name });
      } finally {
        run(program, ["image", "rm", name]);
      }
    },
  );

  it.skipIf(!has("podman"))("podman loads our archive (needs podman)", async () => {
    await writeTiny();
    // Podman takes no path of more than 50 characters here, whatever the checkout's own is.
    const runroot = await mkdtemp("/tmp/hardpan-");
    onTestFinished(async () => await rm(runroot, { recursive: true, force: true }));
    const store = ["--root", at("root"), "--runroot", runroot, "--storage-driver", "vfs"];
    expect(run("podman", [...store, "load", "--input", at("image.tar")])).toContain(name);
  });
});
