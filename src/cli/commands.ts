import { buildCommand } from "./build.ts";
import { catalogCheckCommand } from "./catalog/check.ts";
import type { Command } from "./command.ts";
import { compareCommand } from "./compare.ts";
import { copyCommand } from "./copy.ts";
import { dbImportCommand, dbStatusCommand, dbUpdateCommand } from "./db.ts";
import { factsCommand } from "./image/facts.ts";
import { lockCommand } from "./lock.ts";
import { outdatedCommand } from "./outdated.ts";
import { sbomCommand } from "./sbom.ts";
import { trialCommand } from "./trial.ts";

/** What a first word that several commands share stands for. */
export const groupSummaries: Readonly<Record<string, string>> = {
  catalog: "check a catalogue of definitions",
  db: "fetch, import and inspect advisories",
};

/** Every command, in the order help lists them. */
export const commands: readonly Command[] = [
  trialCommand,
  buildCommand,
  lockCommand,
  outdatedCommand,
  sbomCommand,
  factsCommand,
  compareCommand,
  copyCommand,
  catalogCheckCommand,
  dbUpdateCommand,
  dbImportCommand,
  dbStatusCommand,
];
