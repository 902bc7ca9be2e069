import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { loadCatalog, readAll } from "../src/catalog/catalog.ts";
import { makePublicCatalog, publicDefinitions } from "../test/support/public-catalog.ts";
import { median, milliseconds, report, timed } from "./support/measure.ts";

/**
 * Compares reading all definitions of a catalogue as large as the public one, from disk and with every check, with what
 * the yaml package takes to parse their texts alone. Medians of three: at most 0.7 times as long.
 */
const budget = 0.7;
const rounds = 3;

const directory = await mkdtemp(join(tmpdir(), "hardpan-bench-"));
try {
  await makePublicCatalog(directory);
  const texts = publicDefinitions().map(({ text }) => text);
  const yaml: number[] = [];
  const reading: number[] = [];
  for (let round = 0; round < rounds; round++) {
    yaml.push(await timed(async () => texts.forEach((text) => void parse(text))));
    reading.push(await timed(readCatalog));
  }
  const detail = `${texts.length} definitions: ${milliseconds(median(reading))} against ${milliseconds(median(yaml))}`;
  const measured = median(reading) / median(yaml);
  report({ name: "reading a catalogue", measured, budget, unit: "× the yaml package", detail });
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function readCatalog(): Promise<void> {
  const catalog = await loadCatalog(directory);
  const readings = await readAll(catalog, [...catalog.images.values()].flat());
  if (readings.some(({ ok }) => !ok)) throw new Error("a made definition is not valid");
}
