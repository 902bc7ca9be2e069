import { byteReader } from "../archive/reader.ts";
import { tarEnd, tarHeader, tarPadding } from "../archive/tar-write.ts";
import { GitError } from "./error.ts";
import type { GitLimits } from "./limits.ts";
import { type Git, gitFailed } from "./program.ts";

/** A file or folder of a commit. */
interface TreeEntry {
  readonly path: string;
  readonly type: "file" | "program" | "symlink" | "directory";
  readonly object: string;
  /** Bytes of content; 0 for a folder. */
  readonly size: number;
}

/**
 * A commit's tree as a tar archive that depends on the commit alone: sorted by path, owned by 0:0, modes 0644 and 0755,
 * the commit's time on everything, symbolic links kept as they are. No attributes are applied: contents are those of the
 * objects. Throws GIT_TREE_UNSUPPORTED for submodules and names no file may have, GIT_TOO_LARGE and GIT_FAILED.
 */
export async function* treeArchive(git: Git, commit: string, limits: GitLimits): AsyncGenerator<Uint8Array> {
  const mtime = await commitTime(git, commit);
  const entries = await listTree(git, commit, limits);
  const files = entries.filter((entry) => entry.type !== "directory");
  const objects = git.stream(["cat-file", "--batch"], files.map((entry) => `${entry.object}\n`).join(""));
  const reader = byteReader(objects);
  try {
    for (const entry of entries) {
      const { path, type, size } = entry;
      if (type === "directory") {
        yield tarHeader({ path, type, mode: 0o755, mtime });
        continue;
      }
      await expectText(reader, `${entry.object} blob ${size}\n`, path);
      if (type === "symlink") {
        const linkPath = decodeName(await reader.take(size), `the target of ${path}`);
        yield tarHeader({ path, type, mode: 0o777, mtime, linkPath });
      } else {
        yield tarHeader({ path, type: "file", mode: type === "program" ? 0o755 : 0o644, mtime, size });
        for (let left = size; left > 0; ) {
          const piece = await reader.some(left);
          if (piece === null) throw broken(path);
          left -= piece.length;
          yield piece;
        }
        yield tarPadding(size);
      }
      await expectText(reader, "\n", path);
    }
    if ((await reader.some(1)) !== null) throw broken("its end");
    yield tarEnd;
  } finally {
    await reader.close();
  }
}

async function commitTime(git: Git, commit: string): Promise<number> {
  const text = (await output(git, ["show", "--no-patch", "--format=%ct", commit])).toString("utf8").trim();
  if (/^-?\d{1,12}$/.test(text)) return Number(text);
  throw broken("the commit's time");
}

/** The tree with its folders, sorted by path. */
async function listTree(git: Git, commit: string, limits: GitLimits): Promise<readonly TreeEntry[]> {
  const listing = await output(git, ["ls-tree", "-r", "-t", "-z", "--long", "--full-tree", commit]);
  const entries: TreeEntry[] = [];
  let total = 0;
  for (let at = 0; at < listing.length; ) {
    const end = listing.indexOf(0, at);
    if (end < 0) throw broken("the list of files");
    const entry = readLine(listing.subarray(at, end));
    total += entry.size;
    if (entry.size > limits.fileSize) throw tooLarge(`${entry.path} has more than ${limits.fileSize} bytes`);
    if (total > limits.treeSize) throw tooLarge(`its files have more than ${limits.treeSize} bytes`);
    if (entries.push(entry) > limits.entries) throw tooLarge(`it has more than ${limits.entries} files`);
    at = end + 1;
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `100644 blob <object>    <size>\t<path>`. */
function readLine(line: Buffer): TreeEntry {
  const tab = line.indexOf(0x09);
  const match = /^(\d{6}) (\w+) ([0-9a-f]{40}) +(\d+|-)$/.exec(line.toString("latin1", 0, Math.max(tab, 0)));
  const path = decodeName(line.subarray(tab + 1), "a file");
  const [, mode = "", kind = "", object = "", size = "-"] = match ?? [];
  if (kind === "commit") {
    throw unsupported(`it has the submodule ${path}`, "take a release archive that holds all sources");
  }
  const type = types.get(mode);
  if (type === undefined) throw broken(path);
  refuseUnsafe(path);
  const isLongLink = type === "symlink" && Number(size) > 4095;
  if (isLongLink) throw unsupported(`the link ${path} has no possible target`, unsafeHint);
  return { path, type, object, size: size === "-" ? 0 : Number(size) };
}

const types: ReadonlyMap<string, TreeEntry["type"]> = new Map([
  ["100644", "file"],
  ["100664", "file"],
  ["100755", "program"],
  ["120000", "symlink"],
  ["040000", "directory"],
]);

const unsafeHint = "the repository is hostile or broken; nothing of it was used";

/** Git itself writes no such names; a repository made by hand may have them. */
function refuseUnsafe(path: string): void {
  const isUnsafe = path.split("/").some((part) => /^(|\.|\.\.|\.git)$/i.test(part));
  if (isUnsafe) {
    throw unsupported(`it has the path ${JSON.stringify(path.slice(0, 200))}`, unsafeHint);
  }
}

function decodeName(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw unsupported(`the name of ${what} is not UTF-8`, "take a release archive of the same source", cause);
  }
}

async function output(git: Git, args: readonly string[]): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await git.run(args);
  if (exitCode !== 0) throw gitFailed(args, stderr);
  return Buffer.from(stdout.buffer, stdout.byteOffset, stdout.length);
}

async function expectText(reader: ReturnType<typeof byteReader>, text: string, path: string): Promise<void> {
  const found = Buffer.from(await reader.take(text.length)).toString("latin1");
  if (found !== text) throw broken(path);
}

function unsupported(what: string, hint: string, cause?: unknown): GitError {
  return new GitError("GIT_TREE_UNSUPPORTED", `the tree of the commit cannot be taken: ${what}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooLarge(what: string): GitError {
  return new GitError("GIT_TOO_LARGE", `the tree of the commit is too large: ${what}`, {
    hint: "take a release archive of the same source, or a repository without large files",
  });
}

function broken(where: string): GitError {
  return new GitError("GIT_FAILED", `git wrote something else than expected at ${where}`, {
    hint: "try again; a newer git may help",
  });
}
