import { type BinaryPackage, parseBinaryPackage } from "./packages.ts";
import { parseStanzas, type Stanza } from "./stanza.ts";

/** An installed package and the stanza that says so. */
export interface InstalledPackage extends BinaryPackage {
  readonly stanza: Stanza;
}

/**
 * The installed packages of `/var/lib/dpkg/status`, or of one file of `/var/lib/dpkg/status.d`, whose stanza has no
 * Status field. A package that is to be removed or of which only the configuration is left does not count. Throws
 * DEB822_INVALID and DEBIAN_PACKAGE_INVALID, naming `what`.
 */
export function parseStatus(text: string, what: string): readonly InstalledPackage[] {
  const installed: InstalledPackage[] = [];
  for (const stanza of parseStanzas(text, { what })) {
    if (isInstalled(stanza.get("Status"))) installed.push({ ...parseBinaryPackage(stanza, what), stanza });
  }
  return installed;
}

/** Whether `path` (without leading slash) is a file that `parseStatus` reads. */
export function isStatusPath(path: string): boolean {
  if (path === "var/lib/dpkg/status") return true;
  const folder = "var/lib/dpkg/status.d/";
  return (
    path.startsWith(folder) &&
    !path.slice(folder.length).includes("/") &&
    !/\.(md5sums|list|preinst|postinst|prerm|postrm)$/.test(path)
  );
}

/** `want flag state` (dpkg-query(1)): files are there from the state `half-installed` on. */
function isInstalled(status: string | null): boolean {
  if (status === null) return true;
  const [want, , state] = status.split(/\s+/);
  if (want === "deinstall" || want === "purge") return false;
  return state !== "config-files" && state !== "not-installed";
}
