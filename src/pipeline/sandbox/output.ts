import { execFile } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { StepLog } from "./log.ts";

/** A pipe for what a step prints. */
export interface OutputPipe {
  /** The descriptor to write to. */
  readonly descriptor: number;
  /** Closes this process's writing end, so that the pipe ends with the step. */
  release(): void;
  /** Passes on what comes until all writers are gone. */
  drain(log: StepLog): Promise<void>;
  /** Stops reading and gives both ends back. */
  close(): void;
}

const execute = promisify(execFile);

/**
 * Opens a pipe through a name in `folder` that is gone afterwards. Node itself gives programs sockets, which cannot be opened
 * again: `echo >/dev/stderr` would fail in a step.
 */
export async function openOutput(folder: string): Promise<OutputPipe> {
  const path = join(folder, "output");
  rmSync(path, { force: true });
  // The step's user, whoever that is, opens it again for writing.
  await execute("mkfifo", ["-m", "0622", path], { env: { PATH: "/usr/bin:/bin" } });
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const descriptor = openSync(path, constants.O_WRONLY);
  rmSync(path);
  const socket = new Socket({ fd: reading, readable: true, writable: false });
  let released = false;
  const release = () => {
    if (!released) closeSync(descriptor);
    released = true;
  };
  return {
    descriptor,
    release,
    async drain(log) {
      for await (const chunk of socket) if (chunk instanceof Uint8Array) log.write(chunk);
      log.end();
    },
    close() {
      release();
      socket.destroy();
    },
  };
}
