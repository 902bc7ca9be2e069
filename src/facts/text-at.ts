import type { ImageTree } from "./model.ts";
import { resolvePath } from "./path.ts";

/** The text of the file `path` leads to; null where there is none or its content was not kept. */
export function textAt({ files, contents }: Pick<ImageTree, "files" | "contents">, path: string): string | null {
  const place = resolvePath(files, path);
  const bytes = place === null ? undefined : contents.get(place);
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}
