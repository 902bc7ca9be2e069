/** Upper bounds for a repository. Sizes in bytes, time in milliseconds. */
export interface GitLimits {
  /** How long one run of git may take. */
  readonly time: number;
  /** What is received, as git stores it. */
  readonly received: number;
  /** Files and folders of the tree. */
  readonly entries: number;
  readonly fileSize: number;
  /** All files together. */
  readonly treeSize: number;
}

/** Room for the largest source trees in use, such as Linux or LLVM. */
export const usualGitLimits: GitLimits = {
  time: 20 * 60_000,
  received: 4 * 1024 ** 3,
  entries: 1_000_000,
  fileSize: 1024 ** 3,
  treeSize: 8 * 1024 ** 3,
};
