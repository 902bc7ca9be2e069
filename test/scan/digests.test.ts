import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { link, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openCache } from "../../src/cache/cache.ts";
import { openImage } from "../../src/facts/image.ts";
import { digestReader } from "../../src/scan/digests.ts";
import { scanImage } from "../../src/scan/scan.ts";
import { hardLink, imageOfTars, layerTar, testImage } from "../facts/layers.ts";
import { expectValidDocuments } from "../sbom/documents.ts";
import { layerOfFolder, scanPlace } from "../support/real-root.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { statusStanza, trixie } from "./tree.ts";

const purl = "pkg:deb/debian/tool@1?arch=amd64&distro=debian-13";

/** Files of every kind: several pieces long, one byte, none, under two names, with blanks, and links that lead nowhere. */
async function makeRoot(): Promise<string> {
  const root = await temporaryFolder();
  for (const folder of ["etc", "opt/gone", "usr/bin", "var/lib/dpkg/info"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await writeFile(join(root, "etc/os-release"), trixie);
  await writeFile(join(root, "var/lib/dpkg/status"), statusStanza({ Package: "tool", Version: "1" }));
  await writeFile(join(root, "var/lib/dpkg/info/tool.list"), "/usr/bin/tool\n/usr/bin/tool-link\n");
  await writeFile(join(root, "usr/bin/tool"), Buffer.alloc(3_000_001, "content "));
  await link(join(root, "usr/bin/tool"), join(root, "usr/bin/same tool"));
  await symlink("tool", join(root, "usr/bin/tool-link"));
  await writeFile(join(root, "opt/byte"), "1");
  await writeFile(join(root, "opt/empty"), "");
  await link(join(root, "opt/empty"), join(root, "opt/empty too"));
  await symlink("/absent", join(root, "opt/nowhere"));
  await writeFile(join(root, "opt/gone/inside"), "hidden by a later layer");
  await writeFile(join(root, "opt/removed"), "hidden by a later layer");
  await writeFile(join(root, "opt/changed"), "before");
  return root;
}

/** What `sha256sum` or `sha1sum` prints of all regular files below `root`, by path. */
function summed(root: string, program: "sha1sum" | "sha256sum"): Readonly<Record<string, string>> {
  const text = execFileSync("sh", ["-c", `find . -type f -exec ${program} {} +`], { cwd: root, encoding: "utf8" });
  const lines = text.trim().split("\n");
  return Object.fromEntries(lines.map((line) => [line.slice(line.indexOf(" ") + 4), line.slice(0, line.indexOf(" "))]));
}

const hasContent = ({ sha256 }: { readonly sha256: string | null }) => sha256 !== null;

describe("the files of an image", () => {
  it("have the digests that sha256sum and sha1sum give, those of other names of a file and empty ones too", async () => {
    const root = await makeRoot();
    const above = {
      "opt/.wh.removed": "",
      "opt/.wh.gone": "",
      "opt/changed": "after",
      "opt/new": "of the upper layer",
    };
    const { store } = await imageOfTars([layerOfFolder(root), layerTar(above)]);
    const image = await openImage(store, "test");
    const { sbom } = await scanImage(store, image, { reference: "test", files: true });
    const files = sbom.files ?? [];
    await rm(join(root, "opt/removed"));
    await rm(join(root, "opt/gone"), { recursive: true });
    await writeFile(join(root, "opt/changed"), "after");
    await writeFile(join(root, "opt/new"), "of the upper layer");
    expect(Object.fromEntries(files.filter(hasContent).map(({ path, sha256 }) => [path, sha256]))).toEqual(
      summed(root, "sha256sum"),
    );
    expect(Object.fromEntries(files.filter(hasContent).map(({ path, sha1 }) => [path, sha1]))).toEqual(
      summed(root, "sha1sum"),
    );
    expect(files.filter((file) => !hasContent(file)).map(({ path }) => path)).toEqual([
      "opt/nowhere",
      "usr/bin/tool-link",
    ]);
    expect(files.map(({ path }) => path)).toEqual(files.map(({ path }) => path).toSorted());
    const byPath = new Map(files.map((file) => [file.path, file]));
    const [lower, upper] = image.manifest.layers.map(({ digest }) => digest);
    expect(byPath.get("usr/bin/tool")).toMatchObject({ size: 3_000_001, layer: lower, owner: purl });
    expect(byPath.get("usr/bin/same tool")).toMatchObject({ size: 3_000_001, layer: lower, owner: null });
    expect(byPath.get("opt/empty too")).toMatchObject({ size: 0, layer: lower });
    expect(byPath.get("usr/bin/tool-link")).toMatchObject({ sha1: null, layer: lower, owner: purl });
    expect(byPath.get("opt/changed")).toMatchObject({ size: 5, layer: upper, owner: null });
    expectValidDocuments(sbom);
  });

  it("keep their content under another name when the first name gets another, and have none that is nowhere", async () => {
    const lower = {
      a: "old",
      b: hardLink("a"),
      c: "",
      d: hardLink("c"),
      e: hardLink("absent"),
      f: "gone",
      g: hardLink("f"),
    };
    const { store } = await testImage([lower, { a: "newer", c: "newer", ".wh.f": "" }]);
    const image = await openImage(store, "test");
    const { sbom } = await scanImage(store, image, { reference: "test", files: true });
    const digest = (text: string) => createHash("sha256").update(text).digest("hex");
    expect(sbom.files?.map(({ path, size, sha256 }) => [path, size, sha256])).toEqual([
      ["a", 5, digest("newer")],
      ["b", 3, digest("old")],
      ["c", 5, digest("newer")],
      ["d", 0, digest("")],
      ["e", 0, null],
      ["g", 4, digest("gone")],
    ]);
  });

  it("are not listed unless asked for, whatever is remembered of the image", async () => {
    const { store } = await imageOfTars([layerOfFolder(await makeRoot())]);
    const cache = await openCache(await temporaryFolder());
    const image = await openImage(store, "test");
    const scan = async (files: boolean) => (await scanImage(store, image, { reference: "test", cache, files })).sbom;
    expect(await scan(false)).not.toHaveProperty("files");
    const { files, ...rest } = await scan(true);
    expect(files?.length).toBeGreaterThan(10);
    expect(await scan(false)).toEqual(rest);
    expect((await scan(true)).files).toEqual(files);
  });
});

describe("the files of a folder", () => {
  it("have the digests that sha256sum gives", async () => {
    const root = await makeRoot();
    const { files = [] } = await scanPlace(root, { files: true });
    expect(Object.fromEntries(files.filter(hasContent).map(({ path, sha256 }) => [path, sha256]))).toEqual(
      summed(root, "sha256sum"),
    );
    expect(files.filter((file) => !hasContent(file)).map(({ path }) => path)).toEqual([
      "opt/nowhere",
      "usr/bin/tool-link",
    ]);
    expect(files.filter(({ layer }) => layer !== null)).toEqual([]);
  });
});

describe("the digests of a content", () => {
  it("are the same in pieces of any length", () => {
    const content = Buffer.from("a content in pieces");
    const digestsOf = (size: number) => {
      const reader = digestReader();
      for (let at = 0; at < content.length; at += size) reader.write(content.subarray(at, at + size));
      return reader.end();
    };
    expect(digestsOf(1)).toEqual(digestsOf(content.length));
    expect(digestsOf(5)?.size).toBe(content.length);
    expect(digestsOf(5)?.sha256).toBe(execFileSync("sha256sum", { input: content, encoding: "utf8" }).slice(0, 64));
  });
});
