import { open } from "node:fs/promises";
import { join } from "node:path";
import { asObject, asString, type JsonObject, optional, parseJsonObject } from "../oci/json.ts";
import type { CredentialLookup, Credentials } from "./auth.ts";
import { RemoteError } from "./error.ts";

/** Asks a credential helper: runs `program get` with `input`; returns its standard output, null when it has failed. */
export type RunHelper = (program: string, input: string) => Promise<string | null>;

/**
 * The files in which Docker and Podman keep logins, in the order they are asked, as `environment` and `home` place them:
 * REGISTRY_AUTH_FILE, DOCKER_CONFIG or ~/.docker, XDG_RUNTIME_DIR and XDG_CONFIG_HOME or ~/.config for Podman.
 */
export function credentialFiles(place: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}): readonly string[] {
  const { environment, home } = place;
  const runtime = environment["XDG_RUNTIME_DIR"];
  const files = [
    environment["REGISTRY_AUTH_FILE"],
    join(environment["DOCKER_CONFIG"] || join(home, ".docker"), "config.json"),
    runtime === undefined ? undefined : join(runtime, "containers", "auth.json"),
    join(environment["XDG_CONFIG_HOME"] || join(home, ".config"), "containers", "auth.json"),
  ];
  return files.filter((file): file is string => file !== undefined && file !== "");
}

/**
 * Looks credentials up in Docker's config.json and Podman's auth.json: `credHelpers`, `auths`, then `credsStore`, in each of
 * `files` in turn. Files that are absent are passed over. Throws REMOTE_CREDENTIALS for one that cannot be understood.
 */
export function createCredentialLookup(
  files: readonly string[],
  options: { readonly runHelper?: RunHelper } = {},
): CredentialLookup {
  const runHelper = options.runHelper ?? runProgram;
  return async (place) => {
    for (const file of files) {
      const bytes = await readIfThere(file);
      if (bytes === null) continue;
      const found = await lookIn(readConfig(bytes, file), { ...place, file, runHelper });
      if (found !== null) return found;
    }
    return null;
  };
}

interface Question {
  readonly registry: string;
  readonly repository: string;
  readonly file: string;
  readonly runHelper: RunHelper;
}

interface LoginConfig {
  readonly auths: JsonObject;
  readonly helpers: JsonObject;
  readonly store: string | undefined;
}

async function lookIn(config: LoginConfig, question: Question): Promise<Credentials | null> {
  const names = keysFor(question.registry, question.repository);
  for (const name of names) {
    const helper = config.helpers[name];
    if (typeof helper === "string") return await askHelper(helper, name, question);
  }
  for (const name of names) {
    const entry = optional(config.auths[name], `${question.file}: auths`, asObject);
    const credentials = entry === undefined ? null : readEntry(entry, question.file);
    if (credentials !== null) return credentials;
  }
  if (config.store === undefined) return null;
  return await askHelper(config.store, serverName(question.registry), question);
}

/** The keys under which logins for a repository may stand, the most exact first. */
function keysFor(registry: string, repository: string): readonly string[] {
  const parts = repository.split("/");
  const paths = parts.map((_, at) => `${registry}/${parts.slice(0, parts.length - at).join("/")}`);
  const hosts = registry === "docker.io" ? ["docker.io", "index.docker.io", "registry-1.docker.io"] : [registry];
  return [
    ...paths,
    ...hosts.flatMap((host) => [host, `https://${host}`, `https://${host}/v1/`, `https://${host}/v2/`]),
  ];
}

/** Docker keeps its Hub's login under an old address. */
function serverName(registry: string): string {
  return registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
}

function readEntry(entry: JsonObject, file: string): Credentials | null {
  const text = (key: string) => optional(entry[key], `${file}: ${key}`, asString) || undefined;
  const token = text("identitytoken");
  if (token !== undefined) return { kind: "identity-token", token };
  const username = text("username");
  const password = text("password");
  if (username !== undefined && password !== undefined) return { kind: "password", username, password };
  const auth = text("auth");
  if (auth === undefined) return null;
  const decoded = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
  const colon = decoded.indexOf(":");
  if (colon < 1) throw unreadable(file);
  return { kind: "password", username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

async function askHelper(helper: string, server: string, question: Question): Promise<Credentials | null> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(helper)) throw unreadable(question.file);
  const output = await question.runHelper(`docker-credential-${helper}`, server);
  if (output === null) return null;
  try {
    const answer = parseJsonObject(Buffer.from(output, "utf8"), `the answer of docker-credential-${helper}`);
    const username = asString(answer["Username"], "Username");
    const secret = asString(answer["Secret"], "Secret");
    if (username === "<token>") return { kind: "identity-token", token: secret };
    return { kind: "password", username, password: secret };
  } catch {
    // The cause could show the secret.
    throw new RemoteError("REMOTE_CREDENTIALS", `docker-credential-${helper} gave an answer that cannot be read`, {
      hint: "log in again with docker login",
    });
  }
}

function readConfig(bytes: Uint8Array, file: string): LoginConfig {
  try {
    const document = parseJsonObject(bytes, file);
    return {
      auths: optional(document["auths"], "auths", asObject) ?? {},
      helpers: optional(document["credHelpers"], "credHelpers", asObject) ?? {},
      store: optional(document["credsStore"], "credsStore", asString) || undefined,
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
    throw cause;
  }
}

async function runProgram(program: string, input: string): Promise<string | null> {
  const { execa } = await import("execa");
  const result = await execa(program, ["get"], { input, reject: false, timeout: 30_000, maxBuffer: 1 << 20 });
  return result.failed ? null : result.stdout;
}

/** Without a cause: what JSON.parse says may quote a password. */
function unreadable(file: string): RemoteError {
  return new RemoteError("REMOTE_CREDENTIALS", `${file} cannot be understood`, {
    hint: "it should be what docker login or podman login write; log in again or remove it",
  });
}
