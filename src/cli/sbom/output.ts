import type { Options, Outcome } from "../command.ts";

/** A text that goes to a file, or to standard output where `file` is null. */
export interface Written {
  readonly file: string | null;
  readonly format: string;
  readonly text: Iterable<string>;
}

/** Writes the text, whole or not at all, and says where; or has it printed as it is. Throws CONTENT_UNWRITABLE. */
export async function writeOut({ file, format, text }: Written): Promise<Outcome> {
  if (file === null) {
    const printed = [...text].join("");
    return { json: null, raw: printed, text: () => printed };
  }
  const { writeText } = await import("../../flow/write-text.ts");
  await writeText(file, text);
  return { json: { file, format }, text: () => `${file}\n` };
}

/** A report that is read as text or as JSON: printed, or written to the file that `--output` names. Throws CONTENT_UNWRITABLE. */
export async function reportOut(
  { json, text }: { readonly json: unknown; readonly text: () => string },
  options: Options,
): Promise<Outcome> {
  const file = options.text("output");
  if (file === null) return { json, text };
  const isJson = options.flag("json") || options.text("format") === "json";
  const written = isJson ? `${JSON.stringify(json, null, 2)}\n` : text();
  return await writeOut({ file, format: isJson ? "json" : "text", text: [written] });
}
