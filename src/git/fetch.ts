import type { Cache, Stored } from "../cache/cache.ts";
import { GitError } from "./error.ts";
import { type GitLimits, usualGitLimits } from "./limits.ts";
import { type GitProgramPorts, openGit } from "./program.ts";
import { fetchCommit, type RemoteCommit, resolveRef } from "./remote.ts";
import { treeArchive } from "./tree.ts";
import { isCommit, parseGitUrl } from "./url.ts";

/** A tree to fetch. */
export interface TreeRequest {
  /** `git+https://host/x.git#ref`: a tag, a branch or a commit; without one, `checksum` or else HEAD. */
  readonly url: string;
  /** The commit in full that `ref` must be. */
  readonly checksum?: string;
  /** Sent to the repository's own host as a bearer token. */
  readonly token?: string;
}

/** What fetching takes from outside. */
export interface TreePorts extends GitProgramPorts {
  readonly cache: Cache;
  readonly limits?: Partial<GitLimits>;
  /** No network: only what is known by its commit and in the cache. */
  readonly offline?: boolean;
  /** Whether `git+file:` is taken too. Never set it for an address that somebody else wrote. */
  readonly files?: boolean;
}

/** A tree in the cache, as a tar archive with this SHA-256 and size. */
export interface FetchedTree extends Stored {
  readonly commit: string;
}

/**
 * Brings the tree of a commit into the cache as a tar archive of our own (`treeArchive`), which is the same on every
 * machine. It has no `.git`: `git describe` and the like say nothing there, so that builds must be told their version.
 * A commit fetched before is not fetched again, and with its full name not even asked for. Throws GIT_ABSENT,
 * GIT_URL_INVALID, GIT_FAILED, GIT_REF_ABSENT, GIT_COMMIT_MISMATCH, GIT_TREE_UNSUPPORTED, GIT_TOO_LARGE, GIT_OFFLINE.
 */
export async function fetchTree(request: TreeRequest, ports: TreePorts): Promise<FetchedTree> {
  const { checksum, token } = request;
  const named = parseGitUrl(request.url, ports);
  if (checksum !== undefined && !isCommit(checksum)) throw notCommit(request.url, checksum);
  const place = { ...named, ref: named.ref ?? checksum ?? null };
  if (place.ref !== null && isCommit(place.ref)) {
    requireCommit(request, place.ref);
    const known = await knownTree(place.ref, ports.cache);
    if (known !== null) return known;
  }
  if (ports.offline === true) throw offline(request.url);
  const limits = { ...usualGitLimits, ...ports.limits };
  await using git = await openGit({ place, limits, ...(token === undefined ? {} : { token }) }, ports);
  const target: RemoteCommit = await resolveRef(git, place);
  requireCommit(request, target.commit);
  const known = await knownTree(target.commit, ports.cache);
  if (known !== null) return known;
  await fetchCommit(git, target, { place, limits });
  const stored = await ports.cache.write(treeArchive(git, target.commit, limits));
  const tree = { commit: target.commit, ...stored };
  await ports.cache.writeRecord(kind, keyOf(target.commit), tree);
  return tree;
}

const kind = "git-tree";

/** Changes with the form of the archive. */
function keyOf(commit: string): string {
  return `${commit}.tar-1`;
}

/** The archive of a commit made before; null where there is none. */
async function knownTree(commit: string, cache: Cache): Promise<FetchedTree | null> {
  const record = await cache.record(kind, keyOf(commit));
  if (!isFetchedTree(record) || record.commit !== commit) return null;
  return (await cache.path(record.sha256)) === null ? null : record;
}

function isFetchedTree(value: unknown): value is FetchedTree {
  return typeof value === "object" && value !== null && "commit" in value && "sha256" in value && "size" in value;
}

function requireCommit({ url, checksum }: TreeRequest, commit: string): void {
  if (checksum === undefined || checksum === commit) return;
  throw new GitError("GIT_COMMIT_MISMATCH", `${url} is commit ${commit}, not ${checksum}`, {
    hint: "the tag or branch has been moved since; look at what has changed before you take the new commit",
  });
}

function offline(url: string): GitError {
  return new GitError("GIT_OFFLINE", `${url} is not in the cache, and nothing may be fetched`, {
    hint: "run the command once with network access; a full commit after # is found in the cache without it",
  });
}

function notCommit(url: string, checksum: string): GitError {
  return new GitError("GIT_URL_INVALID", `${url}: ${JSON.stringify(checksum.slice(0, 200))} is no commit`, {
    hint: "the checksum of a git tree is the full commit, 40 hexadecimal digits",
  });
}
