import { behindLinks, filesByPath, type Guessed, likely, merged, type ScaffoldFacts, unsure } from "./facts.ts";
import { interpreterPackages } from "./interpreters.ts";
import type { MainProgram } from "./program.ts";
import { toolsOf } from "./script-tools.ts";

/** Packages of the image, and those of them that are there because they were found to be needed before. */
export interface RunnerOptions {
  readonly closure: readonly string[];
  readonly listed: readonly string[];
}

/** Packages that the program the image starts needs and does not depend on: what runs it where it is a script, and its tools. */
export function runnersOf(
  { own }: ScaffoldFacts,
  { entrypoint, command }: MainProgram,
  { closure, listed }: RunnerOptions,
): readonly Guessed<string>[] {
  const [started = ""] = entrypoint.value;
  const files = filesByPath(own);
  const first = behindLinks(started, files);
  const scripts = [first, ...(command?.value ?? []).map(merged)];
  const texts = new Map(own.flatMap((one) => [...one.texts]));
  const runs = scripts.map((path) => files.get(path)?.interpreter?.split(" ")[0] ?? (path === first ? path : ""));
  const isMissing = (name: string) => listed.includes(name) || !closure.includes(name);
  const runners = [...new Set(runs.flatMap((path) => interpreterPackages.get(merged(path)) ?? []))];
  const needed = runners.filter(isMissing);
  const isShell = runners.includes("dash") || runners.includes("bash");
  const tools = isShell ? [...new Set(scripts.flatMap((path) => toolsOf(texts.get(path) ?? "")))].sort() : [];
  return [
    ...needed.map((name) =>
      likely(
        name,
        `the first line of what it starts`,
        "it runs the script that the image starts; look whether that is needed",
      ),
    ),
    ...tools
      .filter(isMissing)
      .map((name) => unsure(name, "the text of the script that it starts", "look whether the script needs it")),
  ];
}
