import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { SandboxPlatform } from "../../../src/pipeline/sandbox/check.ts";
import { localHost } from "../../../src/pipeline/sandbox/host.ts";
import type { Step } from "../../../src/pipeline/sandbox/step.ts";
import { findRange } from "../../../src/pipeline/stage/mapped-ownership.ts";
import type { Output } from "../../../src/pipeline/stage/outputs.ts";
import { findBusybox } from "../../support/busybox.ts";
import { findForeignBusybox, foreignNeeds, foreignPlatform } from "../../support/foreign.ts";
import { has, run } from "../../support/program.ts";
import { step } from "../../support/sandbox.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const program = fileURLToPath(new URL("../../support/build-program.ts", import.meta.url));
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
const busybox = able ? findBusybox() : null;
const foreign = able ? await findForeignBusybox() : null;
const ownPlatform: SandboxPlatform = `linux/${localHost().machine}`;

/** Gives nobody a range of users that only what runs in this mount namespace knows of. */
const withRange =
  'echo nobody:200000:65536 >"$1/ranges" && mount --bind "$1/ranges" /etc/subuid && mount --bind "$1/ranges" /etc/subgid && shift && exec "$@"';

async function build(
  steps: readonly Step[],
  outputs: readonly Output[],
  { alone = true, platform = ownPlatform }: { readonly alone?: boolean; readonly platform?: SandboxPlatform } = {},
): Promise<Record<string, unknown>> {
  const folder = await temporaryFolder();
  const parent = join(folder, "parent");
  const file = join(folder, "busybox");
  writeFileSync(file, (platform === ownPlatform ? busybox : foreign) ?? "");
  mkdirSync(parent);
  if (asNobody.length > 0) chownSync(parent, nobody, nobody);
  chmodSync(folder, 0o755);
  const limits = { processes: 100, seconds: 60 };
  const request = JSON.stringify({ platform, busybox: file, parent, alone, steps, outputs, limits });
  const range = alone || asNobody.length === 0 ? [] : ["unshare", "--mount", "sh", "-c", withRange, "sh", folder];
  const [first = "", ...rest] = [...range, ...asNobody, process.execPath, program, request];
  const result: Record<string, unknown> = JSON.parse(run(first, rest));
  expect(readdirSync(parent)).toEqual([]);
  return result;
}

const ranged = busybox !== null && has("newuidmap") && (asNobody.length > 0 || (await findRange()) !== null);

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
      expect(String(lines)).not.toContain("ProgramRequest");
    });
  },
);

describe.skipIf(!ranged)("a build of a user with a range of users (skipped without newuidmap or a range)", () => {
  it("has the owners that packages and steps give, and reads what they closed", async () => {
    const script = [
      "ls -ln /srv/owned | tr -s ' ' | cut -d ' ' -f 3,4; id -u",
      "mkdir /srv/d; echo x > /srv/d/f; chmod 4750 /srv/d/f; chown 65532:65533 /srv/d/f /srv/d; chmod 4750 /srv/d/f; chmod 0 /srv/d",
      "ln -s / /srv/link; chown -h 5:5 /srv/link",
    ].join("\n");
    const user = step("id -u; touch mine; chmod 600 mine", { user: { uid: 1000, gid: 1000 }, workDir: "/srv/work" });
    const outputs = [{ source: "/srv", target: "/srv", diff: true }];
    expect(await build([step(script), user], outputs, { alone: false })).toMatchObject({
      lines: ["70 71", "0", "1000"],
      entries: [
        ...["srv/d directory 0 65532:65533", "srv/d/f file 4750 65532:65533", "srv/link symlink 777 5:5"],
        ...["srv/work directory 755 1000:1000", "srv/work/mine file 600 1000:1000"],
      ],
      contents: ["", "x\n", "", "", ""],
    });
  });

  it("is held to its limits, and nothing is left that only the range could remove", async () => {
    const crowd = step(
      "mkdir /closed; chown 5 /closed; chmod 0 /closed; i=0; while [ $i -lt 500 ]; do sleep 1000 & i=$((i+1)); done; wait",
    );
    expect(await build([crowd], [], { alone: false })).toMatchObject({ code: "PIPELINE_LIMIT" });
    const failing = step("mkdir -m 700 d; touch d/x; exit 1", { user: { uid: 1000, gid: 1000 }, workDir: "/work" });
    expect(await build([failing], [], { alone: false })).toMatchObject({ code: "PIPELINE_STEP_FAILED" });
  });
});

describe.skipIf(foreign === null)(`a build of a user who is not root for ${foreignPlatform} (${foreignNeeds})`, () => {
  const platform = foreignPlatform;

  it("runs all programs of the platform, as the step's user, who is the only one there", async () => {
    const script = "id -u | cat; touch mine; chown 5 mine; cat /proc/self/uid_map | tr -s ' '; uname -m";
    const user = step(script, { user: { uid: 65_532, gid: 65_533 }, workDir: "/work" });
    const { lines } = await build([user], [{ source: "/work", target: "/work" }], { platform });
    expect(lines).toEqual([
      ...["65532", expect.stringMatching(/chown: .*(Invalid argument|not permitted)/)],
      ...[expect.stringMatching(/^ 65532 \d+ 1$/), platform === "linux/arm64" ? "aarch64" : "x86_64"],
    ]);
  });

  it("has a crowd ended without control groups", async () => {
    const crowd = step("i=0; while [ $i -lt 500 ]; do sleep 1000 & i=$((i+1)); done; wait");
    expect(await build([crowd], [], { platform })).toMatchObject({ code: "PIPELINE_LIMIT" });
  });

  it.skipIf(!ranged)("has the owners that steps give where there is a range (skipped without newuidmap)", async () => {
    const script = "mkdir /srv/d; echo x > /srv/d/f; chown 65532:65533 /srv/d/f /srv/d; id -u";
    const outputs = [{ source: "/srv", target: "/srv", diff: true }];
    expect(await build([step(script)], outputs, { alone: false, platform })).toMatchObject({
      lines: ["0"],
      entries: ["srv/d directory 755 65532:65533", "srv/d/f file 644 65532:65533"],
    });
  });
});
