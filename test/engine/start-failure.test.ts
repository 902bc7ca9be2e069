import { describe, expect, it } from "vitest";
import { isStartFailure, readStartFailure } from "../../src/engine/start-failure.ts";

const shim = "failed to create shim task: OCI runtime create failed: runc create failed: ";
const process = "unable to start container process: ";

describe("why a program could not be started", () => {
  it.each([
    [
      `Error response from daemon: ${shim}${process}exec: "absent": executable file not found in $PATH: unknown\n`,
      { exitCode: 127, reason: 'exec: "absent": executable file not found in $PATH' },
    ],
    [
      `Error response from daemon: ${shim}${process}exec: "/bin/absent": stat /bin/absent: no such file or directory: unknown`,
      { exitCode: 127, reason: 'exec: "/bin/absent": stat /bin/absent: no such file or directory' },
    ],
    [
      `Error response from daemon: ${shim}${process}exec: "/etc/passwd": permission denied: unknown`,
      { exitCode: 126, reason: 'exec: "/etc/passwd": permission denied' },
    ],
    [
      "Error: crun: executable file `absent` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found",
      { exitCode: 127, reason: expect.stringMatching(/^crun: executable file `absent` not found/) },
    ],
    [
      `Error: unable to start container ${"4a".repeat(32)}: runc: runc create failed: ${process}exec: "/etc": permission denied: OCI permission denied`,
      { exitCode: 126, reason: 'exec: "/etc": permission denied: OCI permission denied' },
    ],
    [
      "Error response from daemon: unable to find user nobody: no matching entries in passwd file",
      { exitCode: 125, reason: "unable to find user nobody: no matching entries in passwd file" },
    ],
    [
      `Error: unable to start container ${"4a".repeat(32)}: workdir "/none" does not exist`,
      { exitCode: 125, reason: 'workdir "/none" does not exist' },
    ],
    ["", { exitCode: 125, reason: "the engine did not say why" }],
  ])("is read from %j", (said, failure) => {
    expect(readStartFailure(said)).toEqual(failure);
  });
});

describe("the end of an exec", () => {
  it.each([
    [
      126,
      `OCI runtime exec failed: exec failed: ${process}exec: "absent": executable file not found in $PATH: unknown`,
    ],
    [
      127,
      `Error: runc: exec failed: ${process}exec: "absent": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found`,
    ],
  ])("with %i is that of a program that could not be started, where the engine says so", (exitCode, output) => {
    expect(isStartFailure(exitCode, output)).toBe(true);
    expect(isStartFailure(1, output)).toBe(false);
  });

  it("with 127 is a program's own otherwise", () => {
    expect(isStartFailure(127, "sh: absent: not found\n")).toBe(false);
  });
});
