import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { localHost } from "../../../src/pipeline/sandbox/host.ts";
import type { Stage } from "../../../src/pipeline/stage/root.ts";
import { busyboxRoot, findBusybox, rootEntry } from "../../support/busybox.ts";
import { findForeignBusybox, foreignNeeds, foreignPlatform } from "../../support/foreign.ts";
import { has } from "../../support/program.ts";
import { processesWith, stageOf, step, type TryOptions, trySandbox } from "../../support/sandbox.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const sandboxes = [
  {
    whose: "a hostile step",
    needs: "skipped without bwrap and a static busybox",
    platform: `linux/${localHost().machine}` as const,
    busybox: has("bwrap") ? findBusybox() : null,
  },
  {
    whose: `a hostile step for ${foreignPlatform}`,
    needs: foreignNeeds,
    platform: foreignPlatform,
    busybox: await findForeignBusybox(),
  },
];
const buildProgram = fileURLToPath(new URL("../../support/build-program.ts", import.meta.url));
const gone = { left: false, mounted: false };
const megabyte = 2 ** 20;

const bomb = "bomb() { bomb | bomb & }; bomb; sleep 1000";
const crowd = "i=0; while [ $i -lt 500 ]; do sleep 1000 & i=$((i+1)); done; wait";
const hog = "while :; do dd if=/dev/zero of=/dev/null bs=1000M count=9 2>/dev/null; done";
const filler = "i=0; while :; do dd if=/dev/zero of=/f$i bs=1M count=5 2>/dev/null; i=$((i+1)); done";
const smallFiles = "i=0; mkdir d; while :; do mkdir d/$i; touch d/$i/1 d/$i/2 d/$i/3; i=$((i+1)); done";
const unnamed =
  "fill() { exec 5>/f$1; rm /f$1; dd if=/dev/zero bs=1M count=15 >&5 2>/dev/null; sleep 1000; }; " +
  "for i in 1 2 3 4 5 6; do fill $i & done; wait";

for (const { whose, needs, platform, busybox } of sandboxes) {
  describe.skipIf(busybox === null)(`${whose} (${needs})`, () => {
    const root = busybox === null ? [] : busyboxRoot(busybox);
    const attack = async (stage: Stage, script: string, options: TryOptions = {}) =>
      await trySandbox(stage, script, { platform, ...options });

    const crowds = [
      ["a crowd", crowd, { processes: 100 }, "had more processes than its limit of 100"],
      ["a memory hog", hog, { memory: 50 * megabyte }, "used more memory than its limit of 52428800 bytes"],
    ] as const;

    it.each([
      ["a fork bomb", bomb, { processes: 100 }, "had more processes than its limit of 100"] as const,
      ...crowds,
    ])("is ended as %s, by control groups where there are any", async (_, script, limits, message) => {
      const tried = await attack(await stageOf(root), script, { limits });
      expect(tried).toMatchObject({ ...gone, error: { code: "PIPELINE_LIMIT" } });
      expect(String(tried.error)).toContain(`step "try" of build "lib" in image/x.yaml ${message}`);
    });

    it.each(crowds)("is ended as %s, by being watched where there are none", async (_, script, limits, message) => {
      const tried = await attack(await stageOf(root), script, { limits, host: { cgroups: null } });
      expect(tried).toMatchObject({ ...gone, error: { code: "PIPELINE_LIMIT" } });
      expect(String(tried.error)).toContain(message);
    });

    it.each([
      ["an endless loop", "while :; do :; done", { seconds: 1 }, "ran longer than its limit of 1 seconds"],
      ["a sleeper that minds no signal", "trap '' TERM INT HUP; sleep 1000", { seconds: 1 }, "ran longer"],
      [
        "one that prints for ever",
        "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
        { seconds: 1 },
        "ran longer",
      ],
      ["a disk filler", filler, { written: 50 * megabyte }, "wrote more than its limit of 52428800 bytes"],
      ["a disk filler with one file", "dd if=/dev/zero of=/f bs=1M", { written: 50 * megabyte }, "wrote more"],
      ["a disk filler in /tmp", filler.replace("/f$i", "/tmp/f$i"), { written: 50 * megabyte }, "wrote more"],
      ["a disk filler with files that have no name", unnamed, { written: 50 * megabyte }, "wrote more"],
      ["a disk filler with small files", smallFiles, { written: 2 * megabyte }, "wrote more"],
    ] as const)("is ended as %s", async (_, script, limits, message) => {
      const stage = await stageOf(root);
      const tried = await attack(stage, script, { limits });
      expect(tried).toMatchObject({ ...gone, error: { code: "PIPELINE_LIMIT" } });
      expect(String(tried.error)).toContain(message);
      const parent = join(stage.directory, "..", "..");
      await stage.remove();
      expect(readdirSync(parent)).toEqual([]);
    });

    it("fills no memory through /dev", async () => {
      const script =
        "dd if=/dev/zero of=/dev/shm/x bs=1M count=70 2>/dev/null; stat -c %s /dev/shm/x; echo x > /dev/null";
      const tried = await attack(await stageOf(root), script);
      expect(tried).toMatchObject({ error: null, lines: [String(64 * megabyte)] });
    });

    it("sees no file of the host", async () => {
      const outside = await temporaryFolder();
      writeFileSync(join(outside, "secret"), "secret", { mode: 0o644 });
      const script = [
        `cat ${outside}/secret`,
        `cat /../../../../../..${outside}/secret`,
        `cat /proc/1/root${outside}/secret /proc/1/cwd${outside}/secret`,
        `for fd in /proc/1/fd/* /proc/self/fd/*; do cat $fd/..${outside}/secret $fd${outside}/secret; done`,
        "ls /oldroot /newroot /sys /home /etc",
        "mknod /disk b 254 0; cat /disk; mount -t sysfs sysfs /tmp; mount -o bind /proc /tmp",
        "ls -l /proc/1/exe; cat /proc/1/environ",
      ].join("\n");
      const tried = await attack(await stageOf(root), script);
      expect(tried.lines.filter((line) => line.includes("secret") && !/can't open|can't create/.test(line))).toEqual(
        [],
      );
      expect(tried.lines.join("\n")).not.toMatch(/^secret$/m);
      expect(tried.lines.join("\n")).toMatch(/mknod: .*not permitted/);
      expect(tried.lines.join("\n")).not.toMatch(/\bPWD=/);
    });

    it("writes nothing outside its root", async () => {
      const outside = await temporaryFolder();
      writeFileSync(join(outside, "file"), "as it was");
      mkdirSync(join(outside, "cache"));
      const script = [
        `mkdir -p /../../..${outside}; echo changed > /../../..${outside}/file`,
        `ln -s ${outside} /etc; echo changed > /etc/file; ln /proc/1/root${outside}/file /hard`,
        `ln -s /oldroot${outside} /cache; ln -s /oldroot${outside} /work; mkdir -p /go; ln -s /oldroot${outside} /go/up`,
      ].join("\n");
      const stage = await stageOf(root);
      await attack(stage, script);
      // What the host makes for the next step is where such a symlink would lead astray.
      const caches = [{ path: "/cache/made", directory: join(await temporaryFolder(), "kept") }];
      const next = await attack(stage, "pwd; rm -rf /etc/x; ls", {
        step: { caches, workDir: "/go/up/work", network: true },
      });
      expect(next.error).toBeNull();
      expect(readdirSync(outside).sort()).toEqual(["cache", "file"]);
      expect(readFileSync(join(outside, "file"), "utf8")).toBe("as it was");
      expect(existsSync(join(outside, "made"))).toBe(false);
      await stage.remove();
      expect(readdirSync(outside).sort()).toEqual(["cache", "file"]);
    });

    it("cannot have an empty folder of the host removed by moving what was mounted on", async () => {
      const outside = await temporaryFolder();
      mkdirSync(join(outside, "c"));
      const caches = [{ path: "/a/b/c", directory: join(await temporaryFolder(), "kept") }];
      const tried = await attack(await stageOf(root), `mv /a/b /moved && ln -s ${outside} /a/b; ls -l /a`, {
        step: { caches },
      });
      expect(tried.error).toBeNull();
      expect(readdirSync(outside)).toEqual(["c"]);
    });

    it("cannot change the kernel's settings, also not as root of a namespace of its own", async () => {
      // It writes what is there already: nothing would change if it could.
      const write = (file: string) => `v=$(cat ${file}); echo "$v" 2>/dev/null > ${file} && echo CHANGED ${file}`;
      const script = [
        write("/proc/sys/kernel/core_pattern"),
        write("/proc/sys/net/ipv4/ip_forward"),
        "umount /proc/sys && echo UMOUNTED; mount -o remount,rw /proc/sys && echo REMOUNTED",
        `unshare -Urm sh -c 'mount -t proc proc /tmp && echo MOUNTED; umount /proc/sys && echo UMOUNTED; ${write("/proc/sys/kernel/core_pattern")}'`,
        `unshare -Urmpf sh -c 'mount -t proc proc /tmp && echo MOUNTED; ls /tmp'`,
        "echo end",
      ].join("\n");
      const tried = await attack(await stageOf(root), script);
      expect(tried.lines.filter((line) => /CHANGED|UMOUNTED|REMOUNTED|MOUNTED/.test(line))).toEqual([]);
      expect(tried.lines.at(-1)).toBe("end");
    });

    it("makes no user namespace, in which it could mount the host's control groups", async () => {
      const mount = (type: string) => `mount -t ${type} none /tmp && echo MOUNTED`;
      const script = [
        "unshare -U true && echo UNSHARED",
        `unshare -UrmC sh -c '${[mount("cgroup"), mount("cgroup -o pids"), mount("cgroup2")].join("; ")}'`,
        "unshare -m true && echo UNSHARED; (echo forked)",
      ].join("\n");
      const tried = await attack(await stageOf(root), script);
      expect(tried.lines.filter((line) => /UNSHARED|MOUNTED/.test(line))).toEqual([]);
      expect(tried.lines.join("\n")).toMatch(/unshare.*not permitted/);
      expect(tried.lines.at(-1)).toBe("forked");
    });

    it("reaches no network and no service of the host unless it is given the network", async () => {
      const server = createServer((_, response) => response.end("reached\n"));
      onTestFinished(() => {
        server.close();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const script = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 ${port} | tail -n 1; echo end`;
      const stage = await stageOf(root);
      const alone = await attack(stage, `${script}; nc 192.0.2.1 80`);
      expect(alone.lines).toEqual([
        "nc: can't connect to remote host (127.0.0.1): Connection refused",
        ...["end", "nc: can't connect to remote host (192.0.2.1): Network is unreachable"],
      ]);
      expect((await attack(stage, script, { step: { network: true } })).lines).toEqual(["reached", "end"]);
    });

    it("cannot end or see processes of the host", async () => {
      const stage = await stageOf(root);
      const tried = await attack(
        stage,
        `kill -9 $PPID; kill -9 ${process.pid}; kill -9 -1; ps | grep -c node; echo alive`,
      );
      expect(tried).toMatchObject(gone);
      expect(tried.lines.at(-1)).not.toMatch(/^[1-9]/);
      expect(statSync(`/proc/${process.pid}`).isDirectory()).toBe(true);
    });

    it("leaves a setuid program where only the caller gets at it", async () => {
      const stage = await stageOf(root);
      await attack(stage, "cp /bin/busybox /suid; chmod 4755 /suid");
      expect(lstatSync(join(stage.directory, "suid")).mode & 0o4000).toBe(0o4000);
      expect(lstatSync(join(stage.directory, "..")).mode & 0o077).toBe(0);
    });

    it("cannot hide a folder from being removed", async () => {
      const script =
        "mkdir -m 0 closed; cd closed; i=0; while mkdir dddddddd && cd dddddddd; do i=$((i+1)); done 2>/dev/null; touch x";
      const stage = await stageOf([...root, rootEntry("closed2", { type: "directory", mode: 0 })]);
      await attack(stage, script);
      const parent = join(stage.directory, "..", "..");
      await stage.remove();
      expect(readdirSync(parent)).toEqual([]);
    });

    it("does not outlive the program that runs it, even when that is killed", async () => {
      const folder = await temporaryFolder();
      writeFileSync(join(folder, "busybox"), busybox ?? "");
      const mark = randomUUID();
      const steps = [step("sleep 1000 & sleep 1000", { environment: { MARK: mark } })];
      const limits = { processes: 100, seconds: 60 };
      const request = {
        platform,
        busybox: join(folder, "busybox"),
        parent: folder,
        alone: true,
        steps,
        outputs: [],
        limits,
      };
      const program = spawn(process.execPath, [buildProgram, JSON.stringify(request)], { stdio: "ignore" });
      await expect.poll(() => processesWith(mark).length, { timeout: 20_000 }).toBeGreaterThan(2);
      program.kill("SIGKILL");
      await expect.poll(() => processesWith(mark).length, { timeout: 20_000 }).toBe(0);
    });
  });
}
