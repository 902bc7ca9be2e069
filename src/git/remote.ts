import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { GitError } from "./error.ts";
import type { GitLimits } from "./limits.ts";
import { type Git, gitFailed } from "./program.ts";
import { type GitPlace, isCommit } from "./url.ts";

/** A commit of a repository, and the name it is reached by: null where only the commit is known. */
export interface RemoteCommit {
  readonly commit: string;
  readonly name: string | null;
}

/**
 * The commit that `place.ref` stands for: a tag before a branch, HEAD where there is none. A commit stands for itself,
 * without asking. Throws GIT_REF_ABSENT and GIT_FAILED.
 */
export async function resolveRef(git: Git, place: GitPlace): Promise<RemoteCommit> {
  const { ref, repository } = place;
  if (ref !== null && isCommit(ref)) return { commit: ref, name: null };
  const wanted = ref ?? "HEAD";
  const args = ["ls-remote", "--quiet", "--", repository, wanted, `${wanted}^{}`];
  const { exitCode, stdout, stderr } = await git.run(args);
  if (exitCode !== 0) throw gitFailed(args, stderr);
  const commits = new Map(
    Buffer.from(stdout)
      .toString("utf8")
      .split("\n")
      .map((line) => [line.slice(41), line.slice(0, 40)] as const),
  );
  const names = ref === null || ref.startsWith("refs/") ? [wanted] : [`refs/tags/${ref}`, `refs/heads/${ref}`];
  for (const name of names) {
    const commit = commits.get(`${name}^{}`) ?? commits.get(name);
    if (commit !== undefined && isCommit(commit)) return { commit, name };
  }
  throw absent(place);
}

/**
 * Fetches `wanted` into our repository: alone where the server can, else with its history. Throws GIT_REF_ABSENT,
 * GIT_TOO_LARGE and GIT_FAILED.
 */
export async function fetchCommit(
  git: Git,
  wanted: RemoteCommit,
  options: { readonly place: GitPlace; readonly limits: GitLimits },
): Promise<void> {
  const { place, limits } = options;
  const { commit, name } = wanted;
  const own = [`+${name ?? commit}:refs/hardpan/wanted`];
  const everything = ["+refs/heads/*:refs/hardpan/heads/*", "+refs/tags/*:refs/hardpan/tags/*"];
  const ways = [
    { flags: ["--depth=1"], names: own },
    { flags: [], names: name === null ? everything : own },
  ];
  for (const { flags, names } of ways) {
    const args = ["fetch", "--quiet", "--no-tags", "--force", ...flags, "--", place.repository, ...names];
    const { exitCode, stderr } = await fetchWithin(git, args, limits);
    if (exitCode !== 0 && !cannotServe.test(stderr)) throw gitFailed(args, stderr);
    if (exitCode === 0 && (await hasCommit(git, commit))) return;
  }
  throw absent(place);
}

/** What servers say that know neither shallow fetches nor commits without a name, or do not have the commit. */
const cannotServe = /shallow|not our ref|unadvertised object|remote ref|does not support/i;

async function hasCommit(git: Git, commit: string): Promise<boolean> {
  const { exitCode } = await git.run(["cat-file", "-e", `${commit}^{commit}`]);
  return exitCode === 0;
}

const lookEvery = 250;

/** Ends git when it has received too much: git itself knows no limit. */
async function fetchWithin(git: Git, args: readonly string[], limits: GitLimits) {
  const stop = new AbortController();
  const watch = setInterval(() => {
    receivedBytes(git.folder).then(
      (size) => {
        if (size > limits.received) stop.abort(tooMuch(limits));
      },
      () => undefined, // A file that vanishes while it is looked at is looked for again next time.
    );
  }, lookEvery);
  try {
    const result = await git.run(args, { signal: stop.signal });
    if ((await receivedBytes(git.folder)) > limits.received) throw tooMuch(limits);
    return result;
  } finally {
    clearInterval(watch);
  }
}

async function receivedBytes(folder: string): Promise<number> {
  const files = await readdir(join(folder, "objects"), { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  const found = await Promise.all(paths.map(async (path) => await stat(path)));
  return found.reduce((sum, { size }) => sum + size, 0);
}

function tooMuch(limits: GitLimits): GitError {
  return new GitError("GIT_TOO_LARGE", `a repository is larger than ${limits.received} bytes`, {
    hint: "take a release archive of the same source, or a repository without large files",
  });
}

function absent({ repository, ref }: GitPlace): GitError {
  return new GitError("GIT_REF_ABSENT", `${repository} has no ${ref ?? "HEAD"}`, {
    hint: "name a tag, a branch or a full commit that the repository has; tags may have been moved or removed",
  });
}
