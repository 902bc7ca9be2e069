/** Why a program could not be started in a container. */
export interface StartFailure {
  /** As a shell has it: 127 for a program that is not there, 126 for one that cannot be run, 125 for all else. */
  readonly exitCode: 125 | 126 | 127;
  /** On one line. */
  readonly reason: string;
}

/** Reads what an engine says of a program that it could not start. */
export function readStartFailure(said: string): StartFailure {
  const line = said.replace(/\s+/g, " ").trim();
  const reason = line
    .replace(/^.*unable to start container process: /, "")
    .replace(/^Error(?: response from daemon)?: /, "")
    .replace(/^unable to start container [0-9a-f]{64}: /, "")
    .replace(/: unknown$/, "")
    .slice(0, 500);
  if (/executable file .{0,300}not found|exec: .*no such file or directory|a command that was not found/i.test(line)) {
    return { exitCode: 127, reason };
  }
  if (/exec: .*(?:permission denied|format error)|OCI permission denied/i.test(line)) return { exitCode: 126, reason };
  return { exitCode: 125, reason: reason || "the engine did not say why" };
}

/** Whether an engine's `exec` that ended with `exitCode` could not start the program, by one of its outputs. */
export function isStartFailure(exitCode: number, output: string): boolean {
  return (
    exitCode >= 125 && exitCode <= 127 && /OCI (?:runtime|permission)|executable file .{0,300}not found/.test(output)
  );
}
