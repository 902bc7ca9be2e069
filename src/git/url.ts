import { GitError } from "./error.ts";

/** A repository and what is wanted of it. */
export interface GitPlace {
  /** What git is given: `https://host/x.git`. It has no credentials in it. */
  readonly repository: string;
  readonly protocol: "http" | "https" | "file";
  /** `https://host`, without slash at the end. */
  readonly origin: string;
  /** A tag, branch, full name below `refs/`, or commit; null for what the repository's HEAD is. */
  readonly ref: string | null;
}

const protocols: ReadonlyMap<string, GitPlace["protocol"]> = new Map([
  ["https:", "https"],
  ["http:", "http"],
  ["file:", "file"],
]);

/** Whether `url` names a repository of git, rather than a file. */
export function isGitUrl(url: string): boolean {
  return /^git\+/i.test(url);
}

/**
 * Reads `git+https://host/x.git#ref`; `git+http:` too and, with `files`, `git+file:`. Throws GIT_URL_INVALID, also for
 * credentials in it, which would end up in locks and logs.
 */
export function parseGitUrl(url: string, options: { readonly files?: boolean } = {}): GitPlace {
  const parsed = URL.parse(url.replace(/^git\+/i, ""));
  const shown = JSON.stringify(url.replace(/\/\/[^/@]*@/, "//…@").slice(0, 200));
  const protocol = parsed === null ? undefined : protocols.get(parsed.protocol);
  if (parsed === null || !isGitUrl(url) || protocol === undefined || (protocol === "file" && options.files !== true)) {
    throw invalid(`${shown} is not the address of a repository`, "write git+https://host/path.git#ref");
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw invalid(`${shown} holds credentials`, "leave them out, and name a secret with `secret-id`");
  }
  const ref = decoded(parsed.hash.slice(1), shown);
  if (ref !== "" && !isRef(ref)) {
    throw invalid(`${shown} names no tag, branch or commit after #`, "write #v1.2.3 or the full commit");
  }
  parsed.hash = "";
  const origin = `${parsed.protocol}//${parsed.host}`;
  return { repository: parsed.href, protocol, origin, ref: ref === "" ? null : ref };
}

/** Whether `text` is a commit's full name. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** What git allows in a name (git-check-ref-format(1)), and nothing that could be taken for an option. */
function isRef(ref: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const forbidden = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$|\.lock$/;
  return ref.length <= 250 && !forbidden.test(ref);
}

function decoded(text: string, shown: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`${shown} cannot be read`, "write git+https://host/path.git#ref");
  }
}

function invalid(message: string, hint: string): GitError {
  return new GitError("GIT_URL_INVALID", message, { hint });
}
