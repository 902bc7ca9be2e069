import type { Outcome } from "../command.ts";

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
