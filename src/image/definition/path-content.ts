import type { DefinitionPath } from "../../definition/schema.ts";
import { ImageError } from "../error.ts";

/** What each type of path makes nothing of. */
const meaningless: Readonly<Record<DefinitionPath["type"], readonly ("content" | "source")[]>> = {
  directory: ["content"],
  file: [],
  symlink: ["content"],
  delete: ["content", "source"],
  emptyfile: ["content", "source"],
};

/** Throws IMAGE_PATH_INVALID for an item with a content or source that its type does not take. */
export function requireMeaning(item: DefinitionPath): void {
  const extra = meaningless[item.type].find((key) => (item[key] ?? "") !== "");
  if (extra === undefined) return;
  throw new ImageError("IMAGE_PATH_INVALID", `paths: ${item.path} is of \`type: ${item.type}\` and has \`${extra}\``, {
    hint: `write \`type: file\`, or leave \`${extra}\` out`,
  });
}

const nouns = { file: "a file", directory: "a folder", symlink: "a symbolic link" } as const;

/** Throws IMAGE_PATH_INVALID where what a file or directory names by `source`, `found`, is something else. */
export function requireSourceType(
  { type, path, source }: Pick<DefinitionPath, "type" | "path" | "source">,
  found: { readonly type: keyof typeof nouns; readonly linkPath: string },
): void {
  if (found.type === type) return;
  const message = `paths: ${path} is of \`type: ${type}\`, and its source ${source} is ${nouns[found.type]}`;
  throw new ImageError("IMAGE_PATH_INVALID", message, {
    hint:
      found.type === "symlink"
        ? `name what it leads to, or write \`type: symlink\` and \`source: ${found.linkPath}\``
        : `write \`type: ${found.type}\``,
  });
}
