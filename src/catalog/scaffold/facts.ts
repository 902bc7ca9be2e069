/** A file as a package ships it. */
export interface PackagedFile {
  /** From the root, with `/bin`, `/sbin` and `/lib` where they lead: `/usr/bin/jq`. */
  readonly path: string;
  readonly type: "file" | "directory" | "link";
  readonly mode: number;
  /** Of a link: where it leads, absolute. */
  readonly target: string | null;
  /** What runs it, where it is a script: `/bin/sh`. */
  readonly interpreter: string | null;
}

/** What is known of a package from its .deb; nothing of it was run. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly depends: string;
  /** Of the control file; empty where it has none. */
  readonly section: string;
  readonly homepage: string;
  /** First line of the description, and the rest. */
  readonly synopsis: string;
  readonly description: string;
  readonly files: readonly PackagedFile[];
  /** What its units, configuration and scripts say, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Its maintainer scripts, by name. */
  readonly scripts: ReadonlyMap<string, string>;
  /** The option by which a program says its version, `--version` or `-V`, where its content has it. */
  readonly versionOptions: ReadonlyMap<string, string>;
}

/** What an image's definition is guessed from. */
export interface ScaffoldFacts {
  /** The package that the image is for. */
  readonly main: PackageFacts;
  /** It, and what is in the image of the same source package; or, where those have no program, what it depends on. */
  readonly own: readonly PackageFacts[];
  /** All other packages of the runtime image that were looked into: of them only programs and what has special rights. */
  readonly others: readonly Pick<PackageFacts, "name" | "files" | "versionOptions">[];
  /** Whether `own` and `others` are all packages of the image. */
  readonly isComplete: boolean;
  /** What a -dev image has beyond all such images, and the names of all its packages; null where there is none. */
  readonly dev: {
    readonly brought: readonly Pick<PackageFacts, "name" | "files">[];
    readonly closure: readonly string[];
  } | null;
  /** Names of services with their ports, as /etc/services has them: `redis` is `6379/tcp`. */
  readonly services: ReadonlyMap<string, readonly string[]>;
}

/** How sure a guess is. What is not certain is said in the definition. */
export type Confidence = "certain" | "likely" | "unsure";

/** Something that was concluded. */
export interface Guess {
  /** The key of the definition, or of `info.yaml`: `entrypoint`. */
  readonly what: string;
  readonly value: string;
  /** What it was concluded from, as words that go after `from`. */
  readonly reason: string;
  readonly confidence: Confidence;
}

/** A value with how it was come by. `look` says what to look at where it is not certain. */
export interface Guessed<Value> {
  readonly value: Value;
  readonly reason: string;
  readonly confidence: Confidence;
  readonly look: string;
}

/** A guess that is right by itself. */
export function certain<Value>(value: Value, reason: string): Guessed<Value> {
  return { value, reason, confidence: "certain", look: "" };
}

/** A guess that is usually right. */
export function likely<Value>(value: Value, reason: string, look = "check"): Guessed<Value> {
  return { value, reason, confidence: "likely", look };
}

/** A guess that may well be wrong; `look` says what to look at. */
export function unsure<Value>(value: Value, reason: string, look = "check"): Guessed<Value> {
  return { value, reason, confidence: "unsure", look };
}

/** Where a path leads with the links of a merged /usr: `/bin/sh` is `/usr/bin/sh`. */
export function merged(path: string): string {
  return /^\/(bin|sbin|lib|lib64)(\/|$)/.test(path) ? `/usr${path}` : path.replace(/^\/var\/run(?=\/|$)/, "/run");
}

const mostLinks = 8;

/** The path of the file that a path leads to through links; itself where it is none, or where they go in a circle. */
export function behindLinks(path: string, files: ReadonlyMap<string, PackagedFile>): string {
  let found = path;
  for (let count = 0; count < mostLinks; count++) {
    const target = files.get(found)?.target ?? null;
    if (target === null) return found;
    found = target;
  }
  return path;
}

/** Files of packages by their paths. */
export function filesByPath(packages: readonly Pick<PackageFacts, "files">[]): ReadonlyMap<string, PackagedFile> {
  return new Map(packages.flatMap(({ files }) => files.map((file) => [file.path, file])));
}

/** Folders of PATH. */
export function isProgramPath(path: string): boolean {
  return /^\/usr\/(local\/)?s?bin\/[^/]+$/.test(path);
}
