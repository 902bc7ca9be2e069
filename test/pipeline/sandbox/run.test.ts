import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { busyboxRoot, findBusybox, rootEntry } from "../../support/busybox.ts";
import { has } from "../../support/program.ts";
import { epoch, stageOf, trySandbox } from "../../support/sandbox.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const busybox = has("bwrap") ? findBusybox() : null;
const root = busybox === null ? [] : busyboxRoot(busybox);

describe.skipIf(busybox === null)("runStep (skipped without bwrap and a static busybox)", () => {
  it("runs a script in the root, whose files stay", async () => {
    const stage = await stageOf(root);
    const tried = await trySandbox(stage, "set -eu\nls /\necho made > /made\necho said >&2; echo again >/dev/stderr");
    expect(tried).toMatchObject({ error: null, left: false, mounted: false });
    expect(tried.lines).toEqual(["bin", "dev", "proc", "tmp", "said", "again"]);
    expect(readFileSync(join(stage.directory, "made"), "utf8")).toBe("made\n");
    expect(readdirSync(stage.directory).sort()).toEqual(["bin", "made", "tmp"]);
  });

  it("gives a step its variables and no others, a fixed host name and umask 022", async () => {
    const stage = await stageOf(root);
    const script = "env | grep -v ^MARK= | grep -v ^SHLVL=; cat /proc/sys/kernel/hostname; umask";
    const tried = await trySandbox(stage, script, { step: { environment: { A: "b\nc=d", HOME: "/home/x" } } });
    expect(tried.lines.toSorted()).toEqual(
      [
        ...["A=b", "c=d", "HOME=/home/x", "LC_ALL=C.UTF-8", "TZ=UTC", "PWD=/", `SOURCE_DATE_EPOCH=${epoch}`],
        ...["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "hardpan", "0022"],
      ].toSorted(),
    );
  });

  it("has a minimal /dev, few open files and no more capabilities than it needs", async () => {
    const stage = await stageOf(root);
    const script =
      "ls /dev; ls /proc/self/fd; grep -E 'CapEff|NoNewPrivs' /proc/self/status | tr -d '\\t'; echo x > /dev/x";
    const tried = await trySandbox(stage, script);
    expect(tried.lines.slice(0, -1)).toEqual([
      ...["fd", "full", "hardpan", "null", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"],
      ...["0", "1", "2", "3", "CapEff:00000000800400fb", "NoNewPrivs:1"],
    ]);
    expect(tried.lines.at(-1)).toContain("Read-only file system");
  });

  it("makes the working directory, and gives it to the step's user", async () => {
    const stage = await stageOf(root);
    const user = { uid: 65_532, gid: 65_533 };
    const tried = await trySandbox(stage, "pwd; id -u; id -g; touch mine; touch /theirs", {
      step: { user, workDir: "/work/dir" },
    });
    expect(tried.lines.slice(0, 3)).toEqual(["/work/dir", "65532", "65533"]);
    expect(tried.lines[3]).toContain("Permission denied");
    expect(stage.ownership.of(lstatSync(join(stage.directory, "work/dir"), { bigint: true }))).toEqual(user);
  });

  it("keeps /tmp from one step to the next", async () => {
    const stage = await stageOf(root);
    expect((await trySandbox(stage, "echo kept > /tmp/x; echo gone > /dev/shm/x")).error).toBeNull();
    expect((await trySandbox(stage, "cat /tmp/x; ls /dev/shm")).lines).toEqual(["kept"]);
  });

  it("tells of a failing step with its status and the end of its log", async () => {
    const stage = await stageOf(root);
    const tried = await trySandbox(stage, "seq 1 100; exit 7", { limits: { logTail: 12 } });
    expect(tried.lines).toHaveLength(100);
    expect(tried.error).toMatchObject({
      code: "PIPELINE_STEP_FAILED",
      message: 'step "try" of build "lib" in image/x.yaml ended with status 7; its last lines:\n98\n99\n100',
    });
  });

  it("takes a script larger than the arguments of a program may be", async () => {
    const stage = await stageOf(root);
    const tried = await trySandbox(stage, `: ${"x".repeat(3_000_000)}\necho end`);
    expect(tried).toMatchObject({ error: null, lines: ["end"] });
  });

  it("keeps caches between builds, out of the root and out of others' reach", async () => {
    const directory = join(await temporaryFolder(), "cache");
    const step = { caches: [{ path: "/go/pkg/mod", directory }] };
    const first = await stageOf(root);
    expect((await trySandbox(first, "echo kept > /go/pkg/mod/x; ls -ld /go/pkg", { step })).error).toBeNull();
    expect(existsSync(join(first.directory, "go"))).toBe(false);
    expect(lstatSync(directory).mode & 0o777).toBe(0o700);
    const second = await stageOf(root);
    expect((await trySandbox(second, "cat /go/pkg/mod/x; echo y > /go/y", { step })).lines).toEqual(["kept"]);
    expect(readdirSync(join(second.directory, "go"))).toEqual(["y"]);
  });

  it("hands over secrets, shows none and does without optional ones", async () => {
    const stage = await stageOf(root);
    const secret = (id: string, optional: boolean) => ({ id, env: id.toUpperCase(), optional });
    const secrets = new Map([["token", "hunter2"]]);
    const both = { secrets: [secret("token", false), secret("other", true)] };
    const tried = await trySandbox(stage, 'echo "=$TOKEN= $OTHER= $(echo -n $TOKEN | tail -c 3)"; exit 1', {
      step: both,
      secrets,
    });
    expect(tried.lines).toEqual(["=***= = er2"]);
    expect(String(tried.error)).not.toContain("hunter2");
    const missing = await trySandbox(stage, "true", { step: { secrets: [secret("other", false)] }, secrets });
    expect(missing.error).toMatchObject({
      code: "PIPELINE_SECRET_MISSING",
      message: expect.stringContaining("secret other"),
    });
  });

  it("has the host's name servers with network, where its root names none", async () => {
    const stage = await stageOf(root);
    const resolvConf = join(await temporaryFolder(), "resolv.conf");
    writeFileSync(resolvConf, "nameserver 127.0.0.53\n");
    const options = { step: { network: true }, host: { resolvConf } };
    const tried = await trySandbox(stage, "cat /etc/resolv.conf; echo x > /etc/resolv.conf", options);
    expect(tried.lines[0]).toBe("nameserver 127.0.0.53");
    expect(readFileSync(resolvConf, "utf8")).toBe("nameserver 127.0.0.53\n");
    expect(existsSync(join(stage.directory, "etc"))).toBe(false);
    const own = await stageOf([...root, rootEntry("etc/resolv.conf", { content: Buffer.from("own\n") })]);
    expect((await trySandbox(own, "cat /etc/resolv.conf", options)).lines).toEqual(["own"]);
  });

  it.each([
    ["no shell", { shell: ["/bin/bash"] }, "PIPELINE_STEP_INVALID"],
    ["a shell without path", { shell: ["bash"] }, "PIPELINE_STEP_INVALID"],
    ["a working directory that is a file", { workDir: "/bin/busybox" }, "PIPELINE_STEP_INVALID"],
    ["a relative working directory", { workDir: "x" }, "PIPELINE_PATH_INVALID"],
    ["a cache in place of the root", { caches: [{ path: "/", directory: "/absent" }] }, "PIPELINE_STEP_INVALID"],
    ["a variable that cannot be", { environment: { "A=B": "" } }, "PIPELINE_STEP_INVALID"],
  ])("refuses %s", async (_, step, code) => {
    const tried = await trySandbox(await stageOf(root), "true", { step });
    expect(tried.error).toMatchObject({ code, message: expect.stringContaining('step "try" of build "lib"') });
  });

  it("refuses a root whose /proc leads elsewhere", async () => {
    const stage = await stageOf([...root, rootEntry("proc", { type: "symlink", linkPath: "/oldroot/etc" })]);
    expect((await trySandbox(stage, "true")).error).toMatchObject({ code: "PIPELINE_STEP_INVALID" });
  });

  it("says that bubblewrap is missing, and for which step", async () => {
    const tried = await trySandbox(await stageOf(root), "true", { host: { bubblewrap: [] } });
    expect(tried.error).toMatchObject({
      code: "PIPELINE_SANDBOX_UNAVAILABLE",
      message: 'step "try" of build "lib" in image/x.yaml cannot run: it needs bubblewrap, but it is not installed',
    });
  });

  it("ends a step when it is interrupted, at whatever moment", async () => {
    const stage = await stageOf(root);
    for (const delay of [0, 10, 20, 40, 80, 160]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("interrupted")), delay);
      const tried = await trySandbox(stage, "sleep 1000 & sleep 1000", { signal: controller.signal });
      expect({ ...tried, lines: [] }).toEqual({
        lines: [],
        error: new Error("interrupted"),
        left: false,
        mounted: false,
      });
    }
    const controller = new AbortController();
    const onLine = () => controller.abort(new Error("interrupted"));
    const tried = await trySandbox(stage, "echo here; sleep 1000", { signal: controller.signal, onLine });
    expect(tried).toMatchObject({ error: new Error("interrupted"), left: false, mounted: false });
    expect(readdirSync(join(stage.directory, "..")).sort()).toEqual(["root"]);
  });

  it("ends with the step what the step left in the background", async () => {
    const stage = await stageOf(root);
    mkdirSync(join(stage.directory, "x"));
    const tried = await trySandbox(stage, "sleep 1000 & (trap '' TERM HUP; sleep 1000 >/dev/null 2>&1 &); echo done");
    expect(tried).toMatchObject({ error: null, lines: ["done"], left: false });
  });
});
