import { createHash } from "node:crypto";
import type { Entry } from "../layer/entry.ts";
import type { FragmentSource } from "../layer/fragment.ts";

const rules = "definition/2";

/** The fragment of files the builder makes itself, named by all they are. */
export function definitionFragment(entries: readonly Entry[]): FragmentSource {
  const hash = createHash("sha256").update(rules);
  for (const { content, ...attributes } of entries) {
    hash.update(JSON.stringify(attributes)).update(createHash("sha256").update(content).digest());
  }
  return { key: `definition-${hash.digest("hex")}`, open: async () => ({ entries }) };
}
