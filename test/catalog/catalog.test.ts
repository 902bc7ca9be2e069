import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { entriesOf, loadCatalog, readAll } from "../../src/catalog/catalog.ts";
import { temporaryFolder } from "../support/temporary.ts";

const definition = (tags: string) => `# syntax=hardpan/build:1-debian13\nimage: hardpan/x\ntags: [${tags}]\n`;

async function catalogOf(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

describe("a catalogue folder", () => {
  it("is listed by place, without what is no definition", async () => {
    const directory = await catalogOf({
      "image/node/debian-13/24.yaml": definition('"24"'),
      "image/node/debian-13/24-dev.yaml": definition("24-dev"),
      "image/node/debian-13/24.lock.json": "{}",
      "image/node/alpine-3.23/24.yaml": definition("24-alpine"),
      "image/node/config/settings.yaml": "a: 1",
      "image/node/info.yaml": "metadata: {}",
      "baseline/node/debian-12/24-slim.yaml": definition("24-slim"),
      "package/deb/x.yaml": "",
    });
    const catalog = await loadCatalog(directory);
    expect(catalog.images.get("node")?.map(({ path }) => path)).toEqual([
      "image/node/alpine-3.23/24.yaml",
      "image/node/debian-13/24-dev.yaml",
      "image/node/debian-13/24.yaml",
    ]);
    expect(entriesOf(catalog, "node", "baseline")).toEqual([
      { kind: "baseline", name: "node", distro: "debian-12", path: "baseline/node/debian-12/24-slim.yaml" },
    ]);
  });

  it("says of each definition whether it is valid", async () => {
    const directory = await catalogOf({
      "image/x/debian-13/1.yaml": definition('"1"'),
      "image/x/debian-13/2.yaml": "# syntax=hardpan/build:1-debian13\nimage: x\n",
      "image/x/debian-13/settings.yaml": "# no definition\nimage: x\n",
    });
    const catalog = await loadCatalog(directory);
    const readings = await readAll(catalog, entriesOf(catalog, "x"));
    expect(readings.map(({ entry, ok }) => [entry.path, ok])).toEqual([
      ["image/x/debian-13/1.yaml", true],
      ["image/x/debian-13/2.yaml", false],
    ]);
  });

  it("that is none is refused", async () => {
    const directory = await catalogOf({ "other/file.txt": "" });
    const missing = expect.objectContaining({ code: "CATALOG_MISSING" });
    await expect(loadCatalog(directory)).rejects.toEqual(missing);
    await expect(loadCatalog(join(directory, "nowhere"))).rejects.toEqual(missing);
  });

  it("names the nearest image when one is not there", async () => {
    const catalog = await loadCatalog(await catalogOf({ "image/postgres/debian-13/17.yaml": definition('"17"') }));
    expect(() => entriesOf(catalog, "postgresql")).toThrow(
      expect.objectContaining({ code: "CATALOG_NOT_FOUND", hint: "did you mean postgres?" }),
    );
    expect(() => entriesOf(catalog, "nginx")).toThrow(expect.objectContaining({ hint: "it has postgres" }));
    const many = Object.fromEntries([...Array(24).keys()].map((n) => [`image/i${n + 10}/debian-13/1.yaml`, ""]));
    const large = await loadCatalog(await catalogOf(many));
    expect(() => entriesOf(large, "nginx")).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^it has i10, .*, i29 and 4 more: see `hardpan catalog/) }),
    );
  });
});
