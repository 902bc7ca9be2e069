import { ScanError } from "../error.ts";

/** What a Go program says of itself: what `go version -m` prints. */
export interface GoBuild {
  /** `go1.22.1`, as the program has it. */
  readonly goVersion: string;
  /** Import path of its main package; empty when it was built without module support, or does not say. */
  readonly path: string;
  /** The module of the main package; null when it was built without one. */
  readonly main: GoModule | null;
  readonly dependencies: readonly GoModule[];
  /** Settings by key, such as `-ldflags`, `GOARCH`, `vcs.revision`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A module and its version as written, `(devel)` where it has none. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** What was built in its place; its path may be a folder. */
  readonly replacement?: { readonly path: string; readonly version: string };
}

/** What is more than any real program has. */
const limits = { modules: 20_000, settings: 200, setting: 16_384 };

/**
 * Reads the lines `path`, `mod`, `dep`, `=>` and `build` that the linker puts into a program (runtime/debug.BuildInfo). Lines
 * of other kinds are passed over. Throws SCAN_FILE_INVALID.
 */
export function parseModuleInfo(text: string): Omit<GoBuild, "goVersion"> {
  let path = "";
  let main: GoModule | null = null;
  let isMain = false;
  const dependencies: GoModule[] = [];
  const settings: [string, string][] = [];
  for (const line of text.split("\n")) {
    const [kind = "", ...fields] = line.split("\t");
    if (kind === "path") path = fields[0] ?? "";
    else if (kind === "mod" || kind === "dep") {
      isMain = kind === "mod";
      const found = moduleOf(fields, line);
      if (isMain) main = found;
      else if (dependencies.push(found) > limits.modules) throw damaged("it names too many modules");
    } else if (kind === "=>") {
      const replaced: GoModule | null | undefined = isMain ? main : dependencies.pop();
      if (replaced === null || replaced === undefined) throw damaged("it replaces a module it does not name");
      const whole: GoModule = { ...replaced, replacement: moduleOf(fields, line) };
      if (isMain) main = whole;
      else dependencies.push(whole);
    } else if (kind === "build") {
      const setting = settingOf(line.slice("build\t".length));
      if (setting !== null && settings.push(setting) > limits.settings) throw damaged("it has too many build settings");
    }
  }
  return { path, main, dependencies, settings: Object.fromEntries(settings) };
}

function moduleOf([path = "", version = ""]: readonly string[], line: string): GoModule {
  if (path === "") throw damaged(`it has the line ${JSON.stringify(line.slice(0, 100))}`);
  return { path, version };
}

/** `key=value`, either quoted as in Go's source where it has blanks or quotes. */
function settingOf(text: string): [string, string] | null {
  if (text.length > limits.setting) return null;
  const [, quotedKey, plainKey, value = ""] = /^(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|([^="`]+))=(.*)$/s.exec(text) ?? [];
  const key = plainKey ?? (quotedKey === undefined ? undefined : unquoted(quotedKey));
  return key === undefined ? null : [key, unquoted(value)];
}

/** Go's strings have escapes that JSON has not; a text with one of those stays as it is. */
function unquoted(text: string): string {
  if (text.startsWith("`") && text.endsWith("`") && text.length > 1) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}

function damaged(reason: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", `the build information of a Go program is damaged: ${reason}`, {
    hint: "the file is damaged; go version -m says what Go makes of it",
  });
}
