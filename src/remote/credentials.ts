import { open } from "node:fs/promises";
import { join } from "node:path";
import { asObject, asString, type JsonObject, optional, parseJsonObject } from "../oci/json.ts";
import type { CredentialLookup, Credentials } from "./auth.ts";
import { askHelper, type RunHelper } from "./credential-helper.ts";
import { RemoteError } from "./error.ts";

/** Where this user's files are. */
export interface LoginPlace {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The user's number, after which Podman names a folder where XDG_RUNTIME_DIR is not set; null on systems without. */
  readonly uid: number | null;
}

/**
 * The files in which Docker and Podman keep logins, in the order they are asked: REGISTRY_AUTH_FILE, Docker's in
 * DOCKER_CONFIG or ~/.docker, and Podman's in XDG_RUNTIME_DIR or /run/containers/UID, and XDG_CONFIG_HOME or ~/.config.
 */
export function credentialFiles({ environment, home, uid }: LoginPlace): readonly string[] {
  const runtime = environment["XDG_RUNTIME_DIR"];
  const perUser = uid === null ? undefined : join("/run/containers", String(uid), "auth.json");
  const files = [
    environment["REGISTRY_AUTH_FILE"],
    join(environment["DOCKER_CONFIG"] || join(home, ".docker"), "config.json"),
    runtime ? join(runtime, "containers", "auth.json") : perUser,
    join(environment["XDG_CONFIG_HOME"] || join(home, ".config"), "containers", "auth.json"),
  ];
  return files.filter((file): file is string => file !== undefined && file !== "");
}

/**
 * Looks credentials up in Docker's config.json and Podman's auth.json, in each of `files` in turn. In a file that names a
 * helper for the registry (`credHelpers`), or for all (`credsStore`), the helper alone is asked, as Docker does; else
 * `auths`: the repository's own entry, those of the paths above it, then the registry's. Files that are absent are passed
 * over. Throws REMOTE_CREDENTIALS for a file that cannot be understood and a helper that cannot be asked.
 */
export function createCredentialLookup(
  files: readonly string[],
  options: { readonly runHelper?: RunHelper } = {},
): CredentialLookup {
  return async (place) => {
    for (const file of files) {
      const bytes = await readIfThere(file);
      if (bytes === null) continue;
      const found = await lookIn(readConfig(bytes, file), { ...place, file, ...options });
      if (found !== null) return found;
    }
    return null;
  };
}

interface Question {
  readonly registry: string;
  readonly repository: string;
  readonly file: string;
  readonly runHelper?: RunHelper;
}

interface LoginConfig {
  readonly auths: JsonObject;
  readonly helpers: JsonObject;
  readonly store: string | undefined;
}

/** Docker keeps its Hub's login under an old address; Podman and people use its names. */
const hubAddress = "https://index.docker.io/v1/";
const hubNames = ["docker.io", "index.docker.io", "registry-1.docker.io"];

async function lookIn(config: LoginConfig, question: Question): Promise<Credentials | null> {
  const { registry, file, runHelper } = question;
  const hosts = registry === "docker.io" ? [hubAddress, ...hubNames] : [registry];
  const named = hosts.find((host) => typeof config.helpers[host] === "string");
  const helper = named === undefined ? config.store : config.helpers[named];
  // An empty name takes the registry out of what the store is asked for.
  if (typeof helper === "string" && helper !== "") {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(helper)) throw unreadable(file);
    return await askHelper(helper, named ?? hosts[0] ?? registry, runHelper);
  }
  for (const key of keysFor(question, hosts, Object.keys(config.auths))) {
    const entry = optional(config.auths[key], `${file}: auths`, asObject);
    const credentials = entry === undefined ? null : readEntry(entry, file);
    if (credentials !== null) return credentials;
  }
  return null;
}

/**
 * The keys of `auths` that are for a repository, the most exact first: Podman's `registry/path`, the registry's own name,
 * then what Docker took over from older versions, addresses of the registry with a scheme and any path.
 */
function keysFor(
  { registry, repository }: Question,
  hosts: readonly string[],
  keys: readonly string[],
): readonly string[] {
  const parts = repository.split("/");
  const paths = parts.map((_, at) => `${registry}/${parts.slice(0, parts.length - at).join("/")}`);
  const addresses = keys.filter((key) => hosts.includes(/^https?:\/\/([^/]+)/.exec(key)?.[1] ?? ""));
  return [...new Set([...paths, ...hosts, ...addresses])].filter((key) => keys.includes(key));
}

function readEntry(entry: JsonObject, file: string): Credentials | null {
  const text = (key: string) => optional(entry[key], `${file}: ${key}`, asString) ?? "";
  const identity = text("identitytoken");
  if (identity !== "") return { kind: "identity-token", token: identity };
  const forRegistry = text("registrytoken");
  if (forRegistry !== "") return { kind: "registry-token", token: forRegistry };
  const auth = text("auth");
  const [username, password] = auth === "" ? [text("username"), text("password")] : decodeAuth(auth, file);
  return username === "" || password === "" ? null : { kind: "password", username, password };
}

function decodeAuth(auth: string, file: string): readonly [username: string, password: string] {
  const decoded = Buffer.from(auth, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon === -1) throw unreadable(file);
  return [decoded.slice(0, colon), decoded.slice(colon + 1).replace(/\0+$/, "")];
}

function readConfig(bytes: Uint8Array, file: string): LoginConfig {
  try {
    const document = parseJsonObject(bytes, file);
    return {
      auths: optional(document["auths"], "auths", asObject) ?? {},
      helpers: optional(document["credHelpers"], "credHelpers", asObject) ?? {},
      store: optional(document["credsStore"], "credsStore", asString),
    };
  } catch {
    throw unreadable(file);
  }
}

async function readIfThere(file: string): Promise<Uint8Array | null> {
  try {
    await using handle = await open(file, "r");
    const { size } = await handle.stat();
    if (size > 1 << 20) throw unreadable(file);
    return await handle.readFile();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return null;
    throw cause instanceof RemoteError ? cause : unreadable(file);
  }
}

/** Without a cause: what JSON.parse says may quote a password. */
function unreadable(file: string): RemoteError {
  return new RemoteError("REMOTE_CREDENTIALS", `${file} cannot be understood`, {
    hint: "it should be what docker login or podman login write; log in again or remove it",
  });
}
