import { feedTooLarge, invalidContent } from "./place.ts";

/** A line without its end; `line` counts from 1. */
export interface Line {
  readonly text: string;
  readonly line: number;
}

/** Longest line, in bytes. */
const lineLimit = 32 * 1024 * 1024;

/**
 * The lines of a UTF-8 text, a batch for each chunk read. Throws VULN_FEED_TOO_LARGE for a line beyond the limit and
 * VULN_FORMAT_INVALID for bytes that are not UTF-8.
 */
export async function* lineBatches(
  source: AsyncIterable<Uint8Array>,
  options: { readonly file: string; readonly limit?: number },
): AsyncGenerator<readonly Line[]> {
  const limit = options.limit ?? lineLimit;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let line = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw invalidContent({ file: options.file, line: line + 1 }, "not UTF-8 text", cause);
    }
  };
  for await (const chunk of source) {
    const parts = (rest + decode(chunk)).split("\n");
    rest = parts.pop() ?? "";
    if (rest.length > limit) throw feedTooLarge({ file: options.file, line: line + parts.length + 1 }, limit);
    yield parts.map((text) => ({ text, line: ++line }));
  }
  rest += decode();
  if (rest !== "") yield [{ text: rest, line: line + 1 }];
}
