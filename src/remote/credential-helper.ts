import { asString, parseJsonObject } from "../oci/json.ts";
import type { Credentials } from "./auth.ts";
import { RemoteError } from "./error.ts";

/** What a program that was asked for a login did; `output` is its standard output. */
export type HelperResult =
  | { readonly kind: "ended"; readonly exitCode: number; readonly output: string }
  /** It is not there, took too long or was ended; `reason` is for people. */
  | { readonly kind: "failed"; readonly reason: string };

/** Asks a credential helper: runs `program get` with `input` as its standard input. */
export type RunHelper = (program: string, input: string) => Promise<HelperResult>;

/** What helpers say, on standard output and with exit code 1, of a server they have no login for. */
const notFound = "credentials not found in native keychain";

/**
 * The login that the program `docker-credential-<helper>` has for `server` (docker-credential-helpers' protocol); null where
 * it has none. Throws REMOTE_CREDENTIALS where it cannot be asked, without what it printed, which could hold a secret.
 */
export async function askHelper(
  helper: string,
  server: string,
  runHelper: RunHelper = runProgram,
): Promise<Credentials | null> {
  const program = `docker-credential-${helper}`;
  const result = await runHelper(program, server);
  if (result.kind === "failed") throw unusable(program, result.reason);
  if (result.exitCode !== 0) {
    if (result.output.trim() === notFound) return null;
    throw unusable(program, `ended with ${result.exitCode}`);
  }
  const { username, secret } = readAnswer(result.output, program);
  if (username === "" || secret === "") return null;
  if (username === "<token>") return { kind: "identity-token", token: secret };
  return { kind: "password", username, password: secret };
}

function readAnswer(output: string, program: string) {
  try {
    const answer = parseJsonObject(Buffer.from(output, "utf8"), `the answer of ${program}`);
    return { username: asString(answer["Username"], "Username"), secret: asString(answer["Secret"], "Secret") };
  } catch {
    // The cause could show the secret.
    throw unusable(program, "gave an answer that cannot be read");
  }
}

function unusable(program: string, reason: string): RemoteError {
  return new RemoteError("REMOTE_CREDENTIALS", `${program}, which keeps logins, ${reason}`, {
    hint: "log in again with docker login, or take the helper out of Docker's config.json",
  });
}

async function runProgram(program: string, input: string): Promise<HelperResult> {
  const { execa } = await import("execa");
  const { exitCode, stdout, timedOut, code } = await execa(program, ["get"], {
    input,
    reject: false,
    timeout: 30_000,
    maxBuffer: 1 << 20,
  });
  if (exitCode !== undefined) return { kind: "ended", exitCode, output: stdout };
  const reason = timedOut ? "took too long" : code === "ENOENT" ? "is not installed" : "could not be run";
  return { kind: "failed", reason };
}
