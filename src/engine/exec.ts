
/** How to run a program. */
export interface ExecOptions {
  /** The file it reads as its standard input; nothing by default. */
  readonly inputFile?: string;
  /** The file its standard output goes to, in place of the result. */
  readonly outputFile?: string;
  /** Ends the program when aborted. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
}

/** How a program ended. */
export interface ExecResult {
  /** null when it could not be started or was ended. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started, such as ENOENT; null when it ran. */
  readonly startError: string | null;
  readonly timedOut: boolean;
}

/** Runs a program to its end. It does not throw for a program that fails; the abort of `signal` is thrown. */
export type Exec = (command: string, args: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

/** `Exec` with real programs. Of each output the first 64 MiB are kept. */
export const execProgram: Exec = async (command, args, options = {}) => {
  const { inputFile, outputFile, signal, timeout } = options;
  signal?.throwIfAborted();
  const { execa } = await import("execa");
  const result = await execa(command, args, {
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
    stdin: inputFile === undefined ? "ignore" : { file: inputFile },
    stdout: outputFile === undefined ? "pipe" : { file: outputFile },
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(timeout === undefined ? {} : { timeout }),
  });
  signal?.throwIfAborted();
  const started = result.exitCode !== undefined || result.signal !== undefined || result.timedOut;
  return {
    exitCode: result.exitCode ?? null,
    stdout: result.stdout ?? "",
    stderr: result.stderr ?? "",
    startError: started ? null : (result.code ?? "unknown"),
    timedOut: result.timedOut,
  };
};
