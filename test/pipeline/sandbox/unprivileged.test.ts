import { chmodSync, chownSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Step } from "../../../src/pipeline/sandbox/step.ts";
import type { Output } from "../../../src/pipeline/stage/outputs.ts";
import { findBusybox } from "../../support/busybox.ts";
import { has, run } from "../../support/program.ts";
import { step } from "../../support/sandbox.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const program = fileURLToPath(new URL("../../support/unprivileged-build.ts", import.meta.url));
const nobody = 65_534;
const asNobody =
  process.getuid?.() === 0 ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : [];

function succeeds(...command: readonly string[]): boolean {
  try {
    const [first = "", ...rest] = [...asNobody, ...command];
    run(first, rest);
    return true;
  } catch {
    return false;
  }
}

const able =
  succeeds(process.execPath, "--version") &&
  succeeds("cat", program) &&
  succeeds("bwrap", "--unshare-user", "--ro-bind", "/", "/", "true");
const busybox = able && has("bwrap") ? findBusybox() : null;

async function build(steps: readonly Step[], outputs: readonly Output[]): Promise<Record<string, unknown>> {
  const folder = await temporaryFolder();
  const file = join(folder, "busybox");
  writeFileSync(file, busybox ?? "");
  if (asNobody.length > 0) chownSync(folder, nobody, nobody);
  chmodSync(folder, 0o755);
  const limits = { processes: 100, seconds: 60 };
  const request = JSON.stringify({ busybox: file, parent: folder, steps, outputs, limits });
  const [first = "", ...rest] = [...asNobody, process.execPath, program, request];
  const result: Record<string, unknown> = JSON.parse(run(first, rest));
  expect(readdirSync(folder)).toEqual(["busybox"]);
  return result;
}

describe.skipIf(busybox === null)(
  "a build of a user who is not root (skipped where such a user may not use bwrap)",
  () => {
    it("runs as root of its own, reads what steps closed and keeps the owners that packages gave", async () => {
      const script =
        "id -u; mkdir /srv/closed; echo x > /srv/closed/f; chmod 0 /srv/closed/f /srv/closed; mv /srv/owned /srv/moved";
      expect(await build([step(script)], [{ source: "/srv", target: "/srv", diff: true }])).toEqual({
        uid: expect.any(Number),
        lines: ["0"],
        entries: [
          ...[
            "srv/closed directory 0 0:0",
            "srv/closed/f file 0 0:0",
            "srv/moved file 644 70:71",
            "srv/owned whiteout 0 0:0",
          ],
        ],
        contents: ["", "x\n", "owned", ""],
      });
    });

    it("runs as the step's user, who is the only one there", async () => {
      const script = "id -u; id -g; touch mine; chown 5 mine; cat /proc/self/uid_map | tr -s ' '";
      const user = step(script, { user: { uid: 65_532, gid: 65_533 }, workDir: "/work" });
      const { lines } = await build([user], [{ source: "/work", target: "/work" }]);
      expect(lines).toEqual([
        ...["65532", "65533", expect.stringMatching(/chown: .*(Invalid argument|not permitted)/)],
        expect.stringMatching(/^ 65532 \d+ 1$/),
      ]);
    });

    it("has a crowd ended without control groups", async () => {
      const crowd = step("i=0; while [ $i -lt 500 ]; do sleep 1000 & i=$((i+1)); done; wait");
      expect(await build([crowd], [])).toMatchObject({ code: "PIPELINE_LIMIT" });
    });

    it("sees no file of the host", async () => {
      const script = `cat ${program} /proc/1/root${program} /../..${program} || echo none`;
      const { lines } = await build([step(script)], []);
      expect(lines).toContain("none");
      expect(String(lines)).not.toContain("UnprivilegedRequest");
    });
  },
);
