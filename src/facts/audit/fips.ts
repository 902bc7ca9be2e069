import { environmentValue } from "../environment.ts";
import { isFipsModule } from "../fips-module.ts";
import type { FipsFacts, ImageTree } from "../model.ts";
import { findFile, nameOf, parentOf, resolvePath } from "../path.ts";
import { textAt } from "../text-at.ts";
import type { ElfTrait } from "../trait.ts";
import { foreignCryptography } from "./foreign-cryptography.ts";
import type { AuditInput } from "./input.ts";
import { type OpensslConfig, readOpensslConfig } from "./openssl-config.ts";

/** The label in which an image states the certificate of its FIPS module, such as `CMVP #4985`. */
export const certificateLabel = "io.hardpan.fips.certificate";

/** The certificate that labels state; null where they state none, or something without a number. */
export function certificateOf(labels: Readonly<Record<string, string>>): string | null {
  const stated = labels[certificateLabel]?.trim() ?? "";
  return /\d{2}/.test(stated) ? stated : null;
}

/** Where builds of OpenSSL look for their configuration, when the environment does not say. */
const usualConfigurations = [
  ...["usr/lib/ssl/openssl.cnf", "etc/ssl/openssl.cnf", "etc/pki/tls/openssl.cnf"],
  ...["usr/local/ssl/openssl.cnf", "usr/local/lib/ssl/openssl.cnf"],
];

/** Whether the content of the file at `path` says what providers OpenSSL loads. */
export function isFipsConfiguration(path: string, environment: readonly string[]): boolean {
  if (["openssl.cnf", "fipsmodule.cnf"].includes(nameOf(path))) return true;
  if (/^etc\/(?:ssl|pki\/tls)\/.*\.(?:cnf|conf)$/.test(path)) return true;
  return path === environmentValue(environment, "OPENSSL_CONF")?.replace(/^\/+/, "");
}

/**
 * What the image has of a FIPS provider: the file that the configuration names as `module`, else that in OPENSSL_MODULES,
 * else one in a folder where OpenSSL looks, else the first by path. `isReadable` says so of a path for the image's user.
 */
export function fipsFacts(
  input: Pick<AuditInput, "files" | "contents" | "traits" | "container">,
  isReadable: (path: string) => boolean,
): FipsFacts {
  const { environment, labels } = input.container;
  const certificate = certificateOf(labels);
  const configuration = configurationPath(input, environment);
  const used: string[] = [];
  const read = (path: string) => {
    const texts = textsAt(input, path);
    used.push(...texts.map(({ file }) => file));
    return texts.map(({ text }) => text);
  };
  const config: OpensslConfig = configuration === null ? new Map() : readOpensslConfig(configuration, read);
  const { activated, enforced, mac, module } = settings(config, {
    runsNode: runsNode(input),
    hasLibrary: hasLibrary(input),
  });
  const found = findModule(input, { environment, module });
  if (found === null) return { ...absent, configuration, certificate };
  const { fips } = found.trait;
  const unreadable = [...used, found.path].find((path) => !isReadable(path));
  return {
    provider: `/${found.path}`,
    version: fips?.version ?? null,
    configuration,
    activated,
    enforced,
    intact: mac === null || fips === undefined ? null : mac === fips.mac,
    unreadable: unreadable === undefined ? null : `/${unreadable}`,
    certificate,
    outside: foreignCryptography(input.traits),
  };
}

/** Why FIPS is not on, as the end of a sentence; null when it is on. */
export function fipsProblem(fips: FipsFacts): string | null {
  if (fips.provider === null) return "there is no provider fips.so";
  if (fips.configuration === null) return "there is no openssl.cnf";
  if (fips.unreadable !== null) return `the image's user cannot read ${fips.unreadable}`;
  if (!fips.activated) return `${fips.configuration} does not activate the provider`;
  if (!fips.enforced) return `${fips.configuration} does not set default_properties to fips=yes`;
  if (fips.intact === null) return `${fips.configuration} has no module-mac for ${fips.provider}`;
  if (!fips.intact) return `module-mac in the configuration is not that of ${fips.provider}`;
  return null;
}

const absent = {
  ...{ provider: null, version: null, activated: false, enforced: false, intact: null, unreadable: null, outside: [] },
} as const;

function configurationPath({ files }: Pick<ImageTree, "files">, environment: readonly string[]): string | null {
  const named = environmentValue(environment, "OPENSSL_CONF");
  // Where a relative one leads depends on where each program is started.
  if (named !== null && !named.startsWith("/")) return null;
  const candidates = named === null ? usualConfigurations : [named];
  const found = candidates.map((path) => findFile(files, path)).find((file) => file !== null);
  return found === undefined ? null : `/${found.path}`;
}

function findModule(
  { files, traits }: Pick<AuditInput, "files" | "traits">,
  wanted: { readonly environment: readonly string[]; readonly module: string | null },
): { readonly path: string; readonly trait: ElfTrait } | null {
  const found = [...traits].flatMap(([path, trait]) =>
    trait.kind === "elf" && isFipsModule(path) ? [{ path, trait }] : [],
  );
  if (wanted.module !== null) {
    const place = resolvePath(files, wanted.module);
    return found.find(({ path }) => path === place) ?? null;
  }
  const sorted = found.sort((a, b) => (a.path < b.path ? -1 : 1));
  const named = environmentValue(wanted.environment, "OPENSSL_MODULES");
  if (named !== null) return sorted.find(({ path }) => parentOf(path) === resolvePath(files, named)) ?? null;
  return sorted.find(({ path }) => path.includes("/ossl-modules/")) ?? sorted[0] ?? null;
}

function runsNode({ traits }: Pick<AuditInput, "traits">): boolean {
  return [...traits].some(([path, { kind }]) => kind === "elf" && nameOf(path) === "node");
}

function hasLibrary({ files }: Pick<AuditInput, "files">): boolean {
  return [...files.keys()].some((path) => nameOf(path).startsWith("libcrypto.so"));
}

/**
 * What the configuration does for all programs that read it: those of OpenSSL follow the section that `openssl_conf`
 * names, Node.js the one that `nodejs_conf` names. An image with Node.js alone need have no more than that.
 */
function settings(
  config: OpensslConfig,
  { runsNode, hasLibrary }: { readonly runsNode: boolean; readonly hasLibrary: boolean },
) {
  const start = config.get("default");
  const [openssl, node] = [start?.get("openssl_conf"), start?.get("nodejs_conf")];
  const nodeAlone = runsNode && !hasLibrary && openssl === undefined;
  const starts = [...(nodeAlone ? [] : [openssl]), ...(runsNode ? [node] : [])];
  const all = starts.map((name) => settingsFrom(config, name));
  return {
    activated: all.every(({ activated }) => activated),
    enforced: all.every(({ enforced }) => enforced),
    module: all[0]?.module ?? null,
    mac: all[0]?.mac ?? null,
  };
}

/** What the section called `name` does; it says which other section is for what. */
function settingsFrom(config: OpensslConfig, name: string | undefined) {
  const section = (called: string | undefined) => (called === undefined ? undefined : config.get(called));
  const main = section(name);
  const provider = section(section(main?.get("providers"))?.get("fips"));
  const activate = provider?.get("activate");
  const properties = section(main?.get("alg_section"))?.get("default_properties") ?? "";
  return {
    activated: activate !== undefined && !["0", "no", "false", "off"].includes(activate.toLowerCase()),
    enforced: properties.split(",").some((property) => /^\s*fips\s*(?:=\s*yes\s*)?$/.test(property)),
    module: provider?.get("module")?.match(/^\/.*/)?.[0] ?? null,
    mac: provider?.get("module-mac")?.replaceAll(":", "").toLowerCase() ?? null,
  };
}

/** The texts of a file, or of the configuration files of a folder. */
function textsAt(
  tree: Pick<ImageTree, "files" | "contents">,
  path: string,
): readonly { readonly file: string; readonly text: string }[] {
  const text = textAt(tree, path);
  if (text !== null) return [{ file: resolvePath(tree.files, path) ?? path, text }];
  const folder = resolvePath(tree.files, path);
  const inside = [...tree.contents.keys()].filter((file) => parentOf(file) === folder && /\.(?:cnf|conf)$/.test(file));
  return inside.sort().flatMap((file) => {
    const content = textAt(tree, file);
    return content === null ? [] : [{ file, text: content }];
  });
}
