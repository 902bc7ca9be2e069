import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";

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

const maxBuffer = 64 * 1024 * 1024;

/** `Exec` with real programs. Of each output the first 64 MiB are kept. */
export const execProgram: Exec = async (command, args, options = {}) => {
  const { inputFile, outputFile, signal, timeout } = options;
  signal?.throwIfAborted();
  const { execa } = await import("execa");
  const common = {
    reject: false,
    stripFinalNewline: false,
    stdin: inputFile === undefined ? "ignore" : { file: inputFile },
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(timeout === undefined ? {} : { timeout }),
  } as const;
  // A file is written by the program itself: large outputs do not pass through this process.
  const file = outputFile === undefined ? null : await openForWriting(outputFile);
  const result =
    file === null
      ? await execa(command, args, { ...common, maxBuffer })
      : await execa(command, args, { ...common, stdout: file, stderr: "pipe", maxBuffer });
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

/** A stream whose file is open, so that a program can be given the file itself. */
async function openForWriting(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  await once(stream, "open");
  return stream;
}
