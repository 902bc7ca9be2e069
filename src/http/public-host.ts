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

const localNames = new Set(["localhost", "local", "internal", "lan", "test", "invalid", "onion"]);

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
}
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  reserved.addSubnet(network, prefix, "ipv6");
}
