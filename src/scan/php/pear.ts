import { ScanError } from "../error.ts";
import { type PhpValue, parseSerialized } from "./serialized.ts";

/** A package as PEAR's registry has it. */
export interface PearPackage {
  readonly name: string;
  readonly version: string;
  /** Whose package it is: `pear.php.net`, `pecl.php.net` or another channel. */
  readonly channel: string;
  readonly licenses: readonly string[];
  readonly supplier: string | null;
  /** What it needs, as `channel/name` in lower case. */
  readonly requires: readonly string[];
  /** Absolute paths. */
  readonly files: readonly string[];
}

const mostFiles = 100_000;
const longestPath = 4096;

/** Reads a package's file of PEAR's registry (`.registry/<name>.reg`), of package.xml 2.0 or 1.0. Throws SCAN_FILE_INVALID. */
export function parsePearPackage(content: Uint8Array): PearPackage {
  const record = parseSerialized(content);
  const name = textAt(record, "name") ?? textAt(record, "package");
  const version = textAt(record, "version", "release") ?? textAt(record, "version");
  if (name === null || !/^[A-Za-z][A-Za-z0-9_.]*$/.test(name)) throw invalid("it names no package");
  if (version === null || !/^[\w.+~-]+$/.test(version)) throw invalid(`it gives no version of ${name}`);
  const channel = textAt(record, "channel") ?? defaultChannel;
  if (!isChannel(channel)) throw invalid(`its channel is not a channel's name`);
  return {
    name,
    version,
    channel,
    licenses: licensesOf(record),
    supplier: supplierOf(record),
    requires: requiresOf(record),
    files: filesOf(record),
  };
}

const defaultChannel = "pear.php.net";

function isChannel(channel: string): boolean {
  return channel.length <= 200 && /^\w[\w.-]*(\/\w[\w.-]*)*$/.test(channel);
}

function licensesOf(record: PhpValue): readonly string[] {
  const license =
    textAt(record, "license", "_content") ?? textAt(record, "license") ?? textAt(record, "release_license");
  return license === null ? [] : [license];
}

function supplierOf(record: PhpValue): string | null {
  const [lead] = manyAt(record, "lead");
  const name = textAt(lead, "name");
  const mail = textAt(lead, "email");
  return name === null || mail === null ? name : `${name} <${mail}>`;
}

function requiresOf(record: PhpValue): readonly string[] {
  const required = at(at(record, "dependencies"), "required");
  return manyAt(required, "package").flatMap((item) => {
    const name = textAt(item, "name");
    const channel = textAt(item, "channel") ?? defaultChannel;
    return name === null ? [] : [`${channel}/${name}`.toLowerCase()];
  });
}

function filesOf(record: PhpValue): readonly string[] {
  const list = at(record, "filelist");
  if (!(list instanceof Map)) return [];
  const paths: string[] = [];
  for (const file of list.values()) {
    const path = at(file, "installed_as");
    if (typeof path === "string" && path.startsWith("/") && path.length <= longestPath) paths.push(path);
    if (paths.length === mostFiles) break;
  }
  return paths;
}

function at(value: PhpValue | undefined, key: string): PhpValue | undefined {
  return value instanceof Map ? value.get(key) : undefined;
}

/** The text that the keys lead to, on one line; null where there is none. */
function textAt(value: PhpValue | undefined, ...keys: readonly string[]): string | null {
  const found = keys.reduce<PhpValue | undefined>(at, value);
  const text = typeof found === "string" ? found.replaceAll(/\s+/g, " ").trim().slice(0, 200) : "";
  return text === "" ? null : text;
}

/** What stands at `key`: one thing, or a list of several. */
function manyAt(value: PhpValue | undefined, key: string): readonly PhpValue[] {
  const found = at(value, key);
  if (found === undefined) return [];
  return found instanceof Map && found.has("0") ? [...found.values()] : [found];
}

function invalid(reason: string): ScanError {
  return new ScanError("SCAN_FILE_INVALID", reason, {
    hint: "the registry of installed PEAR packages is damaged; install the package again",
  });
}
