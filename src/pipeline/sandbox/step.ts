/** A shell script to run in a stage's root. */
export interface Step {
  /** For messages: its name, or what it is called in its place. */
  readonly name: string;
  readonly script: string;
  /** The program that reads scripts, a path of the root, and its arguments: `["/bin/busybox", "sh"]`. */
  readonly shell: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path; created when missing, owned by the step's user. */
  readonly workDir: string;
  /** Whether it sees the host's network; else there is none but its own loopback. */
  readonly network: boolean;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly secrets: readonly StepSecret[];
  readonly caches: readonly StepCache[];
}

/** A value that a step finds in the variable `env` and no log shows. */
export interface StepSecret {
  readonly id: string;
  readonly env: string;
  /** Whether the step runs without it too. */
  readonly optional: boolean;
}

/** A folder that outlives the build: `path` in the root shows what `directory` of the host keeps. */
export interface StepCache {
  readonly path: string;
  /** Absolute; created when missing, and closed to other users of the host. */
  readonly directory: string;
}

/** Where a step stands: the definition's file or name, the build's and the step's names. */
export interface StepPlace {
  readonly definition: string;
  readonly build: string;
  readonly step: string;
}
