import { FlowError } from "../../error.ts";
import type { WatchPorts, WatchRequest } from "./ports.ts";

/** One reference to watch. */
export interface WatchTarget {
  readonly reference: string;
  /** Under what it is remembered. */
  readonly key: string;
  /** Whether it was there when the watch began and is scanned only once it changes. */
  readonly isOld: boolean;
}

const mostReferences = 10_000;

/** A list of tags that could not be had. */
export interface FailedList {
  readonly repository: string;
  readonly cause: unknown;
}

/** What to look at in a round. */
export interface Targets {
  readonly targets: readonly WatchTarget[];
  readonly failed: readonly FailedList[];
  /** Repositories that were not asked, as they failed lately. */
  readonly waiting: readonly string[];
  /** Says that what the repositories had is known now; to be called when the round is over. */
  readonly noteLists: () => Promise<void>;
}

/**
 * The references of a request, with the tags its repositories have now; each once. Throws FLOW_UNSUPPORTED_REFERENCE for
 * more than 10 000.
 */
export async function listTargets(
  request: WatchRequest,
  ports: Pick<WatchPorts, "tags" | "knowsList" | "noteList" | "signal">,
  isWaiting: (repository: string) => boolean,
): Promise<Targets> {
  const found = new Map<string, WatchTarget>();
  const failed: FailedList[] = [];
  const listed: string[] = [];
  const waiting = request.repositories.filter(isWaiting);
  for (const reference of request.references) add(found, target(reference, request, false));
  for (const repository of request.repositories) {
    if (waiting.includes(repository)) continue;
    try {
      const isKnown = request.allImages || (await ports.knowsList(listKey(repository, request)));
      const tags = (await ports.tags(repository)).filter((tag) => request.tag?.test(tag) ?? true);
      for (const tag of tags) add(found, target(`registry://${repository}:${tag}`, request, !isKnown));
      listed.push(listKey(repository, request));
    } catch (cause) {
      ports.signal.throwIfAborted();
      failed.push({ repository, cause });
    }
  }
  const noteLists = async () => {
    for (const key of listed) await ports.noteList(key);
  };
  if (found.size > mostReferences) throw tooMany(found.size);
  return { targets: [...found.values()], failed, waiting, noteLists };
}

function tooMany(count: number): FlowError {
  return new FlowError("FLOW_UNSUPPORTED_REFERENCE", `${count} references are more than can be watched`, {
    hint: `at most ${mostReferences}: choose tags with --tag`,
  });
}

function add(found: Map<string, WatchTarget>, one: WatchTarget): void {
  if (!found.has(one.reference)) found.set(one.reference, one);
}

function target(reference: string, { settings }: WatchRequest, isOld: boolean): WatchTarget {
  return { reference, key: JSON.stringify([reference, ...settings]), isOld };
}

function listKey(repository: string, { settings, tag }: WatchRequest): string {
  return JSON.stringify([repository, tag?.source ?? null, ...settings]);
}
