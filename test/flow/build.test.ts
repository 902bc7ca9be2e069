import { execFileSync } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { writeLock } from "../../src/flow/image/lock-file.ts";
import { writeImage } from "../../src/flow/image/output.ts";
import { lockImage } from "../../src/flow/lock.ts";
import { scanReference } from "../../src/flow/scan.ts";
import { makeDebianArchive, type TestPackage } from "../support/debian-archive.ts";
import { buildAndWalk, flowPorts, pem, smallDefinition, smallSystem, smallWorld } from "../support/flow.ts";

const request = { kind: "image", name: "small:1", platforms: [], locked: null } as const;
const golden = fileURLToPath(new URL("../golden/small-image.json", import.meta.url));

async function world(definition = smallDefinition, packages: readonly TestPackage[] = smallSystem) {
  return await smallWorld({ "image/small/debian-13/1.yaml": definition }, packages);
}

async function buildSmall(definition?: string, packages?: readonly TestPackage[]) {
  const { ports } = await world(definition, packages);
  const walked = await buildAndWalk(request.name, ports);
  const image = walked.built.index.images[0];
  if (image === undefined) throw new Error("no image");
  return { ports, image, ...walked };
}

describe("a build", () => {
  it("gives the image whose digests were written down", async () => {
    const { image } = await buildSmall();
    // Layer digests depend on the version of zlib; those of the unpacked layers and the configuration do not.
    const digests = { config: image.config.descriptor.digest, diffIds: image.layers.map((layer) => layer.diffId) };
    if (process.env["HARDPAN_UPDATE_GOLDEN"] === "1") await writeFile(golden, `${JSON.stringify(digests, null, 2)}\n`);
    expect(digests).toEqual(JSON.parse(await readFile(golden, "utf8")));
  });

  it("gives the same bytes from an empty cache, in another zone, locale and umask, and as another user", async () => {
    const { archive, directory, catalog, ports } = await world();
    const here = (await buildFromCatalog(request, ports)).index.index.descriptor.digest;
    const isRoot = process.getuid?.() === 0;
    await chmod(directory, 0o777);
    const elsewhere = join(directory, "elsewhere");
    await mkdir(elsewhere, { mode: 0o777 });
    await chmod(elsewhere, 0o777);
    const settings = {
      archive: archive.directory,
      catalog,
      cache: join(elsewhere, "cache"),
      uid: isRoot ? 65534 : null,
      umask: 0o077,
    };
    const script = fileURLToPath(new URL("build-process.ts", import.meta.url));
    const env = { ...process.env, TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", HOME: elsewhere };
    const there = execFileSync(process.execPath, [script, JSON.stringify(settings)], { encoding: "utf8", env }).trim();
    expect(there).toBe(here);
  });

  it("holds what its packages hold, under a merged /usr, without documentation", async () => {
    const { tree, text } = await buildSmall();
    expect(text("usr/lib64/ld-linux-x86-64.so.2")).toBe("a loader");
    expect(tree.files.get("lib64")).toMatchObject({ type: "symlink", linkPath: "usr/lib64" });
    expect(tree.files.get("tmp")).toMatchObject({ type: "directory", mode: 0o1777 });
    expect(text("usr/share/doc/base-files/copyright")).toBe("License: GPL-2+\n");
    expect([...tree.files.keys()].filter((path) => /changelog|\/man\//.test(path))).toEqual([]);
  });

  it("runs as the declared user, with accounts, os-release, zone and certificates that no script was run for", async () => {
    const { text, tree, opened } = await buildSmall();
    expect(opened.config.container).toMatchObject({
      user: "1000",
      workingDir: "/app",
      entrypoint: ["/usr/bin/app"],
      exposedPorts: ["8080/tcp"],
      environment: expect.arrayContaining(["GREETING=hello world", expect.stringMatching(/^PATH=/)]),
    });
    expect(text("etc/passwd")).toContain("app:x:1000:1000:app:/home/app:/usr/sbin/nologin\n");
    expect(text("usr/lib/os-release")).toBe("VERSION_ID=13\nVERSION_CODENAME=trixie\nID=debian\n");
    expect(text("etc/ssl/certs/ca-certificates.crt")).toBe(`${pem("QQ==")}${pem("Qg==")}${pem("Qw==")}`);
    expect(tree.files.get("etc/localtime")).toMatchObject({ linkPath: "/usr/share/zoneinfo/Etc/UTC" });
    expect(tree.files.get("app")).toMatchObject({ mode: 0o750, uid: 1000, gid: 1000 });
    expect(tree.files.get("home/app")).toMatchObject({ uid: 1000 });
  });

  it("leaves out what the definition deletes, also from the package's own records", async () => {
    const { tree, text } = await buildSmall();
    expect([...tree.files.keys()].filter((path) => path.includes("gconv"))).toEqual([]);
    expect(text("var/lib/dpkg/status.d/libc6.list")).not.toContain("gconv");
    expect([...tree.files.keys()].filter((path) => path.includes(".wh."))).toEqual([]);
  });

  it("leaves out a link that no list of its package names", async () => {
    const linked = smallSystem.map((item) =>
      item.name === "libz1"
        ? { ...item, files: { ...item.files, "usr/lib/x86_64-linux-gnu/libz.so": { symlink: "libz.so.1" } } }
        : item,
    );
    const definition = smallDefinition.replace(
      "/gconv }",
      "/gconv }\n  - { type: delete, path: /usr/lib/x86_64-linux-gnu/libz.so }",
    );
    const { tree, text } = await buildSmall(definition, linked);
    expect(text("usr/lib/x86_64-linux-gnu/libz.so.1")).toBe("deflate");
    expect(tree.files.has("usr/lib/x86_64-linux-gnu/libz.so")).toBe(false);
  });

  it("owns every file, and lists exactly its packages", async () => {
    const { ports } = await world();
    const { sbom, facts } = await scanReference("catalog://small:1", { platform: null }, ports);
    expect(sbom.unowned.paths).toEqual([]);
    expect(sbom.packages.map(({ type, name, version }) => `${type} ${name} ${version}`)).toEqual([
      "deb base-files 13",
      "deb ca-certificates 20260101",
      "deb libc6 2.41-1",
      "deb libz1 1:1.3-1",
      "deb tzdata 2026a-1",
      "hardpan small-image 1-debian13",
    ]);
    expect(facts).toMatchObject({ uid: 1000, shells: [], packageManagers: [] });
    expect(facts.labels).toMatchObject({ "io.hardpan.shell": "", "io.hardpan.definition": "image/small/debian-13/1" });
  });

  it("takes layers it has composed before without reading a package", async () => {
    const { ports, archive, directory, cache } = await world();
    const first = await buildFromCatalog(request, ports);
    await rm(join(directory, "archive"), { recursive: true });
    const again = await flowPorts({ archive, catalog: ports.catalog, cache, offline: true });
    expect((await buildFromCatalog(request, again)).index.index.descriptor).toEqual(first.index.index.descriptor);
  });

  it("builds from a lock what was built when it was made, though the archive has moved on", async () => {
    const { ports, directory, catalog, cache } = await world();
    const { lock } = await lockImage(request, ports);
    const before = await buildFromCatalog(request, ports);
    const file = join(directory, "small.lock.json");
    await writeLock(file, lock);
    const newer = smallSystem.map((item) => (item.name === "libz1" ? { ...item, version: "1:1.3-2" } : item));
    const moved = await makeDebianArchive({
      directory: join(directory, "moved"),
      packages: newer,
      date: "2026-01-12T00:00:00Z",
    });
    const later = await flowPorts({ archive: moved, catalog, cache });
    expect((await buildFromCatalog({ ...request, locked: file }, later)).index.index.descriptor).toEqual(
      before.index.index.descriptor,
    );
    expect((await buildFromCatalog(request, later)).index.index.descriptor).not.toEqual(before.index.index.descriptor);
  });

  it("refuses a lock that calls a package something else than it is", async () => {
    const { ports, directory } = await world();
    const { lock } = await lockImage(request, ports);
    await buildFromCatalog(request, ports);
    const platform = lock.platforms["linux/amd64"];
    if (platform === undefined) throw new Error("no platform");
    const packages = platform.packages.map((item) => (item.name === "libz1" ? { ...item, version: "1:9" } : item));
    const file = join(directory, "small.lock.json");
    await writeLock(file, { ...lock, platforms: { "linux/amd64": { ...platform, packages } } });
    await expect(buildFromCatalog({ ...request, locked: file }, ports)).rejects.toMatchObject({
      code: "IMAGE_INPUT_INVALID",
      message: expect.stringMatching(/is libz1 1:1\.3-1 amd64, and is listed as libz1 1:9 amd64$/),
    });
  });

  it("refuses the lock of another state of the definition", async () => {
    const { ports, directory, catalog } = await world();
    const { lock } = await lockImage(request, ports);
    const file = join(directory, "small.lock.json");
    await writeLock(file, lock);
    await writeFile(join(catalog, "image/small/debian-13/1.yaml"), smallDefinition.replace("hello world", "goodbye"));
    await expect(buildFromCatalog({ ...request, locked: file }, ports)).rejects.toMatchObject({
      code: "FLOW_LOCK_STALE",
      message: `${file} is older than image/small/debian-13/1.yaml, which has changed since`,
    });
    const { path, sha256 } = lock.definition;
    const elsewhere = { path: path.replace("small", "other"), sha256 };
    await writeLock(file, { ...lock, definition: elsewhere });
    await expect(buildFromCatalog({ ...request, locked: file }, ports)).rejects.toMatchObject({
      code: "FLOW_LOCK_STALE",
      message: `${file} is the lock of image/other/debian-13/1.yaml, not of image/small/debian-13/1.yaml`,
    });
  });

  it("names a cached part that has changed, leaves no half-written output, and works the next time", async () => {
    const { ports, directory } = await world();
    const built = await buildFromCatalog(request, ports);
    const part = built.index.images[0]?.layers[0]?.parts[1];
    const path = (await ports.cache.path(part?.sha256 ?? "")) ?? "";
    const bytes = await readFile(path);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const output = { output: `oci-dir://${join(directory, "out")}`, organisation: "hardpan" };
    await expect(writeImage(built, output, ports)).rejects.toMatchObject({
      code: "CACHE_CORRUPT",
      message: expect.stringContaining(path),
    });
    expect((await readdir(directory)).filter((name) => name.includes("out"))).toEqual([]);
    const again = await buildFromCatalog(request, ports);
    await writeImage(again, output, ports);
    expect(again.index.index.descriptor).toEqual(built.index.index.descriptor);
  });

  it("lists packages under the package URLs the definition gives them", async () => {
    const definition = smallDefinition.replace(
      "contents:\n",
      "contents:\n  mappings: { libz1: pkg:deb/acme/libz1@1.3 }\n",
    );
    const { ports } = await world(definition);
    const { sbom } = await scanReference("catalog://small:1", { platform: null }, ports);
    expect(sbom.packages.find(({ name }) => name === "libz1")?.purl).toBe("pkg:deb/acme/libz1@1.3");
    expect(sbom.packages.find(({ name }) => name === "libc6")?.purl).toMatch(/^pkg:deb\/debian\/libc6@/);
    expect(sbom.unowned.paths).toEqual([]);
  });

  it("is refused where it is not what its definition says, unless a label says why", async () => {
    const broken = smallDefinition.replace("entrypoint: [/usr/bin/app]", "entrypoint: [/usr/bin/gone]");
    await expect(buildSmall(broken)).rejects.toMatchObject({
      code: "IMAGE_CLAIM_BROKEN",
      message: expect.stringContaining("missing-command"),
      hint: expect.stringContaining("entrypoint"),
    });
    const reason = 'labels: { io.hardpan.allow.missing-command: "mounted when the container starts" }';
    const { built } = await buildSmall(`${broken}${reason}\n`);
    expect(built.problems).toEqual([]);
  });

  it("is built from another publisher's definition all the same, and what is found there is told", async () => {
    const theirs = smallDefinition
      .replace("hardpan/build:1", "dhi.io/build:2")
      .replace("entrypoint: [/usr/bin/app]", "entrypoint: [/usr/bin/gone]");
    const { built } = await buildSmall(theirs);
    expect(built.problems).toEqual([expect.stringMatching(/^missing-command: .*\/usr\/bin\/gone/)]);
  });

  it("refuses packages that ship the same file, naming both", async () => {
    const twin = { name: "libother", version: "1", files: { "usr/lib/x86_64-linux-gnu/libz.so.1": "another" } };
    const definition = smallDefinition.replace("libz1, tzdata", "libz1, libother, tzdata");
    await expect(buildSmall(definition, [...smallSystem, twin])).rejects.toMatchObject({
      code: "IMAGE_FILE_CONFLICT",
      message: expect.stringMatching(/libother.*libz1|libz1.*libother/),
    });
  });

  it("refuses a source that is not in the catalogue, and one that leads out of it", async () => {
    const bringing = (source: string) =>
      smallDefinition.replace(
        "{ type: delete,",
        `{ type: directory, path: /srv/x, source: ${source} }\n  - { type: delete,`,
      );
    await expect(buildSmall(bringing("image/small/files"))).rejects.toMatchObject({
      code: "FLOW_INPUT_MISSING",
      message: expect.stringContaining("image/small/files"),
    });
    await expect(buildSmall(bringing("../secret"))).rejects.toMatchObject({ code: "FLOW_INPUT_MISSING" });
  });

  it("refuses a Helm chart", async () => {
    const chart = smallDefinition.replace("platforms:", "variant: helm\nplatforms:");
    await expect(buildSmall(chart)).rejects.toMatchObject({
      code: "FLOW_BUILD_UNSUPPORTED",
      message: "small:1 is a Helm chart (image/small/debian-13/1.yaml), not an image",
    });
  });

  it("is squashed into one layer where the definition says so, with the same files", async () => {
    const { tree: layered } = await buildSmall();
    const { tree, image } = await buildSmall(smallDefinition.replace("work-dir", "output: squashed\nwork-dir"));
    expect(image.layers).toHaveLength(1);
    const names = (files: typeof tree.files) =>
      [...files.values()].map(({ path, mode, uid }) => `${path} ${mode} ${uid}`);
    expect(names(tree.files).toSorted()).toEqual(names(layered.files).toSorted());
  });

  it("has Zstandard layers where the definition says so, with the same files", async () => {
    const gzip = await buildSmall();
    const zstd = await buildSmall(smallDefinition.replace("work-dir", "compression: zstd\nwork-dir"));
    expect(zstd.opened.manifest.layers[0]?.mediaType).toBe("application/vnd.oci.image.layer.v1.tar+zstd");
    expect(zstd.opened.config.diffIds).toEqual(gzip.opened.config.diffIds);
    expect([...zstd.tree.files.keys()]).toEqual([...gzip.tree.files.keys()]);
  });

  it("records dpkg's own database where dpkg is in the image", async () => {
    const packages = [
      ...smallSystem,
      {
        name: "dpkg",
        version: "1.22",
        architecture: "amd64" as const,
        files: { "usr/bin/dpkg": { content: "x", mode: 0o755 } },
      },
    ];
    const { text, tree, ports } = await buildSmall(
      smallDefinition.replace("libz1, tzdata", "libz1, dpkg, tzdata"),
      packages,
    );
    expect(text("var/lib/dpkg/status")).toContain("Package: libz1\nStatus: install ok installed\n");
    expect(text("var/lib/dpkg/info/libc6:amd64.list")).toContain("/usr/lib/x86_64-linux-gnu/libc.so.6\n");
    expect(tree.files.has("var/lib/dpkg/status.d/libz1")).toBe(false);
    const { sbom } = await scanReference("catalog://small:1", { platform: null }, ports);
    expect(sbom.packages.filter(({ type }) => type === "deb")).toHaveLength(6);
  });
});
