import { guessCategory } from "./category.ts";
import {
  behindLinks,
  certain,
  filesByPath,
  type Guess,
  type Guessed,
  likely,
  type PackageFacts,
  type ScaffoldFacts,
  unsure,
} from "./facts.ts";
import { type Belongings, guessBelongings } from "./folders.ts";
import { brokenInDev, filesToDelete, programsToList } from "./leave-out.ts";
import { type Installation, readInstallation } from "./maintainer-scripts.ts";
import { guessPorts, localOnly } from "./ports.ts";
import { guessProgram, type MainProgram } from "./program.ts";
import { runnersOf } from "./runner.ts";
import { guessVersion, isLineOf, type VersionGuess } from "./version.ts";

/** What is to be guessed, and what the user has said already. */
export interface ScaffoldRequest {
  /** The image's name: `redis`. */
  readonly name: string;
  /** Of Debian: `13`. */
  readonly release: string;
  /** The line of versions, where the user names one; else by the package's version. */
  readonly line: string | null;
  readonly dev: boolean;
  readonly fips: boolean;
  /** Names of all packages in the runtime image. */
  readonly closure: readonly string[];
  /** Packages that were found to be needed besides, and are in the closure for that. */
  readonly listed: readonly string[];
  /** Packages of the closure that the runtime image excludes besides what all exclude. */
  readonly excluded: readonly string[];
  /** Licences of the package, SPDX expressions of which all apply, and whether they are those of the program alone. */
  readonly licenses: { readonly expressions: readonly string[]; readonly areMain: boolean };
  /** ISO date of the end of Debian's security support; null where it is not known. */
  readonly endOfLife: string | null;
}

/** All that the files of a new image say. */
export interface ScaffoldPlan extends MainProgram, Belongings {
  readonly request: ScaffoldRequest;
  readonly main: PackageFacts;
  readonly version: Guessed<VersionGuess>;
  readonly user: Guessed<string>;
  /** Further packages that the image lists. */
  readonly packages: readonly Guessed<string>[];
  readonly deletions: readonly Guessed<string>[];
  /** The configuration that has the service listen to its own container alone; null for none. */
  readonly localOnly: string | null;
  /** Scripts of the -dev image that nothing there runs. */
  readonly brokenInDev: readonly string[];
  readonly links: Installation["alternatives"];
  readonly environment: Guessed<ReadonlyMap<string, string>> | null;
  readonly workDir: Guessed<string> | null;
  readonly ports: Guessed<readonly string[]> | null;
  readonly stopSignal: Guessed<string> | null;
  /** Arguments that make the program say its version; null where none are known. */
  readonly versionArguments: Guessed<readonly string[]>;
  readonly licence: Guessed<string>;
  readonly homeUrl: Guessed<string>;
  readonly category: Guessed<string>;
}

/** The user of images whose service has none of its own. */
export const nobody = "nonroot";

/** Draws an image up from what is known of its package. Throws CATALOG_PACKAGE_UNSUITABLE where it has no program. */
export function planImage(facts: ScaffoldFacts, request: ScaffoldRequest): ScaffoldPlan {
  const { main, own } = facts;
  const program = guessProgram(facts, request.name);
  const { service, entrypoint } = program;
  const installed = readInstallation(own);
  const [started = ""] = entrypoint.value;
  const ownNames = own.map(({ name }) => name);
  const runners = runnersOf(facts, program, request);
  const listed = programsToList(request.closure, ownNames);
  const none: Belongings = { folders: [], readable: [] };
  return {
    ...program,
    ...(service === null ? none : guessBelongings({ own, unit: service, installed })),
    request,
    main,
    version: chosenVersion(main, request),
    user: service === null ? certain(nobody, "there being no service") : guessUser(service.user, installed),
    packages: [...runners, ...listed.filter(({ value }) => runners.every((runner) => runner.value !== value))],
    deletions: filesToDelete(facts, started),
    brokenInDev: brokenInDev(facts),
    localOnly: localOnly(facts, program.command?.value ?? []),
    links: installed.alternatives.filter(({ link, path }) => isNewLink(facts, link, path)),
    environment: environmentOf(service),
    workDir: service?.workDir == null ? null : likely(service.workDir, service.name),
    ports: service === null ? null : guessPorts(facts, { unit: service, words: program.command?.value ?? [] }),
    stopSignal:
      service?.stopSignal == null || service.stopSignal === "SIGTERM"
        ? null
        : certain(service.stopSignal, service.name),
    versionArguments: versionArguments(facts, started),
    licence: guessLicence(request),
    homeUrl: guessHomeUrl(main),
    category: guessCategory(main.section),
  };
}

function chosenVersion(main: PackageFacts, { line }: ScaffoldRequest): Guessed<VersionGuess> {
  const guess = guessVersion(main.version, main.name);
  if (line === null || !isLineOf(line, guess.value.version)) return guess;
  return { ...guess, value: { ...guess.value, line } };
}

function guessUser(user: string | null, { accounts }: Installation): Guessed<string> {
  if (user !== null && user !== "root" && /^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    return certain(user, "User= of its unit");
  const [account] = accounts;
  if (account === undefined) return certain(nobody, "there being no account of its own");
  return likely(account.name, account.source, "look whether it starts as an ordinary user");
}

/** Whether the name of an alternative leads to a file of the packages, and none has it already. */
function isNewLink({ own }: ScaffoldFacts, link: string, path: string): boolean {
  const paths = new Set(own.flatMap(({ files }) => files.map((file) => file.path)));
  return /^\/usr\/s?bin\//.test(link) && paths.has(path) && !paths.has(link);
}

function environmentOf(service: MainProgram["service"]): ScaffoldPlan["environment"] {
  if (service === null || service.environment.size === 0) return null;
  return certain(service.environment, service.name);
}

function versionArguments({ own, others }: ScaffoldFacts, started: string): ScaffoldPlan["versionArguments"] {
  const packages = [...own, ...others];
  const program = behindLinks(started, filesByPath(packages));
  const option = packages.flatMap(({ versionOptions }) => versionOptions.get(program) ?? [])[0];
  return option === undefined
    ? unsure(["--version"], "habit", "look which option says the version")
    : likely([option], "the texts in the program");
}

function guessLicence({ name, licenses }: ScaffoldRequest): Guessed<string> {
  const { expressions, areMain } = licenses;
  const whole = expressions.length > 1 ? expressions.map((one) => (/ OR /.test(one) ? `(${one})` : one)) : expressions;
  if (whole.length === 0) {
    const reference = `LicenseRef-${name.replaceAll(/[^A-Za-z0-9.-]/g, "-")}`;
    return unsure(reference, "nothing: the copyright file names no licence", "look it up");
  }
  const text = whole.slice(0, 12).join(" AND ");
  return areMain
    ? likely(text, "the copyright file, Files: *")
    : unsure(text, "all that the copyright file names", "look which licence the program itself has");
}

function guessHomeUrl({ homepage, source }: PackageFacts): Guessed<string> {
  const [, rest] = /^http(?:s)?:\/\/([^\s/]+(?:\/\S*)?)$/.exec(homepage) ?? [];
  if (rest === undefined)
    return unsure(`https://tracker.debian.org/pkg/${source}`, "nothing: the package names no page", "look it up");
  return homepage.startsWith("https:")
    ? certain(homepage, "the Homepage field")
    : likely(`https://${rest}`, `the Homepage field, ${homepage}`, "look whether it answers");
}

/** Everything that was concluded, for a report. */
export function guessesOf(plan: ScaffoldPlan): readonly Guess[] {
  const { version, request } = plan;
  const list = (what: string, guesses: readonly Guessed<string>[]) =>
    guesses.map((guess) => said(what, guess, guess.value));
  return [
    said("vars.VERSION", version, version.value.version),
    said("tags", version, version.value.line),
    ...(request.endOfLife === null
      ? []
      : [said("dates.end-of-life", certain("", `Debian ${request.release}'s security support`), request.endOfLife)]),
    said("accounts.run-as", plan.user, plan.user.value),
    said("entrypoint", plan.entrypoint, plan.entrypoint.value.join(" ")),
    ...(plan.command === null ? [] : [said("cmd", plan.command, plan.command.value.join(" ") || "none")]),
    ...(plan.environment === null
      ? []
      : [said("environment", plan.environment, [...plan.environment.value.keys()].join(" "))]),
    ...(plan.workDir === null ? [] : [said("work-dir", plan.workDir, plan.workDir.value)]),
    ...(plan.ports === null ? [] : [said("ports", plan.ports, plan.ports.value.join(" "))]),
    ...(plan.stopSignal === null ? [] : [said("stop-signal", plan.stopSignal, plan.stopSignal.value)]),
    ...plan.folders.map((guess) => said(guess.value.kept ? "volumes" : "paths", guess, guess.value.path)),
    ...plan.readable.map((guess) => said("paths", guess, guess.value.path)),
    ...list("contents.packages", plan.packages),
    ...request.excluded.map((name) => said("contents.packages", excludedBecause, `!${name}`)),
    ...list("paths delete", plan.deletions),
    ...(request.fips ? [said("fips-compliant", certain("", "OpenSSL among its packages"), "-fips")] : []),
    said("metadata.licence", plan.licence, plan.licence.value),
    said("metadata.home-url", plan.homeUrl, plan.homeUrl.value),
    said("metadata.categories", plan.category, plan.category.value),
    ...(plan.localOnly === null
      ? []
      : [said("check", unsure("", plan.localOnly), "listens to its own container alone")]),
    said("check", plan.versionArguments, plan.versionArguments.value.join(" ")),
  ];
}

/** Why the runtime image excludes packages. */
export const excludedBecause = likely(
  "",
  "what packages usually need it for: their scripts, or a host",
  "look whether the program uses it",
);

function said(what: string, { reason, confidence }: Guessed<unknown>, value: string): Guess {
  return { what, value, reason, confidence };
}
