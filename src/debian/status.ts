import { type BinaryPackage, parseBinaryPackage } from "./packages.ts";
import type { Stanza } from "./stanza.ts";

/**
 * The package that a stanza of `/var/lib/dpkg/status` says is there, or one of `/var/lib/dpkg/status.d`, which has no
 * Status field; null for one that is not, though its configuration may be left. Throws DEBIAN_PACKAGE_INVALID, naming
 * `what`.
 */
export function installedPackage(stanza: Stanza, what: string): BinaryPackage | null {
  return isInstalled(stanza.get("Status")) ? parseBinaryPackage(stanza, what) : null;
}

/** Whether `path` (without leading slash) is a file that has stanzas of installed packages, dpkg's or opkg's. */
export function isStatusPath(path: string): boolean {
  if (path === "var/lib/dpkg/status" || path === "usr/lib/opkg/status") return true;
  const folder = "var/lib/dpkg/status.d/";
  return (
    path.startsWith(folder) &&
    !path.slice(folder.length).includes("/") &&
    !/\.(md5sums|list|preinst|postinst|prerm|postrm)$/.test(path)
  );
}

/**
 * `want flag state` (dpkg-query(1)): files are there from the state `half-installed` on, also of what is wanted gone but
 * was not removed yet. dpkg reads the words in any case.
 */
function isInstalled(status: string | null): boolean {
  if (status === null) return true;
  const [, , state = ""] = status.trim().toLowerCase().split(/\s+/);
  return state !== "config-files" && state !== "not-installed";
}
