import type { LockedFile } from "../../definition/lock.ts";
import type { TreePorts } from "../../git/fetch.ts";
import { fetchTree } from "../../git/fetch.ts";
import { isCommit, isGitUrl } from "../../git/url.ts";
import { redactUrl } from "../../http/redact.ts";
import type { DefinitionFile } from "../../image/input/file-component.ts";
import { FlowError } from "../error.ts";
import { type Checksum, fileInvalid, parseChecksum } from "./checksum.ts";
import { type DownloadFilePorts, downloadFile } from "./download-file.ts";

/** What files need of the world: how git is run, and the secrets that definitions may name, by id. */
export interface FilePorts extends DownloadFilePorts, Pick<TreePorts, "environment" | "temporaryDirectory"> {
  readonly secrets?: ReadonlyMap<string, string>;
}

/**
 * Locks files, in their order, and brings them into the cache. What has no
 * checksum is locked as it came, with a note; over `http:` that is refused. Throws FLOW_FILE_INVALID, FLOW_FILE_MISMATCH,
 * FLOW_SECRET_MISSING, FLOW_INPUT_MISSING, and what fetching over HTTP and with git throws.
 */
export async function lockFiles(files: readonly DefinitionFile[], ports: FilePorts): Promise<readonly LockedFile[]> {
  const locked: LockedFile[] = [];
  for (const file of files) locked.push(await lockFile(file, ports));
  return locked;
}

/** Brings locked files into the cache, those that are not there yet, and only with the locked content. Throws as `lockFiles`. */
export async function fetchFiles(locked: readonly LockedFile[], ports: FilePorts): Promise<void> {
  for (const file of locked) {
    const { url, commit, sha256, size } = file;
    if ((await ports.cache.path(sha256)) !== null) continue;
    ports.report.step(`fetching ${redactUrl(url)}`);
    const token = secretOf(file, ports);
    if (commit === null) {
      const checksum = { kind: "sha256", hex: sha256 } as const;
      await downloadFile({ url, checksum, size, ...authorizationOf(token) }, ports);
      continue;
    }
    // The commit itself is asked for: the tag it was found by may have moved since.
    const at = `${url.replace(/#.*$/, "")}#${commit}`;
    const tree = await fetchGit({ url: at, checksum: commit, token }, ports);
    if (tree.sha256 !== sha256) throw otherTree(url, { found: tree.sha256, locked: sha256 });
  }
}

async function lockFile(file: DefinitionFile, ports: FilePorts): Promise<LockedFile> {
  const { url, "secret-id": id } = file;
  const needs = id === undefined ? {} : { "secret-id": id };
  const shown = redactUrl(url);
  const checksum = file.checksum === undefined || file.checksum === "" ? null : parseChecksum(file.checksum, shown);
  checkUrl(url, checksum);
  const token = secretOf(file, ports);
  ports.report.step(`fetching ${shown}`);
  if (checksum === null && !isPinned(url)) {
    ports.report.note(`${shown} has no checksum: what came now is locked, unverified`);
  }
  if (isGitUrl(url)) {
    if (checksum !== null && checksum.kind !== "commit") {
      throw fileInvalid(
        `${shown}: the checksum of a git tree is a commit`,
        "write the full commit, 40 hexadecimal digits",
      );
    }
    const { commit, sha256, size } = await fetchGit({ url, checksum: checksum?.hex, token }, ports);
    return { url, commit, sha256, size, ...needs };
  }
  if (checksum?.kind === "commit") {
    throw fileInvalid(`${shown}: 40 hexadecimal digits are too weak a checksum for a file`, "write sha256:HEX");
  }
  const { sha256, size } = await downloadFile({ url, checksum, ...authorizationOf(token) }, ports);
  return { url, commit: null, sha256, size, ...needs };
}

/** Whether the address itself says what comes: it ends in a commit. */
function isPinned(url: string): boolean {
  return isGitUrl(url) && isCommit(url.slice(url.indexOf("#") + 1));
}

function checkUrl(url: string, checksum: Checksum | null): void {
  const parsed = URL.parse(url.replace(/^git\+/i, ""));
  const shown = redactUrl(url.replace(/^git\+/i, ""));
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol)) {
    throw fileInvalid(`${shown} cannot be fetched`, "files are fetched from https:, http: and git+https: addresses");
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw fileInvalid(`${shown} holds credentials`, "leave them out, and name a secret with `secret-id`");
  }
  if (parsed.protocol === "http:" && checksum === null && !isPinned(url)) {
    throw fileInvalid(`${shown} comes without encryption and has no checksum`, "add `checksum`, or use https:");
  }
}

function secretOf(file: Pick<LockedFile, "secret-id" | "url">, ports: FilePorts): string | undefined {
  const id = file["secret-id"];
  if (id === undefined) return undefined;
  const shown = redactUrl(file.url);
  if (!/^(git\+)?https:/i.test(file.url)) {
    throw fileInvalid(`${shown}: a secret is not sent without encryption`, "use an https: address");
  }
  const secret = ports.secrets?.get(id);
  if (secret !== undefined && /^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new FlowError(
    "FLOW_SECRET_MISSING",
    `${shown} needs the secret ${id}, which ${secret === undefined ? "was not given" : "has characters no token has"}`,
    { hint: "it is sent as a bearer token to the file's own host" },
  );
}

function authorizationOf(token: string | undefined) {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

interface GitRequest {
  readonly url: string;
  readonly checksum: string | undefined;
  readonly token: string | undefined;
}

async function fetchGit({ url, checksum, token }: GitRequest, ports: FilePorts) {
  const { cache, environment, temporaryDirectory, signal, offline } = ports;
  const request = {
    url,
    ...(checksum === undefined ? {} : { checksum }),
    ...(token === undefined ? {} : { token }),
  };
  return await fetchTree(request, { cache, environment, temporaryDirectory, signal, offline });
}

function otherTree(url: string, tree: { readonly found: string; readonly locked: string }): FlowError {
  return new FlowError("FLOW_FILE_MISMATCH", `the tree of ${url} has SHA-256 ${tree.found}, not ${tree.locked}`, {
    hint: "the lock was made by another version of Hardpan: make it again with `hardpan lock`",
  });
}
