import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { writeArchive } from "../../../src/content/archive-write.ts";
import { copy } from "../../../src/content/copy.ts";
import { writeLayout } from "../../../src/content/layout.ts";
import { createMemoryStore, once } from "../../../src/content/memory.ts";
import type { Ports } from "../../../src/flow/ports.ts";
import { type BillRequest, readBill } from "../../../src/flow/sbom/bill.ts";
import { compareBills } from "../../../src/flow/sbom/compare.ts";
import { absentTypes, onlyTypes } from "../../../src/flow/sbom/only.ts";
import { renderUnowned, unownedReport } from "../../../src/flow/sbom/unowned.ts";
import { describeWarnings } from "../../../src/flow/sbom/warnings.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { schemaProblems } from "../../integration/json-schema.ts";
import { statusStanza, trixie } from "../../scan/tree.ts";
import { smallWorld } from "../../support/flow.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { pushTinyImage, type TinyImage } from "../../support/tiny-image.ts";

const base = { "etc/os-release": trixie, "var/lib/dpkg/status": statusStanza({ Package: "zlib1g", Version: "1.3" }) };
const app = {
  "app/package.json": JSON.stringify({ name: "app", version: "1.0.0" }),
  "app/node_modules/left/package.json": JSON.stringify({ name: "left", version: "2.0.0" }),
  "app/own": "of nobody",
};
const arm64 = { os: "linux", architecture: "arm64" };

const nothing: BillRequest = { reference: null, platform: null, within: null, base: null };

async function world(standardInput?: Uint8Array) {
  const small = await smallWorld({});
  const ports: Ports = {
    ...small.ports,
    temporaryDirectory: await temporaryFolder(),
    ...(standardInput === undefined ? {} : { standardInput: () => once(standardInput) }),
  };
  const read = async (reference: string, options: Partial<BillRequest> = {}) =>
    await readBill({ ...nothing, ...options, reference }, ports);
  return { folder: await temporaryFolder(), ports, read };
}

/** Images by the name they are to have. */
async function storeOf(images: Readonly<Record<string, TinyImage>>) {
  const store = createMemoryStore();
  const named: (readonly [string, Descriptor])[] = [];
  for (const [name, image] of Object.entries(images)) named.push([name, await pushTinyImage(store, image)]);
  return { store, named };
}

async function fill(target: Parameters<typeof copy>[1], { store, named }: Awaited<ReturnType<typeof storeOf>>) {
  for (const [name, reference] of named) await copy(store, target, { reference, targetReferences: [name] });
}

async function archiveOf(folder: string, images: Readonly<Record<string, TinyImage>>): Promise<string> {
  const file = join(folder, "image.tar");
  const made = await storeOf(images);
  await writeArchive(file, async (target) => await fill(target, made));
  return file;
}

async function layoutOf(folder: string, images: Readonly<Record<string, TinyImage>>): Promise<string> {
  const directory = join(folder, "layout");
  const made = await storeOf(images);
  await writeLayout(directory, async (target) => await fill(target, made));
  return directory;
}

function names({ sbom }: Awaited<ReturnType<typeof readBill>>): readonly string[] {
  return sbom.packages.map(({ type, name, version }) => `${type} ${name} ${version}`);
}

const all = ["deb zlib1g 1.3", "npm app 1.0.0", "npm left 2.0.0"];

describe("the bill of an archive", () => {
  it("is read from a file, a packed file and standard input, and no copy is left", async () => {
    const place = await temporaryFolder();
    const file = await archiveOf(place, { "team/app:1": { layers: [base, app] } });
    const packed = `${file}.gz`;
    await writeFile(packed, gzipSync(await readFile(file)));
    const { read, ports } = await world(await readFile(packed));
    for (const reference of [`archive://${file}`, `archive://${packed}`, "archive://-"]) {
      const bill = await read(reference);
      expect(names(bill)).toEqual(all);
      expect(bill.sbom.image).toMatchObject({ reference, platform: "linux/amd64" });
      expect(bill.created).toBe("2024-01-01T00:00:00Z");
    }
    expect(await readdir(ports.temporaryDirectory)).toEqual([]);
  });
});

describe("the bill of one of several images", () => {
  const images = { one: { layers: [base] }, "team/app:2": { layers: [base, app] } };

  it("is chosen by --ref: a name, a tag or a digest", async () => {
    const { folder, read } = await world();
    const directory = await layoutOf(folder, images);
    const { sbom } = await read(`oci-dir://${directory}#team/app:2`);
    for (const within of ["team/app:2", "2", sbom.image.digest]) {
      expect(names(await read(`oci-dir://${directory}`, { within }))).toEqual(all);
    }
    expect(names(await read(`oci-dir://${directory}:one`, { within: "one" }))).toEqual(["deb zlib1g 1.3"]);
  });

  it("is not guessed, and the names there are shown", async () => {
    const { folder, read } = await world();
    const reference = `oci-dir://${await layoutOf(folder, images)}`;
    await expect(read(reference)).rejects.toMatchObject({
      code: "CONTENT_AMBIGUOUS",
      hint: expect.stringMatching(/one, team\/app:2/),
    });
    await expect(read(reference, { within: "three" })).rejects.toEqual(refusal("CONTENT_NOT_FOUND", "three"));
    await expect(read(`${reference}:one`, { within: "2" })).rejects.toEqual(
      refusal("FLOW_UNSUPPORTED_REFERENCE", "choose different images"),
    );
    await expect(read("registry://node:24", { within: "2" })).rejects.toEqual(
      refusal("FLOW_UNSUPPORTED_REFERENCE", "--ref 2 chooses nothing"),
    );
  });

  it("is of another platform only where that is asked for or is the only one", async () => {
    const { folder, read } = await world();
    const reference = `oci-dir://${await layoutOf(folder, { one: { layers: [base], platform: arm64 } })}`;
    expect((await read(reference)).sbom.image.platform).toBe("linux/arm64");
    expect((await read(reference, { platform: "linux/arm64/v8" })).sbom.image.platform).toBe("linux/arm64");
    await expect(read(reference, { platform: "linux/amd64" })).rejects.toEqual(
      refusal("OCI_PLATFORM_ABSENT", "but for linux/arm64"),
    );
  });
});

describe("the base of an image", () => {
  it("tells which packages come from it", async () => {
    const { folder, read } = await world();
    const directory = await layoutOf(folder, { base: { layers: [base] }, app: { layers: [base, app] } });
    const { sbom } = await read(`oci-dir://${directory}:app`, { base: `oci-dir://${directory}:base` });
    expect(sbom.base).toMatchObject({ namedBy: "user", layers: 1, reference: `oci-dir://${directory}:base` });
    expect(sbom.packages.map(({ name, fromBase }) => [name, fromBase])).toEqual([
      ["zlib1g", true],
      ["app", false],
      ["left", false],
    ]);
  });

  it("is refused where the layers are not its", async () => {
    const { folder, read } = await world();
    const directory = await layoutOf(folder, { other: { layers: [app] }, app: { layers: [base, app] } });
    for (const name of ["other", "app"]) {
      await expect(read(`oci-dir://${directory}:app`, { base: `oci-dir://${directory}:${name}` })).rejects.toEqual(
        refusal("FLOW_BASE_DIFFERS", `is not made from oci-dir://${directory}:${name}`),
      );
    }
  });
});

describe("the bill of a folder", () => {
  async function folderOf(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  }

  it("has what an image with the same files has, but for layers", async () => {
    const { folder, read } = await world();
    await folderOf(folder, { ...base, ...app });
    const bill = await read(`fs://${folder}`);
    expect(names(bill)).toEqual(all);
    expect(bill.sbom).toMatchObject({
      image: { reference: `fs://${folder}`, digest: null, platform: null },
      distribution: { id: "debian" },
      base: null,
      warnings: [],
    });
    expect(bill.sbom.packages.map(({ layer }) => layer)).toEqual([null, null, null]);
    expect(bill.created).toBe("2026-01-15T00:00:00.000Z");
    for (const format of ["json", "spdx", "cyclonedx", "spdx-3", "syft-json"] as const) {
      expect(() =>
        JSON.parse(renderSbom(bill.sbom, format, { created: bill.created, toolVersion: "1" })),
      ).not.toThrow();
    }
    expect(
      schemaProblems("sbom", JSON.parse(renderSbom(bill.sbom, "json", { created: bill.created, toolVersion: "1" }))),
    ).toEqual([]);
  });

  it("is of one file alone where a file is named", async () => {
    const { folder, read } = await world();
    await folderOf(folder, app);
    const file = join(folder, "app/node_modules/left/package.json");
    const bill = await read(`fs://${file}`);
    expect(names(bill)).toEqual(["npm left 2.0.0"]);
    expect(bill.sbom.packages[0]).toMatchObject({ locations: ["package.json"] });
    expect(bill.sbom.image.reference).toBe(`fs://${file}`);
  });

  it("does not reach what its links lead to", async () => {
    const { folder, read } = await world();
    const outside = await folderOf(join(folder, "outside"), app);
    await mkdir(join(folder, "inside"));
    await symlink(join(outside, "app"), join(folder, "inside", "app"));
    const bill = await read(`fs://${join(folder, "inside")}`);
    expect(names(bill)).toEqual([]);
    expect(bill.sbom.unowned).toMatchObject({ files: 1, paths: ["app"] });
  });

  it("is not there, and takes no platform", async () => {
    const { folder, read } = await world();
    await expect(read(`fs://${folder}/absent`)).rejects.toEqual(refusal("CONTENT_NOT_FOUND"));
    for (const options of [{ platform: "linux/amd64" }, { within: "1" }, { base: "node" }]) {
      await expect(read(`fs://${folder}`, options)).rejects.toEqual(
        refusal("FLOW_UNSUPPORTED_REFERENCE", "is for images"),
      );
    }
  });
});

describe("a bill that is written already", () => {
  it.each(["json", "spdx", "spdx-3", "cyclonedx", "cyclonedx-1.7", "syft-json"] as const)(
    "as %s is read from a file and from standard input with the same packages",
    async (format) => {
      const { folder, read } = await world();
      const bill = await read(`oci-dir://${await layoutOf(folder, { app: { layers: [base, app] } })}`);
      const text = renderSbom(bill.sbom, format, { created: bill.created, toolVersion: "1" });
      const file = join(folder, "bill.json");
      await writeFile(file, text);
      for (const reference of [`sbom://${file}`, "sbom://", "sbom://-"]) {
        const again = await (await world(Buffer.from(text))).read(reference);
        expect(names(again)).toEqual(all);
        expect(again.sbom.image.digest).toBe(bill.sbom.image.digest);
      }
    },
  );

  it("is refused where it is none or is not there", async () => {
    const { folder, read } = await world(Buffer.from("{}"));
    await expect(read("sbom://-")).rejects.toEqual(refusal("SBOM_DOCUMENT_INVALID", "standard input"));
    await expect(read(`sbom://${folder}/absent`)).rejects.toEqual(refusal("CONTENT_NOT_FOUND"));
    await expect(read("sbom://-", { base: "node" })).rejects.toEqual(refusal("FLOW_UNSUPPORTED_REFERENCE"));
  });
});

describe("what is made of a bill", () => {
  async function whole() {
    const { folder, read, ports } = await world();
    const directory = await layoutOf(folder, { base: { layers: [base] }, app: { layers: [base, app] } });
    return { ports, directory, sbom: (await read(`oci-dir://${directory}:app`)).sbom };
  }

  it("has packages of some types only", async () => {
    const { sbom } = await whole();
    expect(onlyTypes(sbom, [])).toBe(sbom);
    expect(onlyTypes(sbom, ["npm"]).packages.map(({ name }) => name)).toEqual(["app", "left"]);
    expect(onlyTypes(sbom, ["golang"]).packages).toEqual([]);
    expect(absentTypes(sbom, ["npm", "deb"])).toBeNull();
    expect(absentTypes(sbom, ["npm", "golang", "gem"])).toBe("no package is of type golang or gem; there are deb, npm");
  });

  it("lists files without a package, and says how many there are", async () => {
    const { sbom } = await whole();
    expect(schemaProblems("sbom-unowned", unownedReport(sbom))).toEqual([]);
    expect(unownedReport(sbom)).toMatchObject({ schema: "hardpan/sbom-unowned/1", files: sbom.unowned.files });
    expect(renderUnowned(sbom)).toContain(`${sbom.unowned.files} file`);
    const many = { ...sbom, unowned: { files: 3, bytes: 9, paths: ["a\u001b[2J", "b"] } };
    expect(renderUnowned(many)).toBe("/a?[2J\n/b\n… and 1 more\n3 files without a package, 9 bytes\n");
  });

  it("tells of the first warnings and counts all", async () => {
    const { sbom } = await whole();
    expect(describeWarnings({ ...sbom, warnings: [] })).toBeNull();
    const warnings = Array.from({ length: 12 }, (_, at) => ({ path: `p${at}`, reason: "damaged\u001b" }));
    const lines = (describeWarnings({ ...sbom, warnings }) ?? "").split("\n");
    expect(lines[0]).toMatch(/^12 warnings: /);
    expect(lines[1]).toBe("  /p0: damaged?");
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toMatch(/and 2 more/);
  });

  it("is compared with another", async () => {
    const { ports, directory } = await whole();
    const request = { before: `oci-dir://${directory}:base`, after: `oci-dir://${directory}:app`, platform: null };
    const { diff } = await compareBills({ ...request, types: [] }, ports);
    expect(diff.added.map(({ name }) => name)).toEqual(["app", "left"]);
    expect(diff).toMatchObject({ removed: [], changed: [], unchanged: 1 });
    expect((await compareBills({ ...request, types: ["deb"] }, ports)).diff.added).toEqual([]);
  });
});
