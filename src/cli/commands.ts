import { catalogCheckCommand } from "./catalog/check.ts";
import { catalogListCommand } from "./catalog/list.ts";
import { catalogNewCommand } from "./catalog/new.ts";
import { catalogPageCommand } from "./catalog/page.ts";
import { catalogShowCommand } from "./catalog/show.ts";
import { checkCommand } from "./check/check.ts";
import type { Command } from "./command.ts";
import { compareCommand } from "./compare/compare.ts";
import { dbExportCommand } from "./db/export.ts";
import { dbImportCommand } from "./db/import.ts";
import { dbStatusCommand } from "./db/status.ts";
import { dbUpdateCommand } from "./db/update.ts";
import { buildCommand } from "./image/build.ts";
import { copyCommand } from "./image/copy.ts";
import { factsCommand } from "./image/facts.ts";
import { lockCommand } from "./image/lock.ts";
import { outdatedCommand } from "./image/outdated.ts";
import { keyGenerateCommand } from "./key/generate.ts";
import { sbomDiffCommand } from "./sbom/diff.ts";
import { sbomCommand } from "./sbom/sbom.ts";
import { trialCommand } from "./trial.ts";
import { cvesCommand } from "./vuln/cves.ts";
import { quickviewCommand } from "./vuln/quickview.ts";
import { recommendationsCommand } from "./vuln/recommendations.ts";
import { watchCommand } from "./vuln/watch.ts";

/** What a first word that several commands share stands for. */
export const groupSummaries: Readonly<Record<string, string>> = {
  catalog: "list, show, check and draw up the definitions of a catalogue",
  db: "fetch, import, export and inspect advisories",
  key: "make keys to sign with",
};

/** Every command, in the order help lists them. */
export const commands: readonly Command[] = [
  trialCommand,
  buildCommand,
  lockCommand,
  outdatedCommand,
  sbomCommand,
  sbomDiffCommand,
  quickviewCommand,
  cvesCommand,
  watchCommand,
  recommendationsCommand,
  factsCommand,
  checkCommand,
  compareCommand,
  copyCommand,
  catalogListCommand,
  catalogShowCommand,
  catalogPageCommand,
  catalogCheckCommand,
  catalogNewCommand,
  dbUpdateCommand,
  dbImportCommand,
  dbStatusCommand,
  dbExportCommand,
  keyGenerateCommand,
];
