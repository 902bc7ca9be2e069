import { createLimiter } from "../../../content/limiter.ts";
import { CodedError } from "../../../error.ts";
import type { RoundCounts, WatchFailure } from "../../../vuln/watch/event.ts";
import type { AdvisoryState, WatchPorts, WatchRequest } from "./ports.ts";
import type { Retries } from "./retries.ts";
import { type Looked, lookAt, postPending, type Round } from "./target.ts";
import { listTargets, type WatchTarget } from "./targets.ts";

/** Looks at every reference once. Failures are told, and concern only what has failed. Throws the signal's reason. */
export async function watchRound(request: WatchRequest, ports: WatchPorts, retries: Retries): Promise<RoundCounts> {
  const failing = failureTeller(ports, retries);
  const { update } = ports;
  const updated =
    update === null ||
    (await failing({ what: "update", reference: null }, async () => {
      await update();
      return true;
    })) === true;
  const isWaiting = (repository: string) => retries.isWaiting(repository, ports.now());
  const { targets, failed, waiting, noteLists } = await listTargets(request, ports, isWaiting);
  for (const { repository, cause } of failed) {
    await failing({ what: "list", reference: repository }, async () => await Promise.reject(cause));
  }
  const advisories = await failing({ what: "advisories", reference: null }, ports.advisories);
  const looked =
    advisories === null
      ? targets.map((): Looked => ({ outcome: "failed" }))
      : await lookAtAll(targets, { request, ports, advisories, retries }, failing);
  if (!request.dryRun) await noteLists();

  const outcomes = looked.map(({ outcome }) => outcome);
  const number = (wanted: Looked["outcome"]) => outcomes.filter((outcome) => outcome === wanted).length;
  const sum = (part: "added" | "changed" | "removed") =>
    looked.reduce((total, { difference }) => total + (difference?.[part].length ?? 0), 0);
  const counts: RoundCounts = {
    references: targets.length,
    scanned: number("scanned"),
    unchanged: number("unchanged"),
    failed: number("failed") + failed.length + (updated ? 0 : 1),
    waiting: number("waiting") + waiting.length,
    added: sum("added"),
    changed: sum("changed"),
    removed: sum("removed"),
  };
  if (!request.dryRun)
    ports.emit({ schema: "hardpan/watch/1", event: "round", at: ports.now().toISOString(), ...counts });
  return counts;
}

interface RoundInputs {
  readonly request: WatchRequest;
  readonly ports: WatchPorts;
  readonly advisories: AdvisoryState;
  readonly retries: Retries;
}

async function lookAtAll(
  targets: readonly WatchTarget[],
  { request, ports, advisories, retries }: RoundInputs,
  failing: FailureTeller,
): Promise<readonly Looked[]> {
  const limit = createLimiter(request.workers);
  const oneByOne = createLimiter(1);
  const round: Round = { request, ports, advisories };
  const failed: Looked = { outcome: "failed" };
  return await Promise.all(
    targets.map((target) =>
      limit(async (): Promise<Looked> => {
        const { reference } = target;
        ports.signal.throwIfAborted();
        if (retries.isWaiting(reference, ports.now())) return { outcome: "waiting" };
        const looked = await failing({ what: "scan", reference }, async () => await lookAt(target, round));
        if (!request.dryRun) await oneByOne(async () => await post(target, { ports, retries }, failing));
        return looked ?? failed;
      }),
    ),
  );
}

/** Posts what of a reference is to be posted, unless the webhook failed lately. */
async function post(
  target: WatchTarget,
  { ports, retries }: Pick<RoundInputs, "ports" | "retries">,
  failing: FailureTeller,
): Promise<void> {
  if (ports.post === null || retries.isWaiting("webhook", ports.now())) return;
  const record = await ports.recall(target.key);
  if (record === null || record.pending.length === 0) return;
  const { reference } = target;
  await failing({ what: "webhook", reference, key: "webhook" }, async () => await postPending(target, record, ports));
}

interface Attempt extends Pick<WatchFailure, "what" | "reference"> {
  /** What is left alone after a failure; by default the reference or what is done. */
  readonly key?: string;
}

type FailureTeller = <Result>(attempt: Attempt, task: () => Promise<Result>) => Promise<Result | null>;

/** Runs tasks and tells of those that fail, which give null. */
function failureTeller(ports: WatchPorts, retries: Retries): FailureTeller {
  return async (attempt, task) => {
    const { what, reference, key = reference ?? what } = attempt;
    try {
      const result = await task();
      retries.succeeded(key);
      return result;
    } catch (cause) {
      ports.signal.throwIfAborted();
      const now = ports.now();
      const { failures, retryAt } = retries.failed(key, now);
      ports.emit({
        schema: "hardpan/watch/1",
        event: "failure",
        at: now.toISOString(),
        reference,
        what,
        ...describe(cause),
        failures,
        retryAt: retryAt.toISOString(),
      });
      return null;
    }
  };
}

function describe(cause: unknown): Pick<WatchFailure, "code" | "message" | "hint"> {
  if (cause instanceof CodedError) return { code: cause.code, message: cause.message, hint: cause.hint ?? null };
  // A mistake of this program about one image must not end the watch of all others.
  const message = cause instanceof Error ? cause.message : String(cause);
  return { code: "UNEXPECTED", message, hint: "this is a mistake in Hardpan: please report it" };
}
