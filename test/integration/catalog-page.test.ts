import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadCatalog } from "../../src/catalog/catalog.ts";
import { loadMapping } from "../../src/catalog/mapping.ts";
import { hardpan, root } from "../support/cli.ts";
import { long, missingNetwork, titled } from "./shared.ts";

const directory = join(root, "catalog");
const catalog = await loadCatalog(directory);
const page = await readFile(join(root, "docs", "catalogue.md"), "utf8");
const missing = await missingNetwork();

/** The cells of the rows of the table below a heading, without its head. */
function rowsBelow(text: string, heading: string): readonly (readonly string[])[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

describe("docs/catalogue.md", () => {
  it("has every image, and says how many there are", () => {
    const names = rowsBelow(page, "Images").map(([name]) => name);
    expect(names).toEqual([...catalog.images.keys()].sort());
    const definitions = [...catalog.images.values()].flat().length;
    expect(page).toContain(`\n${names.length} images in ${definitions} definitions.`);
    expect(names.length).toBeGreaterThanOrEqual(50);
    expect(definitions).toBeGreaterThanOrEqual(200);
  });

  it("sets images beside every counterpart that the catalogue has, with most packages gone in the middle", async () => {
    const { rows } = await loadMapping(directory);
    const wanted = rows.flatMap(({ image, baselines }) =>
      baselines.flatMap(({ slim, full }) => [slim, full].flatMap((one) => (one === null ? [] : [`${image} ${one}`]))),
    );
    const shown = rowsBelow(page, "Beside the usual images").map(([image, baseline]) => `${image} ${baseline}`);
    expect(shown.toSorted()).toEqual([...new Set(wanted)].sort());
    const [, packages, size] = /In the middle: (\d+) % fewer packages, (\d+) % smaller/.exec(page) ?? [];
    expect(Number(packages)).toBeGreaterThanOrEqual(80);
    expect(Number(size)).toBeGreaterThanOrEqual(40);
    const readme = await readFile(join(root, "README.md"), "utf8");
    expect(readme.replaceAll(/\s+/g, " ")).toContain(`${packages} % fewer packages and are ${size} % smaller`);
    expect(readme).toContain(`The catalogue has ${catalog.images.size} images`);
  });

  it("says what is left out, and why", () => {
    const rows = rowsBelow(page, "Left out");
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(([what = "", why = ""]) => what !== "" && why !== "")).toBe(true);
  });

  it.skipIf(missing !== null)(
    titled("is what the command writes, but for numbers", missing),
    async () => {
      const { stdout, stderr, exitCode } = await hardpan(["catalog", "page", "lua", "memcached"]);
      expect(exitCode, stderr).toBe(0);
      // The last column is not known where images are not built, or no advisories were imported.
      const shape = (cells: readonly string[]) =>
        cells
          .slice(0, -1)
          .map((cell) => cell.replaceAll(/\d[\d.]*/g, "1"))
          .join(" | ");
      for (const heading of ["Images", "Beside the usual images"]) {
        const written = rowsBelow(stdout, heading).map(shape);
        expect(written.length).toBeGreaterThan(0);
        expect(rowsBelow(page, heading).map(shape)).toEqual(expect.arrayContaining(written));
      }
    },
    long,
  );
});
