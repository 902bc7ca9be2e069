import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { redactUrl } from "../http/redact.ts";
import type { FeedAddresses } from "../vuln/live/addresses.ts";
import type { Config } from "./config-schema.ts";
import type { Context } from "./context.ts";
import { CliError } from "./error.ts";

/** Where the configuration lies: $HARDPAN_CONFIG, else `hardpan/config.yaml` below $XDG_CONFIG_HOME, by default ~/.config. */
export function configFile(environment: Context["environment"]): string {
  const usual = join(environment["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "hardpan", "config.yaml");
  return environment["HARDPAN_CONFIG"] || usual;
}

const nothingSet: Config = {
  debianMirror: null,
  inputMirrors: [],
  catalog: null,
  advisories: null,
  feedMirror: null,
  feeds: {},
};

/** Reads the configuration; nothing is set where there is no file. Throws CLI_CONFIG_INVALID with line and column. */
export async function readConfig(environment: Context["environment"]): Promise<Config> {
  const file = configFile(environment);
  const content = await readFile(file, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  });
  if (content === null) return nothingSet;
  const { parseConfig } = await import("./config-schema.ts");
  try {
    return parseConfig(content, file);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new CliError("CLI_CONFIG_INVALID", cause.message, {
      hint: "the keys are debian-mirror, input-mirror, catalog, advisories, feed-mirror and feeds",
      cause,
    });
  }
}

/** What names input mirrors. */
export interface InputMirrorSettings {
  /** Of the configuration file: addresses and folders. */
  readonly configured: readonly string[];
  /** The value of HARDPAN_INPUT_MIRROR: the same, separated by spaces or commas. */
  readonly environment: string | undefined;
  /** What relative folders are relative to. */
  readonly directory: string;
}

/**
 * Base URLs, without slash at the end and without repetition, below which any input may lie as `sha256/<hex>`; the
 * configured ones first. Throws CLI_CONFIG_INVALID for an address that is not http:, https: or file:.
 */
export function inputMirrors(settings: InputMirrorSettings): readonly string[] {
  const named = (settings.environment ?? "").split(/[\s,]+/).filter((word) => word !== "");
  const place = { directory: settings.directory, what: "input mirror", hint: inputMirrorHint };
  return [...new Set([...settings.configured, ...named].map((one) => baseUrl(one, place)))];
}

const inputMirrorHint =
  "HARDPAN_INPUT_MIRROR and input-mirror name folders and http:, https: or file: URLs, the last with three slashes";

/** What names the addresses of live feeds. */
export interface FeedSettings {
  readonly configured: Pick<Config, "feedMirror" | "feeds">;
  /** The value of HARDPAN_FEED_MIRROR, which comes before the configured mirror. */
  readonly environment: string | undefined;
  /** What relative paths are relative to. */
  readonly directory: string;
}

/** Where live feeds lie in place of their publishers. Throws CLI_CONFIG_INVALID as `inputMirrors` does. */
export function feedAddresses(settings: FeedSettings): FeedAddresses {
  const { configured, environment, directory } = settings;
  const place = { directory, what: "address of feeds", hint: feedHint };
  const mirror = environment || configured.feedMirror;
  const replaced = Object.entries(configured.feeds).map(([name, one]) => [name, baseUrl(one, place)] as const);
  return { mirror: mirror === null ? null : baseUrl(mirror, place), replaced: Object.fromEntries(replaced) };
}

const feedHint =
  "HARDPAN_FEED_MIRROR, feed-mirror and feeds name paths and http:, https: or file: URLs, the last with three slashes";

function baseUrl(
  place: string,
  { directory, what, hint }: { readonly directory: string; readonly what: string; readonly hint: string },
): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(place)) return withoutSlash(pathToFileURL(resolve(directory, place)).href);
  const parsed = URL.parse(place);
  // file://inputs names a machine: the folder would be its root.
  const isNowhere = parsed?.protocol === "file:" && parsed.host !== "";
  if (parsed !== null && /^(https?|file):$/.test(parsed.protocol) && !isNowhere) return withoutSlash(parsed.href);
  throw new CliError("CLI_CONFIG_INVALID", `cannot use the ${what} ${redactUrl(place)}`, { hint });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
