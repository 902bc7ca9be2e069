import { fipsProblem } from "./audit/fips.ts";
import { covers, type Exception, exceptionPrefix, parseException } from "./exception.ts";
import type { AuditedFacts } from "./model.ts";
import { nameOf } from "./path.ts";

/** What is promised of an image. What is left out is not checked. */
export interface Claims {
  readonly variant: "runtime" | "dev";
  /** Whether a FIPS provider is on. */
  readonly fips: boolean;
  /** The shells the definition lists, which are no accident: by package, the names of the programs it brings. */
  readonly shells?: Readonly<Record<string, readonly string[]>>;
  /** Package managers the definition lists. */
  readonly packageManagers?: readonly string[];
  /** As the configuration has them; `user` is `root` where it names none, the order of ports does not matter. */
  readonly user?: string;
  readonly uid?: number;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly ports?: readonly string[];
  /** Texts of exceptions by rule, see `exceptionsIn`. */
  readonly allowed: Readonly<Record<string, string>>;
}

/** Rules a definition can make an exception from. */
export const allowableRules = [
  "setuid",
  "world-writable",
  "root-user",
  "missing-interpreter",
  "missing-library",
  "missing-command",
  "shell-in-runtime",
  "package-manager-in-runtime",
] as const;

/** Every rule: `not-as-claimed` is about the configuration, `exception` about an exception that cannot be understood. */
export type FactRule = (typeof allowableRules)[number] | "unknown-user" | "fips-off" | "not-as-claimed" | "exception";

/** Where an image is not what is promised; `path` is null where no file is meant. */
export interface FactProblem {
  readonly rule: FactRule;
  readonly path: string | null;
  readonly message: string;
  readonly hint: string;
}

/**
 * Compares what an image has with what is promised of it. A dev variant may run as root and have shells and package
 * managers. What a rule finds with the grade `possible` is no problem. Sorted by rule and path.
 */
export function checkClaims(facts: AuditedFacts, claims: Claims): readonly FactProblem[] {
  const exceptions = readExceptions(claims.allowed);
  const found = [
    ...privilegeProblems(facts, claims),
    ...soundnessProblems(facts),
    ...(claims.variant === "runtime" ? runtimeProblems(facts, claims) : []),
    ...configurationProblems(facts, claims),
    ...fipsProblems(facts, claims),
  ];
  const isAllowed = (problem: FactProblem) => {
    const exception = exceptions.read.get(problem.rule);
    return exception !== undefined && covers(exception, problem);
  };
  return [...found.filter((problem) => !isAllowed(problem)), ...exceptions.problems].sort(
    (a, b) => compare(a.rule, b.rule) || compare(a.path ?? "", b.path ?? "") || compare(a.message, b.message),
  );
}

function privilegeProblems(facts: AuditedFacts, { variant }: Claims): readonly FactProblem[] {
  const { setuid, capabilities, worldWritable, user, uid } = facts;
  const remove = "delete it with paths, or give it another mode";
  return [
    ...setuid.map((path) => problem("setuid", path, { message: `${path} has a setuid or setgid bit`, hint: remove })),
    ...capabilities.map(({ path, capabilities: sets }) =>
      problem("setuid", path, { message: `${path} has the file capabilities ${sets}`, hint: remove }),
    ),
    ...worldWritable.map((path) =>
      problem("world-writable", path, { message: `${path} can be written by everybody`, hint: "give it another mode" }),
    ),
    ...(uid === 0 && variant === "runtime"
      ? [problem("root-user", null, { message: "the image runs as root", hint: "choose a user with accounts.run-as" })]
      : []),
    ...(uid === null
      ? [
          problem("unknown-user", null, {
            message: `the image runs as ${user}, whom its etc/passwd does not name`,
            hint: "declare the user in accounts, or give its number",
            excusable: false,
          }),
        ]
      : []),
  ];
}

function soundnessProblems(facts: AuditedFacts): readonly FactProblem[] {
  const { command, scripts, missingLoaders, missingLibraries } = facts;
  const install = (what: string) => `add the package that brings ${what}, or delete the file with paths`;
  return [
    ...scripts
      .filter(({ missing, grade }) => missing && grade === "certain")
      .map(({ path, interpreter }) =>
        problem("missing-interpreter", path, {
          message: `the script ${path} needs ${interpreter}, which the image does not have`,
          hint: install(interpreter),
        }),
      ),
    ...missingLoaders
      .filter(({ grade }) => grade === "certain")
      .map(({ path, loader }) =>
        problem("missing-interpreter", path, {
          message: `the program ${path} is loaded by ${loader}, which the image does not have`,
          hint: install(loader),
        }),
      ),
    ...missingLibraries
      .filter(({ grade }) => grade === "certain")
      .map(({ path, library }) =>
        problem("missing-library", path, {
          message: `${path} needs ${library}, which is not on its search path`,
          hint: install(library),
        }),
      ),
    ...(command !== null && command.path === null
      ? [
          problem("missing-command", null, {
            message: `the image starts ${command.word}, which it does not have`,
            hint: "correct entrypoint or cmd, or add the package that brings the program",
          }),
        ]
      : []),
  ];
}

function runtimeProblems(facts: AuditedFacts, { shells = {}, packageManagers = [] }: Claims): readonly FactProblem[] {
  const listed = new Set(packageManagers);
  const listedShells = new Set(Object.values(shells).flat());
  return [
    ...facts.shells
      .filter((path) => !listedShells.has(nameOf(path)))
      .map((path) =>
        problem("shell-in-runtime", path, {
          message: `the runtime image has the shell ${path}`,
          hint: "leave out what depends on it, list its package, or make the image a dev variant",
        }),
      ),
    ...facts.packageManagers
      .filter((name) => !listed.has(name))
      .map((name) =>
        problem("package-manager-in-runtime", null, {
          message: `the runtime image has the package manager ${name}`,
          hint: "leave it out, or make the image a dev variant",
        }),
      ),
  ];
}

function configurationProblems(facts: AuditedFacts, claims: Claims): readonly FactProblem[] {
  const differ = (name: "user" | "uid" | "entrypoint" | "cmd") => {
    const [has, claimed] = [shown(facts[name]), shown(claims[name])];
    return claims[name] === undefined || has === claimed ? [] : [notAsClaimed(`its ${name} is ${has}, not ${claimed}`)];
  };
  const managers = claims.packageManagers ?? [];
  const ports = [facts.ports, claims.ports].map((list) => shown(list?.toSorted()));
  return [
    ...(["user", "uid", "entrypoint", "cmd"] as const).flatMap(differ),
    ...(claims.ports === undefined || ports[0] === ports[1]
      ? []
      : [notAsClaimed(`it has the ports ${ports.join(", not ")}`)]),
    ...Object.entries(claims.shells ?? {})
      .filter(([, names]) => !facts.shells.some((path) => names.includes(nameOf(path))))
      .map(([name]) => notAsClaimed(`it has no shell of the package ${name}`)),
    ...managers
      .filter((name) => !facts.packageManagers.includes(name))
      .map((name) => notAsClaimed(`it does not have the package manager ${name}`)),
  ];
}

function fipsProblems({ fips }: AuditedFacts, claims: Claims): readonly FactProblem[] {
  const reason = claims.fips ? fipsProblem(fips) : null;
  if (reason === null) return [];
  return [
    problem("fips-off", fips.provider === null ? null : fips.configuration, {
      message: `the image is to be FIPS compliant, but ${reason}`,
      hint: "add openssl-provider-fips and a configuration that activates it, or do not call the image compliant",
      excusable: false,
    }),
  ];
}

function notAsClaimed(what: string): FactProblem {
  return problem("not-as-claimed", null, {
    message: `the image is not what its definition says: ${what}`,
    hint: "correct the definition, or what overrides it",
    excusable: false,
  });
}

interface Reading {
  readonly read: ReadonlyMap<string, Exception>;
  readonly problems: readonly FactProblem[];
}

function readExceptions(allowed: Claims["allowed"]): Reading {
  const read = new Map<string, Exception>();
  const problems: FactProblem[] = [];
  const known: ReadonlySet<string> = new Set(allowableRules);
  for (const [rule, text] of Object.entries(allowed)) {
    const label = `${exceptionPrefix}${rule}`;
    const exception = parseException(text);
    if (!known.has(rule)) {
      problems.push(misread(`there is no rule that ${label} could be an exception from`, allowableRules.join(", ")));
    } else if ("fault" in exception) {
      problems.push(misread(`${label} ${exception.fault}`, "write a reason, or: /path /another: reason"));
    } else read.set(rule, exception);
  }
  return { read, problems };
}

function misread(message: string, hint: string): FactProblem {
  return problem("exception", null, { message, hint, excusable: false });
}

/** A problem; the hint of one that may be allowed also says how. */
function problem(
  rule: FactRule,
  path: string | null,
  { message, hint, excusable = true }: { message: string; hint: string; excusable?: boolean },
): FactProblem {
  const how = path === null ? "reason" : `${path}: reason`;
  return {
    rule,
    path,
    message,
    hint: excusable ? `${hint}; or allow it: label ${exceptionPrefix}${rule}: "${how}"` : hint,
  };
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
