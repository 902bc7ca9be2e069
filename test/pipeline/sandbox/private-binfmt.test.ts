import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkSandbox } from "../../../src/pipeline/sandbox/check.ts";
import { localHost, type SandboxHost } from "../../../src/pipeline/sandbox/host.ts";
import { registration, sameUsers } from "../../../src/pipeline/sandbox/private-binfmt.ts";
import { type Machine, startProgram } from "../../../src/pipeline/sandbox/start-program.ts";
import { busyboxRoot } from "../../support/busybox.ts";
import { findForeignBusybox, foreignNeeds, foreignPlatform } from "../../support/foreign.ts";
import { stageOf, type TryOptions, trySandbox } from "../../support/sandbox.ts";

/** Whether the kernel would take a file for the line's: each byte of its beginning under the mask is the magic's. */
function takes(line: string, file: Uint8Array): boolean {
  const [, , , , magic = "", mask = ""] = line.split(":");
  const bytes = (text: string) =>
    [...text.matchAll(/\\x([0-9a-f]{2})/g)].map(([, hex]) => Number.parseInt(hex ?? "", 16));
  const masked = bytes(mask);
  return bytes(magic).every((byte, index) => byte === ((file[index] ?? 0) & (masked[index] ?? 0)));
}

describe("registration", () => {
  const options = { uid: 0, gid: 0, largestFile: 1, mostProcesses: null, dropGroups: false };
  const altered = (machine: Machine, at: number, value: number) => {
    const file = Uint8Array.from(startProgram(machine, options));
    file[at] = value;
    return file;
  };

  it.each([["amd64", "arm64"] as const, ["arm64", "amd64"] as const])("is for files of %s alone", (machine, other) => {
    const line = registration(machine, "/usr/bin/qemu");
    expect(line).toMatch(/^:[a-z0-9-]+:M::(\\x[0-9a-f]{2}){20}:(\\x[0-9a-f]{2}){20}:\/usr\/bin\/qemu:OPF$/);
    expect(takes(line, startProgram(machine, options))).toBe(true);
    expect(takes(line, startProgram(other, options))).toBe(false);
    // For Linux, and one that can lie anywhere.
    expect(takes(line, altered(machine, 7, 3))).toBe(true);
    expect(takes(line, altered(machine, 16, 3))).toBe(true);
    // 32 bits, and an object file.
    expect(takes(line, altered(machine, 4, 1))).toBe(false);
    expect(takes(line, altered(machine, 16, 1))).toBe(false);
  });
});

describe("sameUsers", () => {
  it("maps all users that this namespace has to themselves", () => {
    expect(sameUsers("         0          0 4294967295\n")).toBe("0 0 4294967295\n");
    expect(sameUsers("         0       1000          1\n         1     100000      65536\n")).toBe(
      "0 0 1\n1 1 65536\n",
    );
  });
});

const host = localHost();
const busybox = await findForeignBusybox();
const root = busybox === null ? [] : busyboxRoot(busybox);
const check = await checkSandbox(foreignPlatform, withoutHandlers());
const isPrivate = check.kind === "available" && check.emulation.kind === "private";

/** Also where the kernel has a handler, the sandbox is to bring its own. */
function withoutHandlers(): SandboxHost {
  return { ...host, binfmt: "/absent" };
}

async function tryForeign(script: string, options: TryOptions = {}) {
  const stage = await stageOf(root);
  const tried = await trySandbox(stage, script, { platform: foreignPlatform, host: { binfmt: "/absent" }, ...options });
  return { ...tried, stage };
}

describe.skipIf(busybox === null || !isPrivate)(
  `a step with an emulation of its sandbox's own (${foreignNeeds}, and before Linux 6.7)`,
  () => {
    it("runs all programs of the platform, by the names they are called by", async () => {
      const script = [
        "set -e; uname -m | cat; mkdir /links; busybox --install -s /links; /links/echo linked",
        "cp /links/seq /seq; /seq 2 | tail -n 1; sh -c 'echo $0 $1' name argument; cat /proc/self/cmdline | tr '\\0' ' '; exit 7",
      ].join("\n");
      const { lines, error } = await tryForeign(script);
      const machine = foreignPlatform === "linux/arm64" ? "aarch64" : "x86_64";
      expect(lines).toEqual([machine, "linked", "2", "name argument", "cat /proc/self/cmdline "]);
      expect(error).toMatchObject({ code: "PIPELINE_STEP_FAILED", message: expect.stringContaining("status 7") });
    });

    it("has the capabilities, users and files of any other step", async () => {
      const script =
        "ls /dev; ls /dev/hardpan; grep -E 'CapEff|CapPrm|CapAmb|NoNewPrivs' /proc/self/status | tr -d '\\t'; umask";
      const { lines } = await tryForeign(script);
      const capabilities = ["CapPrm", "CapEff", "CapAmb"].map((name) => `${name}:00000000800400fb`);
      expect(lines).toEqual([
        ...["fd", "full", "hardpan", "null", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"],
        ...["start", "step", ...capabilities, "NoNewPrivs:1", "0022"],
      ]);
    });

    it.runIf(host.uid === 0)("gives files to any user, who is the same outside (skipped for other users)", async () => {
      const script =
        "touch /a /b; chown 1234567:7654321 /a; chown 65534:4294967294 /b; chmod 6755 /a; cat /proc/self/uid_map";
      const { lines, error, stage } = await tryForeign(script);
      expect(error).toBeNull();
      expect(`${lines[0]?.trim().replaceAll(/ +/g, " ")}\n`).toBe(
        sameUsers(readFileSync("/proc/self/uid_map", "utf8")),
      );
      const owner = (name: string) => stage.ownership.of(lstatSync(join(stage.directory, name), { bigint: true }));
      expect([owner("a"), owner("b")]).toEqual([
        { uid: 1_234_567, gid: 7_654_321 },
        { uid: 65_534, gid: 4_294_967_294 },
      ]);
      expect(lstatSync(join(stage.directory, "a")).mode & 0o7777).toBe(0o6755);
    });

    it("runs as the step's user", async () => {
      const user = { uid: 65_532, gid: 65_533 };
      const { lines } = await tryForeign("id -u; id -g; pwd; touch mine; ls -ln mine | tr -s ' ' | cat", {
        step: { user, workDir: "/work" },
      });
      expect(lines.slice(0, 3)).toEqual(["65532", "65533", "/work"]);
      expect(lines[3]).toContain(" 65532 ");
    });

    it("sees nothing of the handler, and cannot change it", async () => {
      const before = listOrNothing(host.binfmt);
      const script = [
        "grep -c -e binfmt -e hardpan-a /proc/self/mountinfo; [ -e /sys ] && echo FOUND; ls -a /proc/sys/fs/binfmt_misc | grep hardpan-a",
        "mount -t binfmt_misc none /tmp; echo -1 > /proc/sys/fs/binfmt_misc/status",
        "for fd in /proc/1/fd/* /proc/self/fd/*; do for up in . .. ../..; do [ -e $fd/$up/sys/register ] && echo FOUND $fd; done; done; [ -e /proc/1/root/sys ] && echo FOUND",
        "uname -m",
      ].join("\n");
      const { lines } = await tryForeign(script);
      expect(lines.join("\n")).not.toMatch(/FOUND|hardpan-a/);
      expect(lines[0]).toMatch(existsSync(join(host.binfmt, "status")) ? /^[01]$/ : /^0$/);
      expect(lines).toContainEqual(expect.stringMatching(/mount: .*(denied|not permitted)/));
      expect(lines.at(-1)).toBe(foreignPlatform === "linux/arm64" ? "aarch64" : "x86_64");
      expect(listOrNothing(host.binfmt)).toEqual(before);
      expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toMatch(/ \/sys .* binfmt_misc /);
    });

    it("gets no variable that its shells outside have", async () => {
      const { lines } = await tryForeign("env | grep -v -e ^MARK= -e ^SHLVL=");
      const names = lines.map((line) => line.split("=")[0]).toSorted();
      expect(names).toEqual(["HOME", "LC_ALL", "PATH", "PWD", "SOURCE_DATE_EPOCH", "TZ"]);
    });

    it("is ended when it is interrupted, at whatever moment", async () => {
      for (const delay of [0, 5, 10, 20, 30, 40, 60, 80, 160, 320]) {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new Error("interrupted")), delay);
        const { stage, ...tried } = await tryForeign("sleep 1000 & sleep 1000", { signal: controller.signal });
        expect(tried).toEqual({ lines: [], error: new Error("interrupted"), left: false, mounted: false });
        expect(readdirSync(join(stage.directory, ".."))).toEqual(["root"]);
      }
    });
  },
);

function listOrNothing(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
