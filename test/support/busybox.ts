import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "../../src/pipeline/sandbox/start-program.ts";
import type { StageEntry } from "../../src/pipeline/stage/entry.ts";

/** Debian's statically linked busybox for this machine: the host's own, or fetched with its apt; null without either. */
export function findBusybox(): Uint8Array | null {
  const own = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path) && isStatic(path));
  if (own !== undefined) return readFileSync(own);
  return fetchBusybox([]);
}

/** The same for a machine that need not be this one, with a package index of its own. */
export function fetchBusyboxFor(machine: Machine): Uint8Array | null {
  return fetchBusybox(["-o", `APT::Architecture=${machine}`, "-o", `APT::Architectures=${machine}`]);
}

function fetchBusybox(options: readonly string[]): Uint8Array | null {
  const folder = mkdtempSync(join(tmpdir(), "hardpan-busybox-"));
  const apt = (...args: readonly string[]) =>
    execFileSync("apt-get", [...options, ...args], { cwd: folder, stdio: "ignore", timeout: 110_000 });
  try {
    const own = [
      "-o",
      `Dir::State::lists=${folder}/lists`,
      "-o",
      `Dir::Cache=${folder}/cache`,
      "-o",
      "Acquire::Languages=none",
    ];
    if (options.length > 0) {
      mkdirSync(join(folder, "lists", "partial"), { recursive: true });
      apt(...own, "update");
    }
    apt(...(options.length > 0 ? own : []), "download", "busybox-static");
    const deb = readdirSync(folder).find((name) => name.endsWith(".deb")) ?? "";
    execFileSync("dpkg-deb", ["--extract", join(folder, deb), join(folder, "out")], { stdio: "ignore" });
    return readFileSync(["bin", "usr/bin"].map((path) => join(folder, "out", path, "busybox")).find(existsSync) ?? "");
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isStatic(path: string): boolean {
  return execFileSync("sh", ["-c", `ldd ${path} 2>&1 || true`], { encoding: "utf8" }).includes("not a dynamic");
}

const applets = (
  "[ cat chmod chown cp dd env find grep head id ln ls mkdir mkfifo mknod mount mv nc ps rm sed seq sh sleep stat tail test " +
  "touch tr umount unshare wget"
).split(" ");

/** A root in which busybox is the shell and every program. */
export function busyboxRoot(busybox: Uint8Array): readonly StageEntry[] {
  return [
    rootEntry("bin/busybox", { content: busybox, mode: 0o755 }),
    ...applets.map((name) => rootEntry(`bin/${name}`, { type: "symlink", linkPath: "busybox" })),
  ];
}

/** An entry of a root: an empty file of mode 0644 unless told otherwise; folders have mode 0755. */
export function rootEntry(path: string, attributes: Partial<StageEntry> = {}): StageEntry {
  const mode = attributes.type === "directory" ? 0o755 : 0o644;
  return {
    ...{ path, type: "file", mode, uid: 0, gid: 0, mtime: 1_600_000_000, linkPath: "" },
    content: new Uint8Array(0),
    ...attributes,
  };
}
