import { randomBytes } from "node:crypto";
import { traitsOf, whyNotFor } from "./condition.ts";
import type { CheckResult, ImageResult } from "./result.ts";
import { createBelongings } from "./run/belongings.ts";
import { runCheck } from "./run/run.ts";
import type { SubjectImage } from "./run/subject.ts";
import type { CheckOptions, CheckPorts } from "./run/world.ts";
import type { CheckSpec } from "./spec/model.ts";

/** What to try on an image. */
export interface CheckRequest {
  readonly spec: CheckSpec;
  readonly options: CheckOptions;
  /** Hears of each check before it begins. */
  readonly begins?: (name: string) => void;
}

/**
 * Tries an image as its run verification says, one check after the other. What is started for it in the engine is removed, also
 * where it fails or is interrupted. An image none of whose checks is for it is `skipped`. Throws the reason of `ports.signal`.
 */
export async function checkImage(image: SubjectImage, request: CheckRequest, ports: CheckPorts): Promise<ImageResult> {
  const { spec, options } = request;
  const begin = ports.clock();
  const traits = traitsOf(image.labels);
  const run = randomBytes(4).toString("hex");
  await using belongings = createBelongings({ reference: image.reference, run }, ports);
  const subject = { image, options, tmpfs: spec.tmpfs, belongings, ports };
  const checks: CheckResult[] = [];
  for (const check of spec.checks) {
    ports.signal.throwIfAborted();
    const reason = whyNotFor(check.when, traits);
    if (reason !== null) {
      checks.push({ name: check.name, result: "skipped", reason, seconds: 0, steps: [], log: [] });
      continue;
    }
    request.begins?.(check.name);
    checks.push(await runCheck(check, subject));
  }
  const tried = checks.filter(({ result }) => result !== "skipped");
  const isFailed = tried.some(({ result }) => result === "failed");
  return {
    result: isFailed ? "failed" : tried.length === 0 ? "skipped" : "passed",
    seconds: (ports.clock() - begin) / 1000,
    checks,
  };
}
