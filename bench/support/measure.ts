/** What a bench found: a measured figure against its budget, or why it could not be measured. */
export type Result =
  | {
      readonly name: string;
      readonly measured: number;
      readonly budget: number;
      readonly unit: string;
      readonly detail: string;
    }
  | { readonly name: string; readonly skipped: string };

/** How long `task` takes, in milliseconds. */
export async function timed(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/** The middle one of `values`. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** `12.3 ms`. */
export function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** Prints results; the process ends with 1 when a budget is exceeded. */
export function report(...results: readonly Result[]): void {
  for (const result of results) {
    if ("skipped" in result) {
      process.stdout.write(`skipped  ${result.name}: ${result.skipped}\n`);
      continue;
    }
    const { name, measured, budget, unit, detail } = result;
    const within = measured <= budget;
    if (!within) process.exitCode = 1;
    process.stdout.write(
      `${within ? "ok      " : "exceeded"} ${name}: ${measured.toFixed(2)} ${unit}, budget ${Number(budget.toFixed(2))} (${detail})\n`,
    );
  }
}
