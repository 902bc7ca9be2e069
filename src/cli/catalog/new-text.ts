import { megabytes } from "../../compare/figures.ts";
import type { CatalogNew } from "../../flow/catalog/new/model.ts";
import type { Terminal } from "../command.ts";

/** What was written, what was guessed and from what, and what to do next. */
export function catalogNewText(result: CatalogNew, { columns }: Pick<Terminal, "columns">): string {
  const { name, catalog, written, files, guesses, closure, notes, tags } = result;
  const width = Math.max(...guesses.map(({ what }) => what.length));
  const own = files.filter(({ path }) => !path.includes("/include/shared/"));
  const bytes = closure.reduce((sum, { size }) => sum + size, 0);
  const lines = guesses.flatMap(({ what, value, reason, confidence }) => {
    const sure = confidence === "certain" ? "" : `${confidence}, `;
    const line = `  ${what.padEnd(width)}  ${value}`;
    const why = `(${sure}from ${reason})`;
    const isShort = line.length + 1 + why.length <= columns;
    return isShort ? [`${line} ${why}`] : [line, `  ${" ".repeat(width)}    ${why}`];
  });
  return [
    `${written ? "Written" : "This would be written"} into ${catalog}:`,
    ...own.map(({ path, bytes: size }) => `  ${path}  ${size} bytes`),
    ...(own.length < files.length ? [`  and ${files.length - own.length} parts that images share`] : []),
    "",
    `${closure.length} packages, ${megabytes(bytes)} as Debian packs them. Concluded:`,
    ...lines,
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `Note: ${note}`)]),
    "",
    "Look at what is only likely or unsure: it has a comment in its file. Then:",
    ...["catalog check", `build ${name}:${tags[0] ?? ""}`].map((next) => `  hardpan ${next} --catalog ${catalog}`),
    "",
  ].join("\n");
}
