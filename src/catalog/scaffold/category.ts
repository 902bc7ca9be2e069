import type { categories } from "../categories.ts";
import { type Guessed, likely, unsure } from "./facts.ts";

type Category = (typeof categories)[number];

const bySection: ReadonlyMap<string, Category> = new Map([
  ["database", "databases-and-storage"],
  ["httpd", "web-servers"],
  ...["net", "mail", "comm", "news", "hamradio"].map(entry("networking")),
  ...["devel", "vcs", "editors", "utils", "text", "debug", "doc", "tex"].map(entry("developer-tools")),
  ...["golang", "haskell", "interpreters", "java", "javascript", "lisp", "ocaml"].map(
    entry("languages-and-frameworks"),
  ),
  ...["perl", "php", "python", "ruby", "rust", "cli-mono"].map(entry("languages-and-frameworks")),
  ...["science", "math", "gnu-r"].map(entry("data-science")),
  ["embedded", "internet-of-things"],
  ["shells", "operating-systems"],
]);

/** The category of the catalogue that is closest to a section of Debian's archive. */
export function guessCategory(section: string): Guessed<Category> {
  const name = section.split("/").at(-1) ?? "";
  const found = bySection.get(name);
  const reason = name === "" ? "nothing: the package names no section" : `the section ${name} of Debian's archive`;
  if (found !== undefined) return likely(found, reason, "look which categories fit");
  return unsure("developer-tools", reason, "look which categories fit");
}

function entry(category: Category): (section: string) => [string, Category] {
  return (section) => [section, category];
}
