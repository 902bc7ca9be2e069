import { CodedError } from "../../../error.ts";
import type { Ports } from "../../ports.ts";
import { type Archives, openArchives } from "../archives.ts";
import type { OpenedArchive } from "../support-sources.ts";

/** Archives for a question that is asked often: each is looked at once a day. */
export interface ArchivesAtHand {
  /** The archive of a release; null where it is not in the cache and cannot be reached, which is noted. */
  open(codename: string): Promise<OpenedArchive | null>;
  close(): Promise<void>;
}

const day = 86_400_000;
const recordKind = "archive-looked-at-1";

/** Archives as the cache has them; one that was not looked at for a day is asked first, and not waited for long. */
export function archivesAtHand(ports: Ports): ArchivesAtHand {
  const offline: Ports = { ...ports, offline: true };
  const online: Ports = { ...ports, http: ports.impatientHttp };
  const opened: Archives[] = [];
  const openWith = async (codename: string, having: Ports): Promise<OpenedArchive> => {
    const archives = openArchives(having);
    opened.push(archives);
    const architecture = ports.hostPlatform.architecture === "arm64" ? "arm64" : "amd64";
    return { index: await archives.index(codename, architecture), ports: having };
  };
  return {
    async open(codename) {
      const reasons: string[] = [];
      const isDue = !ports.offline && (await isOld(codename, ports));
      for (const having of isDue ? [online, offline] : ports.offline ? [offline] : [offline, online]) {
        try {
          const archive = await openWith(codename, having);
          if (!having.offline) await ports.cache.writeRecord(recordKind, codename, { at: ports.now().getTime() });
          return archive;
        } catch (cause) {
          ports.signal.throwIfAborted();
          if (!(cause instanceof CodedError)) throw cause;
          reasons.push(cause.message);
        }
      }
      ports.report.note(`what Debian supports in ${codename} is not known: ${reasons[0]}`);
      return null;
    },
    async close() {
      for (const archives of opened) await archives.close();
    },
  };
}

async function isOld(codename: string, { cache, now }: Ports): Promise<boolean> {
  const record = await cache.record(recordKind, codename);
  const at = typeof record === "object" && record !== null && "at" in record ? Number(record.at) : Number.NaN;
  const age = now().getTime() - at;
  return !(age >= 0 && age < day);
}
