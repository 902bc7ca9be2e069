import { join } from "node:path";
import { parse } from "yaml";
import { loadCatalog, readAll } from "../../src/catalog/catalog.ts";
import { makePublicCatalog, publicDefinitions } from "../../test/support/public-catalog.ts";
import { median, milliseconds, type Result, timed } from "../support/measure.ts";

const rounds = 3;

/** Reading all definitions of a catalogue as large as the public one, with every check, against parsing their texts as YAML. */
export async function readingResult(scratch: string): Promise<Result> {
  const directory = join(scratch, "read");
  await makePublicCatalog(directory);
  const texts = publicDefinitions().map(({ text }) => text);
  const yaml: number[] = [];
  const reading: number[] = [];
  for (let round = 0; round < rounds; round++) {
    yaml.push(await timed(async () => texts.forEach((text) => void parse(text))));
    reading.push(await timed(async () => await readCatalog(directory)));
  }
  const detail = `${texts.length} definitions: ${milliseconds(median(reading))} against ${milliseconds(median(yaml))}`;
  const measured = median(reading) / median(yaml);
  return { name: "reading a catalogue", measured, budget: 0.7, unit: "× the yaml package", detail };
}

async function readCatalog(directory: string): Promise<void> {
  const catalog = await loadCatalog(directory);
  const readings = await readAll(catalog, [...catalog.images.values()].flat());
  if (readings.some(({ ok }) => !ok)) throw new Error("a made definition is not valid");
}
