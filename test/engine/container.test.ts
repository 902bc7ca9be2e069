import { describe, expect, it } from "vitest";
import { execInContainer, inspectContainer, publishedPort, removeContainers } from "../../src/engine/container.ts";
import { containerLog } from "../../src/engine/container-log.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { ExecResult } from "../../src/engine/exec.ts";

const ended: ExecResult = { exitCode: 0, stdout: "", stderr: "", startError: null, timedOut: false };
const asked: (readonly string[])[] = [];

/** An engine that answers as told: what the real ones do is tried in test/check. */
function answering(result: Partial<ExecResult>, kind: Engine["kind"] = "docker"): Engine {
  asked.length = 0;
  const exec = async (_: string, args: readonly string[]) => {
    asked.push(args);
    return { ...ended, ...result };
  };
  return { kind, command: kind, version: "1", exec };
}

const inspected = async (container: unknown) =>
  await inspectContainer(answering({ stdout: JSON.stringify([container]) }), "name");

describe("what an engine says of a container", () => {
  it.each([
    [
      { State: { Status: "created", Running: false, ExitCode: 127 } },
      { running: false, exitCode: null, addresses: {} },
    ],
    [{ State: { Status: "exited", Running: false, ExitCode: 3 } }, { running: false, exitCode: 3, addresses: {} }],
    [
      {
        State: { Status: "running", Running: true, ExitCode: 0 },
        NetworkSettings: { Networks: { own: { IPAddress: "172.18.0.2" }, none: { IPAddress: "" } } },
      },
      { running: true, exitCode: null, addresses: { own: "172.18.0.2" } },
    ],
  ])("%j is read", async (container, state) => {
    expect(await inspected(container)).toEqual(state);
  });

  it.each([{}, [], { State: { ExitCode: "3" } }, { State: { Running: false, ExitCode: -1 } }, null])(
    "%j is refused",
    async (container) => {
      await expect(inspected(container)).rejects.toMatchObject({ code: expect.stringMatching(/^(OCI|ENGINE)_/) });
    },
  );
});

describe("a published port", () => {
  it("is that of IPv4", async () => {
    const engine = answering({ stdout: "[::1]:49154\n127.0.0.1:49153\n" });
    expect(await publishedPort(engine, "name", 80)).toEqual({ host: "127.0.0.1", port: 49_153 });
  });

  it("that is not there is an error", async () => {
    const engine = answering({ exitCode: 1, stderr: "No public port '80/tcp' published for name" });
    await expect(publishedPort(engine, "name", 80)).rejects.toMatchObject({
      code: "ENGINE_FAILED",
      message: "docker port name failed (1): No public port '80/tcp' published for name",
    });
  });
});

describe("a command inside a container", () => {
  const exec = { command: ["a"], keep: { bytes: 10, from: "start" }, timeout: 1000 } as const;
  const run = async (result: Partial<ExecResult>) =>
    await execInContainer(answering(result), "name", { ...exec, signal: new AbortController().signal });

  it("ends with its exit code, or not in time", async () => {
    expect(await run({ exitCode: 3, stdout: "o", stderr: "e" })).toEqual({
      exitCode: 3,
      stdout: "o",
      stderr: "e",
      error: null,
    });
    expect(await run({ exitCode: null, timedOut: true, stdout: "o" })).toMatchObject({ exitCode: null, error: null });
    await expect(run({ exitCode: null, startError: "ENOENT" })).rejects.toMatchObject({ code: "ENGINE_FAILED" });
  });

  it("that could not be started has the exit code of a shell, whichever output tells it", async () => {
    const said =
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "a": executable file not found in $PATH: unknown';
    for (const output of [{ stdout: said }, { stderr: said }]) {
      expect(await run({ exitCode: 126, ...output })).toEqual({
        exitCode: 127,
        stdout: "",
        stderr: "",
        error: 'exec: "a": executable file not found in $PATH',
      });
    }
  });
});

describe("a container's log", () => {
  it("has the lines of both outputs in the order they were written", async () => {
    const engine = answering({
      stdout: "2026-01-01T00:00:00.100000000Z one\n2026-01-01T00:00:00.300000000Z three\n",
      stderr: "2026-01-01T00:00:00.2Z two\r\ncontinued\n2026-01-01T00:00:01Z \n",
    });
    expect(await containerLog(engine, "name", { lines: 5, bytes: 100 })).toEqual([
      "one",
      "two",
      "continued",
      "three",
      "",
    ]);
    expect(asked).toEqual([["logs", "--timestamps", "--tail=5", "name"]]);
  });

  it("is empty where nothing was written", async () => {
    expect(await containerLog(answering({}), "name", { lines: 5, bytes: 100 })).toEqual([]);
  });
});

describe("removing containers", () => {
  it("asks Podman not to wait for their end, and nobody where there are none", async () => {
    await removeContainers(answering({}, "podman"), ["a", "b"]);
    expect(asked).toEqual([["rm", "--force", "--time=0", "--volumes", "a", "b"]]);
    await removeContainers(answering({}), []);
    expect(asked).toEqual([]);
  });
});
