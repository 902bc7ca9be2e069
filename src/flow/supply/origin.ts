import type { ArchivePackage, Pocket } from "../../apt/model.ts";
import type { PackageLocation } from "../../apt/package-download.ts";
import { mirrorsFor } from "../../apt/sources.ts";
import type { LockedPackage } from "../../definition/lock.ts";
import type { Ports } from "../ports.ts";

/** How a lock names where a package comes from: `debian:trixie-security`, or `repository:URL SUITE`. */
export function originOf({ pocket, suite }: Pick<ArchivePackage, "pocket" | "suite">): string {
  return pocket === "third-party" ? `repository:${suite}` : `debian:${suite}`;
}

/** Where the package of a lock is to be fetched from. One of a repository is never asked of Debian's mirrors. */
export function locationOf(item: LockedPackage, ports: Pick<Ports, "mirrors">): PackageLocation {
  const repository = /^repository:(\S+) /.exec(item.suite)?.[1];
  if (repository !== undefined) return { ...item, pocket: "third-party", mirror: repository };
  const pocket = pocketOf(item.suite);
  return { ...item, pocket, mirror: mirrorsFor(ports.mirrors, pocket)[0] ?? "" };
}

function pocketOf(origin: string): Pocket {
  if (origin.endsWith("-security")) return "security";
  if (origin.endsWith("-updates")) return "updates";
  return origin.endsWith("-backports") ? "backports" : "release";
}
