import { parseEnvironmentFile } from "./environment-file.ts";
import { parseUnitFile, type UnitSection } from "./unit-file.ts";
import { expandSpecifiers, expandVariables, type UnitScope, unitWords } from "./words.ts";

/** What a service's unit says of how it runs. */
export interface ServiceUnit {
  /** `redis-server.service`. */
  readonly name: string;
  /** `simple`, `notify`, `forking`, `oneshot` and so on (systemd.service(5)). */
  readonly type: string;
  /** The program with its arguments; the variables of its environment files are in place. */
  readonly command: readonly string[];
  readonly user: string | null;
  /** Absolute paths that systemd would make for it. */
  readonly folders: Readonly<Record<FolderKind, readonly string[]>>;
  /** Paths it may write to besides. */
  readonly writable: readonly string[];
  /** Where it writes its process id; null where the unit does not say. */
  readonly pidFile: string | null;
  readonly workDir: string | null;
  readonly environment: ReadonlyMap<string, string>;
  /** `SIGQUIT`; null where the unit names none. */
  readonly stopSignal: string | null;
  /** What of the command could not be told. */
  readonly doubts: readonly string[];
}

/** Kinds of folders: `state` is kept, the rest may be lost. */
export type FolderKind = "state" | "cache" | "logs" | "runtime";

/** The unit's file name, and how the files that it names are read: null for one that is not there. */
export interface ServiceOptions {
  readonly name: string;
  readFile(path: string): string | null;
}

/** Reads a `.service` file; null where it starts nothing. */
export function readServiceUnit(text: string, { name, readFile }: ServiceOptions): ServiceUnit | null {
  const service = parseUnitFile(text).get("Service") ?? new Map<string, readonly string[]>();
  const user = last(service, "User");
  const scope: UnitScope = { unit: name, user };
  const environment = environmentOf(service, scope);
  const [line] = service.get("ExecStart") ?? [];
  const started = line === undefined ? null : commandOf(line, scope);
  if (started === null) return null;
  const { variables, missing } = variablesOf(service, { environment, readFile, scope });
  const expanded = expandVariables(started.words, variables);
  const [program] = expanded.words;
  if (program === undefined || program === "") return null;
  const lost = missing.length > 0 ? expanded.unset : [];
  return {
    name,
    type: last(service, "Type") ?? "simple",
    command: expanded.words,
    user,
    folders: foldersOf(service, scope),
    writable: ["ReadWritePaths", "ReadWriteDirectories"].flatMap((key) => paths(service, key, scope)),
    pidFile: paths(service, "PIDFile", scope)[0] ?? null,
    workDir: paths(service, "WorkingDirectory", scope)[0] ?? null,
    // What only the command line is made of says nothing to the program.
    environment: new Map([...environment].filter(([variable]) => !started.words.includes(`$${variable}`))),
    stopSignal:
      last(service, "KillSignal")
        ?.toUpperCase()
        .replace(/^(?!SIG)/, "SIG") ?? null,
    doubts: [...started.unknown, ...lost.map((variable) => `$${variable}`)],
  };
}

function last(service: UnitSection, key: string): string | null {
  return service.get(key)?.at(-1) ?? null;
}

/** The words of `ExecStart=` less the signs before the program; of `@` the word that is only the program's name, too. */
function commandOf(
  line: string,
  scope: UnitScope,
): { readonly words: readonly string[]; readonly unknown: readonly string[] } | null {
  const words = unitWords(line);
  const [first = "", ...rest] = words ?? [];
  const [signs = ""] = /^[-@:+!|]*/.exec(first) ?? [];
  const named = signs.includes("@") ? rest.slice(1) : rest;
  const expanded = [first.slice(signs.length), ...named].map((word) => expandSpecifiers(word, scope));
  if (words === null || first === "") return null;
  return { words: expanded.map(({ text }) => text), unknown: expanded.flatMap(({ unknown }) => unknown) };
}

function environmentOf(service: UnitSection, scope: UnitScope): ReadonlyMap<string, string> {
  const words = (service.get("Environment") ?? []).flatMap((value) => unitWords(value) ?? []);
  return new Map(
    words.flatMap((word): [string, string][] => {
      const [, name, value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(expandSpecifiers(word, scope).text) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

interface VariableSources {
  readonly environment: ReadonlyMap<string, string>;
  readonly scope: UnitScope;
  readFile(path: string): string | null;
}

/** Variables of the unit and of its environment files; `missing` are those that must be there and are not in the package. */
function variablesOf(service: UnitSection, { environment, scope, readFile }: VariableSources) {
  const variables = new Map(environment);
  const missing: string[] = [];
  for (const value of service.get("EnvironmentFile") ?? []) {
    const path = expandSpecifiers(value.replace(/^-/, ""), scope).text;
    const text = readFile(path);
    for (const [name, content] of parseEnvironmentFile(text ?? "")) variables.set(name, content);
    if (text === null && !value.startsWith("-")) missing.push(path);
  }
  return { variables, missing };
}

const bases: Readonly<Record<FolderKind, readonly [key: string, base: string]>> = {
  state: ["StateDirectory", "/var/lib"],
  cache: ["CacheDirectory", "/var/cache"],
  logs: ["LogsDirectory", "/var/log"],
  runtime: ["RuntimeDirectory", "/run"],
};

function foldersOf(service: UnitSection, scope: UnitScope): ServiceUnit["folders"] {
  const of = (kind: FolderKind) => {
    const [key, base] = bases[kind];
    const words = (service.get(key) ?? []).flatMap((value) => unitWords(value) ?? []);
    const names = words.map((word) => expandSpecifiers(word.split(":")[0] ?? "", scope).text);
    return names.filter((name) => isSafe(`/${name}`)).map((name) => `${base}/${name}`);
  };
  return { state: of("state"), cache: of("cache"), logs: of("logs"), runtime: of("runtime") };
}

/** Absolute paths of a setting, without the signs before them. */
function paths(service: UnitSection, key: string, scope: UnitScope): readonly string[] {
  const words = (service.get(key) ?? []).flatMap((value) => unitWords(value) ?? []);
  const named = words.map((word) => expandSpecifiers(word.replace(/^[-+]+/, ""), scope).text);
  return named.filter(isSafe).map((path) => path.replace(/^\/var\/run(?=\/|$)/, "/run"));
}

/** Whether a text is a path of plain names from the root on. */
export function isSafe(path: string): boolean {
  return /^(\/[\w.@+-]+)+$/.test(path) && !path.split("/").some((part) => part === "." || part === "..");
}
