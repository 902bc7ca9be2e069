import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkSandbox, unavailable } from "../../../src/pipeline/sandbox/check.ts";
import { localHost, type SandboxHost } from "../../../src/pipeline/sandbox/host.ts";
import { has, run } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** This machine as an amd64 one, with binfmt_misc and emulators as a test wants them. */
async function machine(handlers: Readonly<Record<string, string>>, emulators: readonly string[]): Promise<SandboxHost> {
  const binfmt = join(await temporaryFolder(), "binfmt_misc");
  mkdirSync(binfmt);
  for (const [name, content] of Object.entries(handlers)) writeFileSync(join(binfmt, name), content);
  return { ...localHost(), machine: "amd64", binfmt, emulators: { amd64: [], arm64: emulators } };
}

const magic = "7f454c460201010000000000000000000200b700";
const handler = (flags: string, first = "enabled") =>
  `${first}\ninterpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P\nflags: ${flags}\noffset 0\nmagic ${magic}\nmask ffffffffffffff00fffffffffffffffffeffffff\n`;

describe.skipIf(!has("bwrap"))("checkSandbox (skipped without bwrap)", () => {
  it("needs nothing more for this machine's own platform", async () => {
    const host = localHost();
    expect(await checkSandbox(`linux/${host.machine}`, host)).toMatchObject({
      kind: "available",
      emulation: { kind: "native" },
    });
  });

  it("trusts a handler that the kernel holds open, and no other without an emulator", async () => {
    const foreign = async (handlers: Readonly<Record<string, string>>, emulators: readonly string[]) => {
      const check = await checkSandbox("linux/arm64", await machine(handlers, emulators));
      return check.kind === "available" ? check.emulation : check.kind;
    };
    const interpreter = "/usr/libexec/qemu-binfmt/aarch64-binfmt-P";
    expect(await foreign({ "qemu-aarch64": handler("POCF") }, [])).toEqual({ kind: "kernel" });
    expect(await foreign({ "qemu-aarch64": handler("OC") }, [])).toBe("no-emulation");
    expect(await foreign({ "qemu-aarch64": handler("F", "disabled") }, [])).toBe("no-emulation");
    expect(await foreign({ "qemu-riscv64": handler("F").replace("b700", "f300") }, [])).toBe("no-emulation");
    expect(await foreign({ qemu: handler("OC") }, ["/bin/sh"])).toEqual({
      kind: "interpreter",
      interpreter,
      program: "/bin/sh",
    });
    expect(await foreign({}, ["/absent"])).toBe("no-emulation");
  });

  it("trusts an emulator of the sandbox's own only when it has executed something", async () => {
    const host = await machine({}, ["/bin/false"]);
    const foreign: SandboxHost = { ...host, machine: localHost().machine };
    const platform = foreign.machine === "amd64" ? "linux/arm64" : "linux/amd64";
    const emulators = { amd64: ["/bin/true"], arm64: ["/bin/true"] };
    expect(await checkSandbox(platform, { ...foreign, emulators })).toEqual({
      ...{ kind: "no-emulation", platform },
      reason: expect.stringContaining("no emulator is registered, and a sandbox cannot have its own: "),
    });
  });

  it("refuses the platform where no more namespaces may be made, and says so", async () => {
    const host = { ...(await machine({}, ["/bin/true"])), uid: 0, gid: 0 };
    const check = new URL("../../../src/pipeline/sandbox/check.ts", import.meta.url);
    const program = `const { checkSandbox } = await import(${JSON.stringify(check.href)});
console.log(JSON.stringify(await checkSandbox("linux/arm64", ${JSON.stringify(host)})));`;
    const forbidden = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
    const node = [process.execPath, "--input-type=module", "--eval", program];
    const said = run("unshare", ["--user", "--map-root-user", "sh", "-c", forbidden, "sh", ...node]);
    expect(JSON.parse(said)).toEqual({
      ...{ kind: "no-emulation", platform: "linux/arm64" },
      reason: expect.stringMatching(/cannot have its own: unshare.*No space left/),
    });
  });

  it("says why bubblewrap does not work", async () => {
    const absent = await checkSandbox("linux/amd64", { ...localHost(), bubblewrap: ["/absent/bwrap"] });
    expect(absent).toEqual({ kind: "no-bubblewrap", reason: "it is not installed" });
    const old = join(await temporaryFolder(), "bwrap");
    writeFileSync(old, "#!/bin/sh\necho 'bwrap: Unknown option --new' >&2\nexit 1\n", { mode: 0o755 });
    const refusing = await checkSandbox("linux/amd64", { ...localHost(), bubblewrap: [old] });
    expect(refusing).toEqual({
      kind: "no-bubblewrap",
      reason: "it does not work here: bwrap: Unknown option --new",
    });
  });
});

describe("unavailable", () => {
  it("names who cannot run and what is missing", () => {
    const missing = { kind: "no-emulation", platform: "linux/arm64", reason: "no emulator is installed" } as const;
    const platform = unavailable(missing, "step a");
    expect([platform.code, platform.message]).toEqual([
      "PIPELINE_PLATFORM_UNAVAILABLE",
      "step a cannot run: this machine does not execute programs for linux/arm64: no emulator is installed",
    ]);
    expect(platform.hint).toMatch(/qemu-user-static.*systemctl restart systemd-binfmt.*--platform/);
    const program = unavailable({ kind: "no-bubblewrap", reason: "it is not installed" }, "step a");
    expect([program.code, program.message]).toEqual([
      "PIPELINE_SANDBOX_UNAVAILABLE",
      "step a cannot run: it needs bubblewrap, but it is not installed",
    ]);
  });
});
