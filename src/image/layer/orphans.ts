import { collect } from "../../archive/bytes.ts";
import type { TarEntry } from "../../archive/tar-read.ts";
import type { Entry } from "./entry.ts";

const fileLimit = 2 ** 31;

/**
 * Hard links whose file is not kept: the first to each file becomes the file, with the content that `archive`, read once
 * more, has for it; the others link to that. `place` says where a path of the archive lies.
 */
export async function* adoptOrphans(
  orphans: readonly Entry[],
  archive: AsyncIterable<TarEntry>,
  { what, place = (path) => path }: { readonly what: string; readonly place?: (path: string) => string },
): AsyncGenerator<Entry> {
  const heirs = new Map<string, Entry>();
  for (const orphan of orphans) if (!heirs.has(orphan.linkPath)) heirs.set(orphan.linkPath, orphan);
  for await (const { header, content } of archive) {
    const heir = header.type === "file" ? heirs.get(place(header.path)) : undefined;
    if (heir === undefined) continue;
    const bytes = await collect(content, { limit: fileLimit, what: `${what}: ${header.path}` });
    yield { ...heir, type: "file", linkPath: "", content: bytes };
  }
  for (const orphan of orphans) {
    const heir = heirs.get(orphan.linkPath);
    if (heir !== undefined && heir !== orphan) yield { ...orphan, linkPath: heir.path };
  }
}
