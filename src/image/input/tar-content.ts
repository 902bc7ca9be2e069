import type { Bytes } from "../../archive/bytes.ts";
import type { TarOptions } from "../../archive/tar-core.ts";
import { createTarParser, type TarHeader } from "../../archive/tar-read.ts";
import type { InputContent } from "./tree-plan.ts";

/** All headers of a tar archive. The stream is read to its very end, so that whoever checks it has seen all of it. */
export async function readTarHeaders(tar: Bytes, options: TarOptions): Promise<readonly TarHeader[]> {
  const headers: TarHeader[] = [];
  const entry = (header: TarHeader) => {
    headers.push(header);
    return 0;
  };
  const parser = createTarParser({ entry, file: () => undefined }, options);
  for await (const chunk of tar) parser.write(chunk);
  parser.end();
  return headers;
}

/** The contents of the entries that `wanted` has, each under its entry's number from `first` on, in the archive's order. */
export async function* readTarContents(
  tar: Bytes,
  options: TarOptions & { readonly first?: number; readonly wanted: { has(content: number): boolean } },
): AsyncGenerator<InputContent> {
  const ready: InputContent[] = [];
  let next = options.first ?? 0;
  let current = next;
  const parser = createTarParser(
    {
      entry(header) {
        current = next++;
        if (header.type !== "file" || !options.wanted.has(current)) return 0;
        if (header.size === 0) ready.push({ content: current, bytes: new Uint8Array(0) });
        return header.size;
      },
      file(_, bytes) {
        ready.push({ content: current, bytes });
      },
    },
    options,
  );
  for await (const chunk of tar) {
    parser.write(chunk);
    yield* ready.splice(0);
  }
  parser.end();
  yield* ready;
}
