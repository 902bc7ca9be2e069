import type { CheckResult, StepResult } from "../../check/result.ts";
import type { CheckedImage, CheckReport } from "../../flow/check/report.ts";

/** The report for people: a line for each image, what failed below it, and a sum. */
export function checkText({ images, summary }: CheckReport): string {
  const { passed, failed, skipped } = summary;
  const sum = `${summary.images} ${summary.images === 1 ? "image" : "images"}: ${passed} passed, ${failed} failed, ${skipped} skipped`;
  return `${[...images.flatMap(imageLines), sum].join("\n")}\n`;
}

const words = { passed: "ok", failed: "FAIL", skipped: "skip" } as const;

/** What became of one image: one line, and more where a check failed. */
export function imageLines({ image, result, reason, seconds, checks }: CheckedImage): readonly string[] {
  const tried = checks.filter((check) => check.result !== "skipped");
  const failed = tried.filter((check) => check.result === "failed");
  const count =
    failed.length > 0
      ? `${failed.length} of ${tried.length} checks failed`
      : `${tried.length} ${tried.length === 1 ? "check" : "checks"}`;
  const told = reason ?? `${count}  ${seconds.toFixed(1)} s`;
  return [
    `${words[result].padEnd(4)} ${image.reference.replace(/^catalog:\/\//, "")}  ${told}`,
    ...failed.flatMap(failureLines),
  ];
}

function failureLines({ name, reason, steps, log }: CheckResult): readonly string[] {
  const lines = steps.filter(({ result }) => result === "failed").flatMap((step) => stepLines(step, name));
  const told = log.length === 0 ? [] : ["its output ended with:", ...log.map((line) => `  ${line}`)];
  return [`  ${name}`, ...[...(reason === null ? [] : [reason]), ...lines, ...told].map((line) => `      ${line}`)];
}

function stepLines({ name, expected, got }: StepResult, check: string): readonly string[] {
  return [...(name === check ? [] : [`${name}:`]), `expected ${expected}`, `got      ${got}`];
}
