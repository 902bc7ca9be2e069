import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { localHost } from "../../../src/pipeline/sandbox/host.ts";
import { type Machine, type StartOptions, startProgram } from "../../../src/pipeline/sandbox/start-program.ts";
import { has } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const own = localHost();
const emulator: Readonly<Record<Machine, string>> = { amd64: "qemu-x86_64-static", arm64: "qemu-aarch64-static" };
const machines = (["amd64", "arm64"] as const).map((machine) => ({
  machine,
  runner: machine === own.machine ? null : emulator[machine],
}));
const script =
  "umask; ulimit -c; ulimit -f; ls /proc/self/fd | wc -l; grep -E '^(Uid|Gid|Groups):' /proc/self/status | tr -s '\\t ' ' '";

async function start(machine: Machine, options: Partial<StartOptions>, command: readonly string[]) {
  const file = join(await temporaryFolder(), "start");
  const program = startProgram(machine, {
    ...{ uid: own.uid, gid: own.gid, largestFile: 2 ** 33, mostProcesses: null, dropGroups: false },
    ...options,
  });
  writeFileSync(file, program, { mode: 0o755 });
  const runner = machine === own.machine ? [] : [emulator[machine]];
  const [first = "", ...rest] = [...runner, file, ...command];
  return spawnSync(first, rest, { encoding: "utf8", env: { PATH: "/usr/bin:/bin", KEPT: "yes" } });
}

describe("startProgram", () => {
  for (const { machine, runner } of machines) {
    const absent = runner !== null && !has(runner);
    describe.skipIf(absent)(`for ${machine} (skipped without ${runner ?? "nothing"})`, () => {
      it("executes its arguments with its variables, and sets umask and limits", async () => {
        const { stdout, status } = await start(machine, {}, [
          "/bin/sh",
          "-c",
          `echo "$KEPT $0 $1"; ${script}`,
          "a",
          "b c",
        ]);
        const [variables, umask, core, file] = stdout.split("\n");
        expect({ status, variables, umask, core }).toEqual({
          status: 0,
          variables: "yes a b c",
          umask: "0022",
          core: "0",
        });
        // qemu keeps these to itself: it needs them.
        if (runner === null) expect(Number(file)).toBe(2 ** 33 / 512);
      });

      it.runIf(own.uid === 0)("becomes the user and has no other group (skipped for other users)", async () => {
        const options = { uid: 65_532, gid: 65_533, dropGroups: true };
        const { stdout } = await start(machine, options, ["/bin/sh", "-c", script]);
        expect(stdout).toContain("Uid: 65532 65532 65532 65532\nGid: 65533 65533 65533 65533\nGroups: \n");
      });

      it("ends with 127 when there is nothing to execute", async () => {
        expect((await start(machine, {}, ["/absent"])).status).toBe(127);
      });
    });
  }

  it.skipIf(own.uid === 0 && !has("setpriv"))("ends with 126 when it cannot become the user", async () => {
    const file = join(await temporaryFolder(), "start");
    const options = { uid: 1, gid: 1, largestFile: 1024, mostProcesses: null, dropGroups: false };
    writeFileSync(file, startProgram(own.machine, options), { mode: 0o755 });
    const drop = own.uid === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
    const [first = "", ...rest] = [...drop, file, "/bin/true"];
    expect(spawnSync(first, rest).status).toBe(126);
  });
});
