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
 * else the first by path.
 */
export function fipsFacts(input: Pick<AuditInput, "files" | "contents" | "traits" | "container">): FipsFacts {
  const { environment, labels } = input.container;
  const certificate = labels[certificateLabel] ?? null;
  const configuration = configurationPath(input, environment);
  const config: OpensslConfig =
    configuration === null ? new Map() : readOpensslConfig(configuration, (path) => textsAt(input, path));
  const { activated, enforced, mac, module } = settings(config);
  const found = findModule(input, { environment, module });
  if (found === null) return { ...absent, configuration, certificate };
  const { fips } = found.trait;
  return {
    provider: `/${found.path}`,
    version: fips?.version ?? null,
    configuration,
    activated,
    enforced,
    intact: mac === null || fips === undefined ? null : mac === fips.mac,
    certificate,
    outside: foreignCryptography(input.traits),
  };
}

/** Why FIPS is not on, as the end of a sentence; null when it is on. */
export function fipsProblem(fips: FipsFacts): string | null {
  if (fips.provider === null) return "there is no provider fips.so";
  if (fips.configuration === null) return "there is no openssl.cnf";
  if (!fips.activated) return `${fips.configuration} does not activate the provider`;
  if (!fips.enforced) return `${fips.configuration} does not set default_properties to fips=yes`;
  if (fips.intact === false) return `module-mac in the configuration is not that of ${fips.provider}`;
  return null;
}

const absent = { provider: null, version: null, activated: false, enforced: false, intact: null, outside: [] } as const;

function configurationPath({ files }: Pick<ImageTree, "files">, environment: readonly string[]): string | null {
  const named = environmentValue(environment, "OPENSSL_CONF");
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
  const folder = resolvePath(files, environmentValue(wanted.environment, "OPENSSL_MODULES") ?? "");
  const sorted = found.sort((a, b) => (a.path < b.path ? -1 : 1));
  return sorted.find(({ path }) => parentOf(path) === folder) ?? sorted[0] ?? null;
}

/**
 * What the configuration does: the section that `openssl_conf` names, or `nodejs_conf` where only Node.js is meant, says
 * which of its sections is for what.
 */
function settings(config: OpensslConfig) {
  const section = (name: string | undefined) => (name === undefined ? undefined : config.get(name));
  const start = config.get("default");
  const main = section(start?.get("openssl_conf") ?? start?.get("nodejs_conf"));
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
function textsAt(tree: Pick<ImageTree, "files" | "contents">, path: string): readonly string[] {
  const text = textAt(tree, path);
  if (text !== null) return [text];
  const folder = resolvePath(tree.files, path);
  const inside = [...tree.contents.keys()].filter((file) => parentOf(file) === folder && /\.(?:cnf|conf)$/.test(file));
  return inside.sort().flatMap((file) => textAt(tree, file) ?? []);
}
