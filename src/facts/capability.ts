import { xattrPrefix } from "../archive/tar-pax.ts";

/** The extended record of a tar archive in which file capabilities are kept. */
export const capabilityRecord = `${xattrPrefix}security.capability`;

/** Capabilities in the order of their numbers (capabilities(7)). */
const names = [
  ...["chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap"],
  ...["linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner"],
  ...["sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice"],
  ...["sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap"],
  ...["mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf"],
  ...["checkpoint_restore"],
];

/**
 * File capabilities as getcap(8) shows them, `cap_net_raw=ep`, several sets apart by a space; `value` holds one character
 * per byte of the attribute (linux/capability.h, vfs_cap_data). `unreadable` for what is no such attribute.
 */
export function formatCapabilities(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < 12) return "unreadable";
  const magic = bytes.readUInt32LE(0);
  const words = { 1: 1, 2: 2, 3: 2 }[magic >>> 24];
  if (words === undefined || bytes.length < 4 + words * 8) return "unreadable";
  const effective = (magic & 1) === 1 ? "e" : "";
  const groups = new Map<string, string[]>();
  for (let number = 0; number < words * 32; number++) {
    const at = 4 + (number >> 5) * 8;
    const has = (offset: number) => ((bytes.readUInt32LE(at + offset) >>> (number & 31)) & 1) === 1;
    const flags = `${has(4) ? "i" : ""}${has(0) ? "p" : ""}`;
    if (flags === "") continue;
    const key = `${effective}${flags}`;
    groups.set(key, [...(groups.get(key) ?? []), `cap_${names[number] ?? number}`]);
  }
  return [...groups].map(([flags, capabilities]) => `${capabilities.join(",")}=${flags}`).join(" ") || "none";
}
