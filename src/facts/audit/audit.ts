import { computeFacts, neededForFacts } from "../facts.ts";
import type { AuditedFacts, CapableFile, ImageFile } from "../model.ts";
import { supplementaryGroups } from "../user.ts";
import { openToAll, readability, writablePaths } from "./access.ts";
import { fipsFacts, isFipsConfiguration } from "./fips.ts";
import type { AuditInput } from "./input.ts";
import { loaderChecks } from "./libraries.ts";
import { startedCommand } from "./lookup.ts";
import { scriptFacts } from "./scripts.ts";
import { isLoaderConfiguration } from "./search-path.ts";

/** Whether an audit reads the content of the file at `path`; `environment` is that of the image's configuration. */
export function neededForAudit(path: string, environment: readonly string[]): boolean {
  return neededForFacts(path) || isLoaderConfiguration(path) || isFipsConfiguration(path, environment);
}

/** What an image really has, and what in it cannot work. Throws FACTS_TOO_LARGE for libraries without end. */
export function auditImage(input: AuditInput): AuditedFacts {
  const { files, container } = input;
  const facts = computeFacts(input);
  const groups = supplementaryGroups(input, container.user);
  const command = startedCommand(files, container);
  return {
    ...facts,
    groups,
    command,
    writable: writablePaths(files, { ...facts, groups }),
    ...openToAll(files),
    capabilities: capableFiles(files.values()),
    scripts: scriptFacts(input, command),
    ...loaderChecks(input),
    fips: fipsFacts(input, readability(files, { ...facts, groups })),
  };
}

function capableFiles(files: Iterable<ImageFile>): readonly CapableFile[] {
  const found: CapableFile[] = [];
  for (const { path, capabilities } of files) {
    if (capabilities !== undefined) found.push({ path: `/${path}`, capabilities });
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
