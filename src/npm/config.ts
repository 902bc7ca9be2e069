import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { NpmError } from "./error.ts";

/** The part of npm's configuration that says where the registry is and how to talk to it. */
export interface NpmConfig {
  /** Base URL; null leaves it to npm's own default. */
  readonly registry: string | null;
  /** Options as npm's libraries take them: credentials by address, scopes' registries, certificates, proxies. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where npm's configuration is looked for. npm itself need not be installed. */
export interface NpmConfigSources {
  /** The process environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  /** The project's folder, whose .npmrc counts. */
  readonly directory: string;
  /** Path of the running Node, next to which a global npmrc may lie. */
  readonly execPath: string;
}

/**
 * Reads npm's configuration with npm's own precedence: `npm_config_*` variables, the project's .npmrc, the user's
 * (~/.npmrc or `npm_config_userconfig`), the global one (`npm_config_globalconfig`, else the first of
 * <prefix>/etc/npmrc, /usr/local/etc/npmrc, /usr/etc/npmrc and /etc/npmrc). Throws NPM_CONFIG_INVALID for an address
 * that is none and a certificate file that cannot be read.
 */
export async function readNpmConfig(sources: NpmConfigSources): Promise<NpmConfig> {
  const variables = fromEnvironment(sources.environment);
  const project = await readSettings(join(sources.directory, ".npmrc"), sources);
  const user = await readSettings(variables.get("userconfig") ?? join(sources.home, ".npmrc"), sources);
  const global = await firstSettings(globalFiles(variables, sources), sources);
  const settings = new Map([...global, ...user, ...project, ...variables]);
  return await configOf(settings);
}

/** Settings of npm: a key given several times as `key[]` has its values joined by line ends. */
type Settings = ReadonlyMap<string, string>;

/**
 * Reads the text of an .npmrc: `key = value` lines, `;` and `#` comments, quoted values, `key[] = value` lists and
 * `${VARIABLE}` from the environment; unknown variables are kept as they are, as npm does.
 */
export function parseNpmrc(content: string, environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings = new Map<string, string>();
  for (const line of content.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith(";") || trimmed.startsWith("#") || trimmed.startsWith("[")) continue;
    const at = trimmed.indexOf("=");
    const rawKey = expand((at === -1 ? trimmed : trimmed.slice(0, at)).trim(), environment);
    const value = at === -1 ? "true" : expand(unquote(trimmed.slice(at + 1).trim()), environment);
    const isList = rawKey.endsWith("[]");
    const key = isList ? rawKey.slice(0, -2) : rawKey;
    const before = isList ? settings.get(key) : undefined;
    settings.set(key, before === undefined ? value : `${before}\n${value}`);
  }
  return settings;
}

/** The registry that the configuration names for package `name`: its scope's, else the general one, with `/` at its end; null for npm's own default. */
export function registryOf(name: string, config: NpmConfig): string | null {
  const scoped = name.startsWith("@") ? config.options[`${name.split("/", 1)[0]}:registry`] : undefined;
  const configured = typeof scoped === "string" ? scoped : config.registry;
  return configured === null || configured.endsWith("/") ? configured : `${configured}/`;
}

function unquote(value: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(value);
  if (quoted === null) return value.replace(/\s[;#].*$/, "").trim();
  return (quoted[1] ?? quoted[2] ?? "").replaceAll("\\n", "\n");
}

function expand(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => {
    const optional = name.endsWith("?");
    return environment[optional ? name.slice(0, -1) : name] ?? (optional ? "" : whole);
  });
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
  const settings = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value === "" || !/^npm_config_/i.test(name)) continue;
    const key = name.slice("npm_config_".length);
    settings.set(key.startsWith("//") || key.startsWith("@") ? key : key.toLowerCase().replace(/(?!^)_/g, "-"), value);
  }
  return settings;
}

/** npm takes its prefix from here when nothing else names one. */
const prefixVariable = "PREFIX";

function globalFiles(variables: Settings, { environment, execPath }: NpmConfigSources): readonly string[] {
  const named = variables.get("globalconfig");
  if (named !== undefined) return [named];
  const prefix = variables.get("prefix") ?? environment[prefixVariable] ?? dirname(dirname(execPath));
  return [join(prefix, "etc/npmrc"), "/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc"];
}

async function firstSettings(files: readonly string[], sources: NpmConfigSources): Promise<Settings> {
  for (const file of files) {
    const settings = await readSettings(file, sources);
    if (settings.size > 0) return settings;
  }
  return new Map();
}

async function readSettings(file: string, { environment }: NpmConfigSources): Promise<Settings> {
  const content = await readFile(file, "utf8").catch(() => null);
  return content === null || content.length > 1 << 20 ? new Map() : parseNpmrc(content, environment);
}

async function configOf(settings: Settings): Promise<NpmConfig> {
  const registry = settings.get("registry") ?? null;
  if (registry !== null) checkAddress("registry", registry);
  const addressed = [...settings].filter(([key]) => key.startsWith("//") || /^@.+:registry$/.test(key));
  const authorities = await certificates(settings);
  const options: Record<string, unknown> = {
    ...Object.fromEntries(addressed),
    ...(registry === null ? {} : { registry }),
    ...(authorities === null ? {} : { ca: authorities }),
    ...given("cert", settings.get("cert")?.replaceAll("\\n", "\n")),
    ...given("key", settings.get("key")?.replaceAll("\\n", "\n")),
    ...given("proxy", address("proxy", settings)),
    ...given("httpsProxy", address("https-proxy", settings)),
    ...given("noProxy", settings.get("noproxy")),
    ...given("localAddress", settings.get("local-address")),
    strictSSL: settings.get("strict-ssl") !== "false",
    replaceRegistryHost: settings.get("replace-registry-host") ?? "npmjs",
  };
  return { registry, options };
}

async function certificates(settings: Settings): Promise<readonly string[] | null> {
  const file = settings.get("cafile");
  if (file === undefined || file === "null" || file === "") {
    const inline = settings.get("ca");
    return inline === undefined || inline === "null" || inline === "" ? null : [inline.replaceAll("\\n", "\n")];
  }
  const content = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new NpmError("NPM_CONFIG_INVALID", `npm's setting cafile names ${file}, which cannot be read`, {
      hint: "correct it with `npm config set cafile FILE`, or remove it",
      cause,
    });
  });
  return content.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

function address(key: string, settings: Settings): string | undefined {
  const value = settings.get(key);
  if (value === undefined || value === "null" || value === "false" || value === "") return undefined;
  checkAddress(key, value);
  return value;
}

function checkAddress(key: string, value: string): void {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return;
  throw new NpmError("NPM_CONFIG_INVALID", `npm's setting ${key} is not a web address`, {
    hint: `look at it with \`npm config get ${key}\``,
  });
}

function given(key: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [key]: value };
}
