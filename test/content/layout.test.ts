import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openArchive } from "../../src/content/archive-read.ts";
import { copy } from "../../src/content/copy.ts";
import { openLayout, writeLayout } from "../../src/content/layout.ts";
import { createMemoryStore, once } from "../../src/content/memory.ts";
import { parseConfig } from "../../src/oci/config.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { readImage } from "../../src/oci/image.ts";
import { readVerified } from "../../src/oci/verify.ts";
import { has, run } from "../support/program.ts";
import { refusal } from "../support/refusal.ts";
import { pushTinyImage, pushTinyIndex, tinyStore } from "../support/tiny-image.ts";
import { failureOfNobody } from "../support/unprivileged.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hardpan-layout-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (...parts: string[]) => join(folder, ...parts);

async function writeTiny(name = "out", tags: readonly string[] = ["1.0"]) {
  const { store, root } = await tinyStore();
  await writeLayout(
    at(name),
    async (target) => await copy(store, target, { reference: "latest", targetReferences: tags }),
  );
  return { store, root };
}

describe("an OCI image layout", () => {
  it("has the files that the specification asks for, and nothing else", async () => {
    const { store, root } = await writeTiny();
    expect((await readdir(at("out"))).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
    expect(await readFile(at("out", "oci-layout"), "utf8")).toBe('{"imageLayoutVersion":"1.0.0"}');
    const hex = [...store.blobs.keys()].map((digest) => digest.slice(7));
    expect((await readdir(at("out", "blobs", "sha256"))).sort()).toEqual(hex.sort());
    expect(JSON.parse(await readFile(at("out", "index.json"), "utf8"))).toEqual({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests: [{ ...root, annotations: { "org.opencontainers.image.ref.name": "1.0" } }],
    });
  });

  it("gives back what was written", async () => {
    const { store, root } = await writeTiny();
    const back = createMemoryStore();
    expect(await copy(await openLayout(at("out")), back, { reference: "1.0" })).toEqual(root);
    expect(new Map([...back.blobs].sort())).toEqual(new Map([...store.blobs].sort()));
  });

  it("lends what it holds in pieces that share their memory", async () => {
    const { store } = await tinyStore({ layers: [{ large: randomBytes(3 * 2 ** 20) }] });
    await writeLayout(at("out"), async (target) => await copy(store, target, { reference: "latest" }));
    const layout = await openLayout(at("out"));
    for (const [digest, bytes] of store.blobs) {
      const buffers = new Set<ArrayBufferLike>();
      const copies: Uint8Array[] = [];
      for await (const chunk of (await layout.lend?.({ mediaType: "", digest, size: bytes.length })) ?? []) {
        buffers.add(chunk.buffer);
        copies.push(Uint8Array.from(chunk));
      }
      expect(Buffer.compare(Buffer.concat(copies), bytes)).toBe(0);
      expect(buffers.size).toBe(1);
    }
  });

  it("finds images by tag, full name, digest, and alone", async () => {
    const { root } = await writeTiny("out", ["1.0", "hardpan/dhi-node:24"]);
    const layout = await openLayout(at("out"));
    for (const name of ["1.0", "24", "hardpan/dhi-node:24", "docker.io/hardpan/dhi-node:24", root.digest, null]) {
      expect(await layout.choose(name), String(name)).toEqual(root);
    }
    await expect(layout.choose("2.0")).rejects.toMatchObject({
      code: "CONTENT_NOT_FOUND",
      hint: "it has 1.0, hardpan/dhi-node:24",
    });
  });

  it("asks which one is meant when there are several", async () => {
    await writeTiny("out", ["a/x:1"]);
    const { store } = await tinyStore({ layers: [{ other: "1" }] });
    await copy(store, await openLayout(at("out")), { reference: "latest", targetReferences: ["b/x:1"] });
    const layout = await openLayout(at("out"));
    for (const name of [null, "1"]) {
      await expect(layout.choose(name)).rejects.toMatchObject({
        code: "CONTENT_AMBIGUOUS",
        hint: "choose one of a/x:1, b/x:1",
      });
    }
    expect(await layout.choose("b/x:1")).toEqual(await store.resolve("latest"));
  });

  it("moves a tag, and keeps what others wrote into index.json", async () => {
    await writeTiny();
    const index = JSON.parse(await readFile(at("out", "index.json"), "utf8"));
    const foreign = {
      ...index.manifests[0],
      digest: sha256Digest("other"),
      urls: ["https://example.org"],
      annotations: { x: "y" },
    };
    const written = { ...index, annotations: { by: "someone" }, manifests: [foreign, ...index.manifests] };
    await writeFile(at("out", "index.json"), JSON.stringify(written, null, 2));
    const { store, root } = await tinyStore({ layers: [{ other: "1" }] });
    await copy(store, await openLayout(at("out")), { reference: "latest", targetReferences: ["1.0"] });
    const after = JSON.parse(await readFile(at("out", "index.json"), "utf8"));
    expect(after.annotations).toEqual({ by: "someone" });
    expect(after.manifests[0]).toEqual(foreign);
    expect(after.manifests[1]).toMatchObject({ digest: root.digest });
    expect(after.manifests).toHaveLength(2);
  });

  it("resolves the manifests within an index by digest", async () => {
    const store = createMemoryStore();
    const arm64 = { os: "linux", architecture: "arm64" };
    const root = await pushTinyIndex(store, [{ os: "linux", architecture: "amd64" }, arm64]);
    await writeLayout(at("out"), async (target) => await copy(store, target, { reference: root }));
    const layout = await openLayout(at("out"));
    const image = await readImage(layout, { reference: root, platform: arm64 });
    expect(await layout.resolve(image.descriptor.digest)).toEqual(image.descriptor);
    await expect(layout.resolve(image.manifest.config.digest)).rejects.toMatchObject({ code: "CONTENT_NOT_FOUND" });
  });

  it("loses no tag when many are set at once, also by other processes", async () => {
    const { root } = await writeTiny();
    const layout = await openLayout(at("out"));
    const script = `
      import { openLayout } from ${JSON.stringify(join(import.meta.dirname, "../../src/content/layout.ts"))};
      const layout = await openLayout(process.argv[1]);
      const root = await layout.resolve("1.0");
      for (let at = 0; at < 20; at++) await layout.tag(root, process.argv[2] + at);
    `;
    const other = (name: string) => {
      return promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script, at("out"), name]);
    };
    const here = Array.from({ length: 20 }, async (_, count) => await layout.tag(root, `here${count}`));
    await Promise.all([...here, other("one"), other("two")]);
    const names = (await layout.images()).flatMap((image) => image.names);
    expect(names).toHaveLength(61);
    expect((await readdir(at("out"))).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
  });
});

describe("writing a layout", () => {
  it("leaves nothing behind when it fails, not even the folders made for it", async () => {
    const { store } = await tinyStore();
    const failing = writeLayout(at("new", "deep", "out"), async (target) => {
      await copy(store, target, { reference: "latest" });
      throw new Error("stopped by the user");
    });
    await expect(failing).rejects.toThrow("stopped by the user");
    expect(await readdir(folder)).toEqual([]);
  });

  it("shows nothing at its path before it is complete", async () => {
    const { store } = await tinyStore();
    await writeLayout(at("out"), async (target) => {
      await copy(store, target, { reference: "latest" });
      await expect(stat(at("out"))).rejects.toMatchObject({ code: "ENOENT" });
    });
    expect((await openLayout(at("out"))).directory).toBe(at("out"));
  });

  it("replaces an empty folder and adds to a layout, but touches nothing else", async () => {
    await mkdir(at("out"));
    await writeTiny();
    const { store } = await tinyStore({ layers: [{ other: "1" }] });
    await writeLayout(
      at("out"),
      async (target) => await copy(store, target, { reference: "latest", targetReferences: ["2.0"] }),
    );
    expect((await (await openLayout(at("out"))).images()).flatMap(({ names }) => names)).toEqual(["1.0", "2.0"]);
    await mkdir(at("mine"));
    await writeFile(at("mine", "precious"), "");
    await writeFile(at("file"), "");
    for (const path of ["mine", "file"]) {
      await expect(writeLayout(at(path), async () => {})).rejects.toMatchObject({ code: "CONTENT_EXISTS" });
    }
    expect(await readdir(at("mine"))).toEqual(["precious"]);
  });

  it("adds to a layout that has appeared meanwhile, and loses nothing of either", async () => {
    const { store, root } = await tinyStore({ layers: [{ other: "1" }, { hello: "shared" }] });
    const tags = ["2.0", "team/app:3.0", "both"];
    await writeLayout(at("out"), async (target) => {
      await copy(store, target, { reference: "latest", targetReferences: tags });
      await writeTiny("out", ["1.0", "both"]);
    });
    const images = await (await openLayout(at("out"))).images();
    expect(images.flatMap(({ names }) => names)).toEqual(["1.0", ...tags]);
    expect(images.filter(({ descriptor }) => descriptor.digest === root.digest)).toHaveLength(3);
    for (const name of ["1.0", "2.0"]) {
      await copy(await openLayout(at("out")), createMemoryStore(), { reference: name });
    }
    expect(await readdir(folder)).toEqual(["out"]);
    expect((await readdir(at("out"))).sort()).toEqual(["blobs", "index.json", "oci-layout"]);
  });

  it("does not touch what else has appeared meanwhile", async () => {
    const writing = writeLayout(at("out"), async () => {
      await mkdir(at("out"));
      await writeFile(at("out", "precious"), "");
    });
    await expect(writing).rejects.toMatchObject({ code: "CONTENT_EXISTS" });
    expect([await readdir(folder), await readdir(at("out"))]).toEqual([["out"], ["precious"]]);
  });

  it("says so where somebody else's layout or folder may not be read or written", async () => {
    await writeTiny();
    await chmod(folder, 0o755);
    const write = `
      import { writeLayout } from "SOURCE/content/layout.ts";
      const task = async (path) => await writeLayout(path, async (layout) => {
        await layout.tag(await layout.choose("1.0"), "2.0");
      });`;
    expect(await failureOfNobody(write, at("out"))).toMatchObject({
      code: "CONTENT_UNWRITABLE",
      hint: expect.stringContaining("belongs to you"),
    });
    expect(await failureOfNobody(write, at("new"))).toMatchObject({ code: "CONTENT_UNWRITABLE" });
    const read = 'import { openLayout } from "SOURCE/content/layout.ts"; const task = openLayout;';
    for (const closed of [["out", "blobs"], ["out"]]) {
      await chmod(at(...closed), 0);
      for (const script of [write, read]) {
        expect(await failureOfNobody(script, at("out")), closed.join("/")).toMatchObject({
          code: "CONTENT_UNREADABLE",
          hint: expect.stringContaining("permissions"),
        });
      }
    }
    expect(await readdir(folder)).toEqual(["out"]);
  });

  it("says so for a path that can be none, written or read", async () => {
    await symlink("circle", at("circle"));
    for (const name of ["circle", "x".repeat(300)]) {
      const refused = refusal("CONTENT_UNREADABLE", at(name));
      await expect(writeLayout(at(name), async () => {})).rejects.toEqual(refused);
      await expect(openLayout(at(name))).rejects.toEqual(refused);
      await expect(openArchive(at(name))).rejects.toEqual(refused);
    }
  });

  it.each(["/proc/out", "/proc/new/out"])("says so where the file system has no place for it: %s", async (path) => {
    await expect(writeLayout(path, async () => {})).rejects.toEqual(refusal("CONTENT_UNWRITABLE", path));
  });

  it("keeps no blob of another digest or size", async () => {
    const { root } = await writeTiny();
    const layout = await openLayout(at("out"));
    const before = await readdir(at("out", "blobs", "sha256"));
    const descriptor = { ...root, digest: sha256Digest("right"), size: 5 };
    for (const wrong of ["wrong", "longer", "no"]) {
      const pushed = layout.push(descriptor, once(Buffer.from(wrong)));
      await expect(pushed).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
    }
    expect(await readdir(at("out", "blobs", "sha256"))).toEqual(before);
    await expect(layout.tag(descriptor, "2.0")).rejects.toMatchObject({ code: "CONTENT_NOT_FOUND" });
  });

  it.skipIf(process.getuid?.() !== 0 || !has("mount"))(
    "says that the disk is full, leaves nothing behind, and works the next time (needs root and mount)",
    async ({ skip }) => {
      await mkdir(at("small"));
      try {
        run("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", at("small")]);
      } catch {
        skip("this machine does not allow to mount");
      }
      try {
        const large = createMemoryStore();
        const random = Buffer.from(Array.from({ length: 600_000 }, (_, count) => (count * 7919) % 251));
        const root = await pushTinyImage(large, { layers: [{ random }], compression: "none" });
        const full = writeLayout(at("small", "out"), async (target) => await copy(large, target, { reference: root }));
        await expect(full).rejects.toMatchObject({
          code: "CONTENT_UNWRITABLE",
          hint: expect.stringContaining("disk is full"),
        });
        expect(await readdir(at("small"))).toEqual([]);
        await writeTiny("small/out");
      } finally {
        run("umount", [at("small")]);
      }
    },
  );
});

describe("reading a layout", () => {
  it("refuses symbolic links in place of blobs, folders and index.json", async () => {
    const { root } = await writeTiny();
    const blob = ["blobs", "sha256", root.digest.slice(7)];
    for (const path of [blob, ["index.json"], ["blobs", "sha256"], ["blobs"]]) {
      const name = path.join("-");
      await cp(at("out"), at(name), { recursive: true });
      await rm(at(name, ...path), { recursive: true });
      await symlink(at("out", ...path), at(name, ...path));
      const read = async () => await copy(await openLayout(at(name)), createMemoryStore(), { reference: "1.0" });
      await expect(read(), name).rejects.toMatchObject({ code: "CONTENT_INVALID" });
    }
  });

  it("notices blobs that were changed, cut or taken away", async () => {
    const { root } = await writeTiny();
    const blob = at("out", "blobs", "sha256", root.digest.slice(7));
    const layout = await openLayout(at("out"));
    const bytes = await readFile(blob);
    await writeFile(
      blob,
      bytes.map((byte) => byte ^ 1),
    );
    await expect(readVerified(layout, root, { limit: 4096 })).rejects.toMatchObject({ code: "OCI_CONTENT_MISMATCH" });
    await truncate(blob, 10);
    await expect(readVerified(layout, root, { limit: 4096 })).rejects.toMatchObject({ code: "CONTENT_INVALID" });
    await rm(blob);
    await expect(readVerified(layout, root, { limit: 4096 })).rejects.toMatchObject({ code: "CONTENT_NOT_FOUND" });
  });

  it("says what a layout is where there is none, or one of another version", async () => {
    for (const path of ["absent", "."]) {
      await expect(openLayout(at(path))).rejects.toMatchObject({
        code: "CONTENT_NOT_FOUND",
        hint: expect.stringContaining("index.json"),
      });
    }
    await writeTiny();
    await writeFile(at("out", "oci-layout"), '{"imageLayoutVersion":"2.0.0"}');
    await expect(openLayout(at("out"))).rejects.toMatchObject({ code: "OCI_DOCUMENT_INVALID" });
  });
});

describe("other tools", () => {
  it.skipIf(!has("skopeo"))("skopeo reads our layout by tag and alone (needs skopeo)", async () => {
    const { root } = await writeTiny("out", ["24-debian13"]);
    for (const reference of [`oci:${at("out")}:24-debian13`, `oci:${at("out")}`]) {
      expect(JSON.parse(run("skopeo", ["inspect", reference])).Digest).toBe(root.digest);
    }
  });

  it.skipIf(!has("skopeo"))("we read a layout that skopeo wrote (needs skopeo)", async () => {
    const { root } = await writeTiny();
    run("skopeo", ["copy", `oci:${at("out")}:1.0`, `oci:${at("copy")}:team/app:2.0`]);
    const layout = await openLayout(at("copy"));
    expect(await layout.choose(null)).toEqual(root);
    expect(await layout.choose("team/app:2.0")).toEqual(root);
  });

  it.skipIf(!has("umoci"))("umoci unpacks our layout, and we read what it changed (needs umoci)", async () => {
    await writeTiny();
    run("umoci", ["config", "--image", `${at("out")}:1.0`, "--tag", "2.0", "--config.user", "1000"]);
    const layout = await openLayout(at("out"));
    const image = await readImage(layout, { reference: "2.0" });
    expect(image.config.container.user).toBe("1000");
    expect(parseConfig(image.configBytes)).toEqual(image.config);
    run("umoci", ["unpack", "--rootless", "--image", `${at("out")}:1.0`, at("bundle")]);
    expect(await readFile(at("bundle", "rootfs", "hello.txt"), "utf8")).toBe("hello");
  });
});
