import type { PackageIndex } from "../../apt/model.ts";
import type { Substitution } from "../../catalog/substitution.ts";
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

/**
 * A book over archives that `openIndex` opens. What a release's archive lacks, or what cannot be had of it, is not known; a
 * note says why.
 */
export function supportBook(
  openIndex: (codename: string) => Promise<PackageIndex | null>,
  substitutions: ReadonlyMap<string, Substitution>,
  ports: Ports,
): SupportBook {
  const today = ports.now().toISOString().slice(0, 10);
  const open = async ({ codename, release }: { readonly codename: string; readonly release: string }) => {
    const index = await openIndex(codename);
    const debian = index === null ? null : await debianSupport(index, { codename, release, today }, ports);
    return { index, debian, substitutions, today };
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
