import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import type { Readable } from "node:stream";

/** How to run a program. */
export interface ExecOptions {
  /** The file it reads as its standard input; nothing by default. */
  readonly inputFile?: string;
  /** What it reads as its standard input, in place of a file. */
  readonly input?: string | Uint8Array;
  /** The file its standard output goes to, in place of the result. */
  readonly outputFile?: string;
  /** How much of each output is kept, and from where; more of it does not end the program. */
  readonly keep?: OutputLimit;
  /** Ends the program when aborted. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
}

/** The first or the last bytes of an output. */
export interface OutputLimit {
  readonly bytes: number;
  readonly from: "start" | "end";
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

/** `Exec` with real programs. One that writes more than 64 MiB is ended, unless `keep` says how much of it counts. */
export const execProgram: Exec = async (command, args, options = {}) => {
  const { inputFile, input, outputFile, keep, signal, timeout } = options;
  signal?.throwIfAborted();
  const { execa } = await import("execa");
  const stdin = inputFile === undefined ? ("ignore" as const) : { file: inputFile };
  const common = {
    reject: false,
    stripFinalNewline: false,
    ...(input === undefined ? { stdin } : { input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(timeout === undefined ? {} : { timeout }),
  } as const;
  if (keep !== undefined) {
    const running = execa(command, args, { ...common, buffer: false });
    const [result, stdout, stderr] = await Promise.all([
      running,
      kept(running.stdout, keep),
      kept(running.stderr, keep),
    ]);
    signal?.throwIfAborted();
    return { ...endOf(result), stdout, stderr };
  }
  // A file is written by the program itself: large outputs do not pass through this process.
  const file = outputFile === undefined ? null : await openForWriting(outputFile);
  const result =
    file === null
      ? await execa(command, args, { ...common, maxBuffer })
      : await execa(command, args, { ...common, stdout: file, stderr: "pipe", maxBuffer });
  signal?.throwIfAborted();
  return { ...endOf(result), stdout: result.stdout ?? "", stderr: result.stderr ?? "" };
};

/** What execa says of how a program ended. */
interface ProgramEnd {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly timedOut: boolean;
  readonly code?: string | undefined;
}

function endOf(result: ProgramEnd): Pick<ExecResult, "exitCode" | "startError" | "timedOut"> {
  const started = result.exitCode !== undefined || result.signal !== undefined || result.timedOut;
  return {
    exitCode: result.exitCode ?? null,
    startError: started ? null : (result.code ?? "unknown"),
    timedOut: result.timedOut,
  };
}

/** The first or last bytes of a stream as text; all of it is read. */
async function kept(stream: Readable, { bytes, from }: OutputLimit): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const piece: Buffer = chunk;
      if (from === "start" && size >= bytes) continue;
      chunks.push(piece);
      size += piece.length;
      while (from === "end" && size - (chunks[0]?.length ?? 0) >= bytes) size -= chunks.shift()?.length ?? 0;
    }
  } catch {
    // A program that is ended leaves a stream that ends early: what came is what there is.
  }
  const all = Buffer.concat(chunks);
  return (from === "start" ? all.subarray(0, bytes) : all.subarray(-bytes)).toString("utf8");
}

/** A stream whose file is open, so that a program can be given the file itself. */
async function openForWriting(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  await once(stream, "open");
  return stream;
}
