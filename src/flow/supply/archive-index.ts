import { AptError } from "../../apt/error.ts";
import { type IndexPart, mergeIndex } from "../../apt/index/merged.ts";
import { closePart } from "../../apt/index/part.ts";
import type { DebianPocket, PackageIndex, UnreachableRepository } from "../../apt/model.ts";
import { debianLine } from "../../apt/repository/debian-line.ts";
import { fetchKeyring, isSignedByDebian, type KeyringFile, keyringsFor } from "../../apt/repository/keys.ts";
import { offers, parseRepositoryLine, type Repository } from "../../apt/repository/line.ts";
import { acquireRepository } from "../../apt/repository.ts";
import { acquireSuites, usualPockets } from "../../apt/suite.ts";
import { CodedError } from "../../error.ts";
import type { Ports } from "../ports.ts";
import { aptOptions, aptPorts } from "./apt-ports.ts";
import type { ArchiveContents, ArchiveRequest } from "./archive-request.ts";

/**
 * The packages of Debian's own archive and of `contents.repositories`, which are added to it. A repository that cannot be
 * reached is left out with a note: it fails a lock only when something is wanted that is nowhere else, and then the message
 * names its line. One that cannot be trusted always fails. Close the answer when done. Throws APT_REPOSITORY_INVALID and
 * what `acquireSuites` and `acquireRepository` throw.
 */
export async function openArchiveIndex(
  contents: ArchiveContents,
  request: ArchiveRequest,
  ports: Ports,
): Promise<PackageIndex> {
  const { codename, architecture } = request;
  const repositories = [...new Set(contents.repositories)].map(parseRepositoryLine);
  const others = repositories.filter((one) => debianLine(one, codename) === null && offers(one, architecture));
  const keys = await fetchKeys(contents, others, ports);
  const parts: IndexPart[] = [];
  const unreachable: UnreachableRepository[] = [];
  try {
    parts.push(...(await acquireSuites(suitesOf(repositories, request), aptPorts(ports), aptOptions(ports))));
    for (const repository of others) {
      const opened = await openRepository(repository, { keys, ...request }, ports);
      if ("reason" in opened) unreachable.push(opened);
      else parts.push(opened);
    }
  } catch (cause) {
    for (const part of parts) closePart(part);
    throw cause;
  }
  for (const { line, reason } of unreachable) ports.report.note(`left out, as it cannot be read: ${line} (${reason})`);
  return mergeIndex(parts, { architecture, unreachable });
}

/** Suites of Debian's own: the usual ones with `main`, and what the lines add to them. */
function suitesOf(repositories: readonly Repository[], { codename, architecture, pockets }: ArchiveRequest) {
  const components = new Map<DebianPocket, Set<string>>(
    (pockets ?? usualPockets).map((one) => [one, new Set(["main"])]),
  );
  for (const repository of repositories) {
    const own = offers(repository, architecture) ? debianLine(repository, codename) : null;
    if (own === null || (pockets !== undefined && !components.has(own.pocket))) continue;
    components.set(own.pocket, new Set([...(components.get(own.pocket) ?? []), ...own.components]));
  }
  return [...components].map(([pocket, names]) => ({ codename, pocket, architecture, components: [...names] }));
}

/** The keyrings there are, and why others could not be had. */
interface Keys {
  readonly keyrings: readonly KeyringFile[];
  readonly missing: readonly string[];
}

async function fetchKeys(contents: ArchiveContents, others: readonly Repository[], ports: Ports): Promise<Keys> {
  if (others.every(isSignedByDebian)) return { keyrings: [], missing: [] };
  const { progress: _, ...options } = aptOptions(ports);
  const fetched = await Promise.all(
    [...new Set(contents.keyring)].map(
      async (address) =>
        await fetchKeyring(address, aptPorts(ports), options).catch((cause: unknown) => ({ reason: reasonOf(cause) })),
    ),
  );
  return {
    keyrings: fetched.flatMap((one) => ("reason" in one ? [] : [one])),
    missing: fetched.flatMap((one) => ("reason" in one ? [one.reason] : [])),
  };
}

async function openRepository(
  repository: Repository,
  { keys, codename, architecture }: ArchiveRequest & { readonly keys: Keys },
  ports: Ports,
): Promise<IndexPart | UnreachableRepository> {
  const { keyrings, missing } = keys;
  const { line } = repository;
  const keyless = missing.length > 0 && !isSignedByDebian(repository);
  if (keyless && keyringsFor(repository, keyrings).length === 0) return { line, reason: missing.join("; ") };
  ports.report.step(`reading the archive: ${repository.uri} ${repository.suite} ${architecture}`);
  try {
    return await acquireRepository(
      { repository, keyrings, architecture, codename },
      aptPorts(ports),
      aptOptions(ports),
    );
  } catch (cause) {
    // The key it is signed by may be the one that could not be had.
    const unknown = keyless && cause instanceof AptError && cause.code === "APT_KEY_UNKNOWN";
    return { line, reason: unknown ? missing.join("; ") : reasonOf(cause) };
  }
}

const lacking = new Set(["HTTP_NETWORK", "HTTP_TIMEOUT", "HTTP_STATUS", "APT_OFFLINE", "APT_INDEX_MISSING"]);

/** Why something cannot be had, for a failure that says no more than that; throws any other. */
function reasonOf(cause: unknown): string {
  if (cause instanceof CodedError && lacking.has(cause.code)) return cause.message;
  throw cause;
}
