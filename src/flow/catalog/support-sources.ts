import type { PackageIndex } from "../../apt/model.ts";
import type { DebianSupport } from "../../catalog/support.ts";
import { type Distro, debianCodename } from "../../definition/syntax.ts";
import { CodedError } from "../../error.ts";
import type { Ports } from "../ports.ts";
import { readDebianSupport } from "./debian-lists.ts";
import type { SupportSources } from "./definition-support.ts";

/** What support of definitions is found with, by distribution; each archive is asked once. */
export interface SupportBook {
  of(distro: Distro): Promise<SupportSources>;
}

/** An archive, and the ports to fetch of it with. */
export interface OpenedArchive {
  readonly index: PackageIndex;
  readonly ports: Ports;
}

/**
 * A book over archives that `openArchive` opens. What a release's archive lacks, or what cannot be had of it, is not known; a
 * note says why.
 */
export function supportBook(
  openArchive: (codename: string) => Promise<OpenedArchive | null>,
  { substitutions, today }: Pick<SupportSources, "substitutions" | "today">,
): SupportBook {
  const open = async ({ codename, release }: { readonly codename: string; readonly release: string }) => {
    const opened = await openArchive(codename);
    if (opened === null) return { index: null, debian: null, substitutions, today };
    const debian = await debianSupport(opened.index, { codename, release, today }, opened.ports);
    return { index: opened.index, debian, substitutions, today };
  };
  const opened = new Map<string, Promise<SupportSources>>();
  return {
    async of(distro) {
      const codename = debianCodename(distro);
      if (codename === null) return { index: null, debian: null, substitutions, today };
      const known = opened.get(codename) ?? open({ codename, release: distro.release });
      opened.set(codename, known);
      return await known;
    },
  };
}

async function debianSupport(
  index: PackageIndex,
  release: Parameters<typeof readDebianSupport>[1],
  ports: Ports,
): Promise<DebianSupport | null> {
  try {
    return await readDebianSupport(index, release, ports);
  } catch (cause) {
    ports.signal.throwIfAborted();
    if (!(cause instanceof CodedError)) throw cause;
    ports.report.note(`what Debian supports in ${release.codename} is not known: ${cause.message}`);
    return null;
  }
}
