import { describe, expect, it } from "vitest";
import { formatCapabilities } from "../../src/facts/capability.ts";

/** An attribute: magic, then pairs of permitted and inheritable. */
function attribute(...words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, index * 4);
  return bytes.toString("latin1");
}

describe("formatCapabilities", () => {
  it.each([
    ["of version 2, effective", attribute(0x02000001, 1 << 10, 0, 0, 0), "cap_net_bind_service=ep"],
    ["that are only permitted", attribute(0x02000000, (1 << 6) | (1 << 7), 0, 0, 0), "cap_setgid,cap_setuid=p"],
    ["beyond 31", attribute(0x02000001, 0, 0, 1 << 7, 0), "cap_bpf=ep"],
    ["of version 3, with a root id", attribute(0x03000001, 1, 0, 0, 0, 1000), "cap_chown=ep"],
    ["of version 1", attribute(0x01000001, 1 << 21, 0), "cap_sys_admin=ep"],
    ["of several kinds", attribute(0x02000001, 1, 1 | 2, 0, 0), "cap_chown=eip cap_dac_override=ei"],
    ["without a name yet", attribute(0x02000001, 0, 0, 1 << 31, 0), "cap_63=ep"],
    ["of which there are none", attribute(0x02000001, 0, 0, 0, 0), "none"],
    ["of an unknown version", attribute(0x04000001, 1, 0, 0, 0), "unreadable"],
    ["cut short", attribute(0x02000001, 1, 0), "unreadable"],
    ["of no bytes", "", "unreadable"],
  ])("shows capabilities %s", (_, value, shown) => {
    expect(formatCapabilities(value)).toBe(shown);
  });
});
