import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runHardpan } from "./hardpan.mjs";
import { advisoryArguments, findingArguments } from "./settings.mjs";

/** What `hardpan compare` ends with when its gate said no. */
export const gateClosed = 2;

/**
 * Brings the advisories and compares two images; reports are written to `folder`. Throws where it could not be done.
 * @param {ReturnType<typeof import("./settings.mjs").readSettings>} settings
 * @param {string} folder
 */
export async function compare(settings, folder) {
  const image = settings.required("IMAGE", "the image");
  const to = settings.required("TO", "the image to compare with");
  await bringAdvisories(settings);
  const gate = settings.list("EXIT_ON").filter((condition) => condition !== "none");
  const shared = [`--to=${to}`, ...findingArguments(settings), ...(gate.length === 0 ? [] : [`--exit-on=${gate}`])];
  const files = { json: join(folder, "hardpan-compare.json"), markdown: join(folder, "hardpan-compare.md") };
  const write = async (format) =>
    await runHardpan(["compare", ...shared, `--format=${format}`, `--output=${files[format]}`, "--", image]);
  const exitCode = await write("json");
  // What was scanned is remembered: the second run only writes.
  if (![0, gateClosed].includes(exitCode) || (await write("markdown")) !== exitCode) {
    throw new Error("the images could not be compared; hardpan says why above");
  }
  const comparison = JSON.parse(await readFile(files.json, "utf8"));
  return {
    image,
    files,
    isClosed: exitCode === gateClosed,
    counts: countsOf(comparison),
    text: await readFile(files.markdown, "utf8"),
  };
}

/**
 * Imports or updates the advisories, where a job asks for it. Throws where that fails.
 * @param {ReturnType<typeof import("./settings.mjs").readSettings>} settings
 */
export async function bringAdvisories(settings) {
  const args = advisoryArguments(settings);
  if (args !== null && (await runHardpan(args)) !== 0)
    throw new Error("the advisories cannot be used; hardpan says why above");
}

function countsOf({ analysed, changes }) {
  const { total, critical, high, medium, low } = analysed.vulnerabilities;
  const { added, removed } = changes.vulnerabilities;
  return { new: added.length, gone: removed.length, total, critical, high, medium, low };
}
