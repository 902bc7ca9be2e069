import { addAbortSignal } from "node:stream";
import { CliError } from "./error.ts";

/** Gives what is piped into the program, once; ends when `signal` aborts. Throws CLI_USAGE the second time, and on a terminal. */
export function standardInputOnce(signal: AbortSignal): () => AsyncIterable<Uint8Array> {
  let isTaken = false;
  return () => {
    if (isTaken)
      throw new CliError("CLI_USAGE", "standard input can be read once only", { hint: "write one to a file" });
    isTaken = true;
    if (process.stdin.isTTY) {
      throw new CliError("CLI_USAGE", "nothing is piped into hardpan", {
        hint: "docker save node:24 | hardpan sbom archive://-",
      });
    }
    return addAbortSignal(signal, process.stdin);
  };
}
