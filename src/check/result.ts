/** What became of an image, a check or a step: `skipped` is what was not tried, and does not count as passed. */
export type CheckVerdict = "passed" | "failed" | "skipped";

/** What an image did when its run verification was tried. */
export interface ImageResult {
  readonly result: CheckVerdict;
  readonly seconds: number;
  readonly checks: readonly CheckResult[];
}

/** What became of one check. */
export interface CheckResult {
  readonly name: string;
  readonly result: CheckVerdict;
  /** Why it was skipped, or why it failed where no step says it. */
  readonly reason: string | null;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
  /** The last lines of the service's output, where it failed. */
  readonly log: readonly string[];
}

/** What became of one step; `expected` and `got` are set where it failed. */
export interface StepResult {
  readonly name: string;
  readonly kind: StepKind;
  readonly result: CheckVerdict;
  readonly expected: string | null;
  readonly got: string | null;
  readonly seconds: number;
}

/** What a step does; `ready` and `stop` are there for every service. */
export type StepKind = "command" | "helper" | "http" | "log" | "restart" | "ready" | "stop";

/** Where something is not as expected, in words. */
export interface Mismatch {
  readonly expected: string;
  readonly got: string;
}
