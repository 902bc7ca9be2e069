import { BlockList, isIP } from "node:net";

/**
 * Whether `hostname`, as a URL has it, can be a host of the public network: no loopback, private, link-local or otherwise
 * reserved address (RFC 6890), and no name that only a local network knows (RFC 6761, RFC 6762, RFC 8375). Names are not
 * looked up.
 */
export function isPublicHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  const family = isIP(name);
  if (family !== 0) return !reserved.check(name, family === 6 ? "ipv6" : "ipv4");
  const labels = name.replace(/\.$/, "").split(".");
  return labels.length > 1 && !localNames.has(labels.at(-1) ?? "") && !name.endsWith("home.arpa");
}

const localNames = new Set([
  ...["localhost", "localdomain", "local", "internal", "private", "intranet", "lan", "home", "corp"],
  ...["test", "invalid", "onion"],
]);

const reserved = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  reserved.addSubnet(network, prefix, "ipv4");
  // The same addresses written as IPv6 (RFC 4291 §2.5.5.2, RFC 6052).
  reserved.addSubnet(`::ffff:${network}`, 96 + prefix, "ipv6");
  reserved.addSubnet(`64:ff9b::${network}`, 96 + prefix, "ipv6");
  // Those that were given up (RFC 4291 §2.5.5.1), and 6to4 (RFC 3056).
  reserved.addSubnet(`::${network}`, 96 + prefix, "ipv6");
  reserved.addSubnet(`2002:${hexOf(network)}::`, 16 + prefix, "ipv6");
}
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["100::", 64],
  ["64:ff9b:1::", 48],
  ["ff00::", 8],
] as const) {
  reserved.addSubnet(network, prefix, "ipv6");
}

/** The two groups of an IPv6 address that an IPv4 address makes. */
function hexOf(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
