import type { CheckResult, StepResult } from "../../check/result.ts";
import type { CheckedImage, CheckReport } from "../../flow/check/report.ts";

/** The report for people: a line for each image, what failed below it, and a sum. */
export function checkText({ images, summary }: CheckReport): string {
  const { passed, failed, skipped } = summary;
  const sum = `${counted(summary.images, "image")}: ${passed} passed, ${failed} failed, ${skipped} skipped`;
  return `${[...images.flatMap(imageLines), sum].join("\n")}\n`;
}

/** What became of an image, on one line. */
export function imageLine({ image, result, reason, seconds, checks }: CheckedImage): string {
  const name = image.reference.replace(/^catalog:\/\//, "");
  return `${words[result].padEnd(4)} ${name}  ${reason?.split("\n", 1)[0] ?? `${countText(checks)}  ${seconds.toFixed(1)} s`}`;
}

const words = { passed: "ok", failed: "FAIL", skipped: "skip" } as const;

function countText(checks: readonly CheckResult[]): string {
  const tried = checks.filter(({ result }) => result !== "skipped");
  const failed = tried.filter(({ result }) => result === "failed").length;
  const others = checks.length - tried.length;
  const count = failed === 0 ? counted(tried.length, "check") : `${failed} of ${counted(tried.length, "check")} failed`;
  return others === 0 ? count : `${count}, ${others} not for this image`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function imageLines(image: CheckedImage): readonly string[] {
  const more = (image.reason ?? "").split("\n").slice(1);
  const failed = image.checks.filter(({ result }) => result === "failed");
  return [imageLine(image), ...more.map((line) => `     ${line}`), ...failed.flatMap(failureLines)];
}

function failureLines({ name, steps, log }: CheckResult): readonly string[] {
  const lines = steps.filter(({ result }) => result === "failed").flatMap((step) => stepLines(step, name));
  const wrote = log.length === 0 ? [] : ["its last lines:", ...log.map((line) => `  ${line}`)];
  return [`  ${name}`, ...[...lines, ...wrote].map((line) => `      ${line}`.trimEnd())];
}

function stepLines({ name, expected, got }: StepResult, check: string): readonly string[] {
  return [...(name === check ? [] : [`${name}:`]), `expected ${expected}`, `got      ${got}`];
}
