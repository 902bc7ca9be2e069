import { EngineError } from "../../engine/error.ts";
import type { CheckResult, Mismatch, StepKind, StepResult } from "../result.ts";
import type { Check, CommandCheck, ServiceCheck, Step } from "../spec/model.ts";
import { runCommand } from "./command.ts";
import { becomesReady } from "./ready.ts";
import { createService, type Service } from "./service.ts";
import { takeStep } from "./step.ts";
import { ownContainer, type Subject } from "./subject.ts";

/** Tries one check. What the engine refuses to do is a failure. Throws the reason of the ports' signal. */
export async function runCheck(check: Check, subject: Subject): Promise<CheckResult> {
  const { clock } = subject.ports;
  const begin = clock();
  const { steps, log } =
    check.kind === "command"
      ? { steps: await takeSteps(commandSteps(check, subject), subject), log: [] }
      : await tryService(check, subject);
  const result = hasFailure(steps) ? "failed" : "passed";
  return { name: check.name, result, reason: null, seconds: (clock() - begin) / 1000, steps, log };
}

interface PlannedStep {
  readonly name: string;
  readonly kind: StepKind;
  readonly take: () => Promise<Mismatch | null>;
}

/** Takes steps until one fails; the rest is skipped. */
async function takeSteps(planned: readonly PlannedStep[], { ports }: Subject): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const { name, kind, take } of planned) {
    const begin = ports.clock();
    const isTried = !hasFailure(results);
    const mismatch = isTried ? await attempt(take, ports.signal) : null;
    const result = !isTried ? "skipped" : mismatch === null ? "passed" : "failed";
    const { expected, got } = mismatch ?? { expected: null, got: null };
    results.push({ name, kind, result, expected, got, seconds: (ports.clock() - begin) / 1000 });
  }
  return results;
}

async function attempt(take: PlannedStep["take"], signal: AbortSignal): Promise<Mismatch | null> {
  try {
    return await take();
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof EngineError)) throw cause;
    return { expected: "what the engine can do", got: cause.message };
  }
}

function hasFailure(steps: readonly StepResult[]): boolean {
  return steps.some(({ result }) => result === "failed");
}

function commandSteps(check: CommandCheck, subject: Subject): readonly PlannedStep[] {
  const run = { ...check, container: ownContainer(subject, check.container) };
  return [{ name: check.name, kind: "command", take: async () => await runCommand(run, subject) }];
}

async function tryService(check: ServiceCheck, subject: Subject): Promise<Pick<CheckResult, "steps" | "log">> {
  await using service = createService(check, subject);
  const steps = await takeSteps(serviceSteps(check, service, subject), subject);
  const log = hasFailure(steps) ? await service.log(shownLines) : [];
  return { steps, log: log.map((line) => (line.length > shownLength ? `${line.slice(0, shownLength)}…` : line)) };
}

const shownLines = 20;
const shownLength = 500;

function serviceSteps(check: ServiceCheck, service: Service, subject: Subject): readonly PlannedStep[] {
  const begin = async () => (await service.start()) ?? (await becomesReady(check.ready, service, subject.ports));
  const restart = async () => (await service.stop()) ?? (await begin());
  return [
    { name: "becomes ready", kind: "ready", take: begin },
    ...check.steps.map((step) => ({
      name: step.name,
      kind: step.kind,
      take: step.kind === "restart" ? restart : async () => await use(step, service, subject),
    })),
    { name: "ends when it is stopped", kind: "stop", take: async () => await service.stop() },
  ];
}

/** Takes a step; where it fails because the service is no more, that is said too. */
async function use(
  step: Exclude<Step, { readonly kind: "restart" }>,
  service: Service,
  subject: Subject,
): Promise<Mismatch | null> {
  const mismatch = await attempt(async () => await takeStep(step, service, subject), subject.ports.signal);
  const ended = mismatch === null || step.kind === "log" ? null : await service.ended();
  return mismatch === null || ended === null
    ? mismatch
    : { ...mismatch, got: `${mismatch.got}; of the service: ${ended}` };
}
