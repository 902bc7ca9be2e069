import type { Engine } from "./engine.ts";

/** A container's last lines of output, standard output and error output in the order they were written. */
export async function containerLog(
  engine: Engine,
  name: string,
  { lines, bytes }: { readonly lines: number; readonly bytes: number },
): Promise<readonly string[]> {
  const args = ["logs", "--timestamps", `--tail=${lines}`, name];
  const result = await engine.exec(engine.command, args, { keep: { bytes, from: "end" }, timeout: 120_000 });
  const written = [...stampedLines(result.stdout), ...stampedLines(result.stderr)];
  return written.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map(({ text }) => text);
}

interface StampedLine {
  /** RFC 3339 with nine digits of a second: sorted as text, it is sorted by time. */
  readonly time: string;
  readonly text: string;
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|[+-]\d\d:\d\d) ?/;

function stampedLines(output: string): readonly StampedLine[] {
  if (output === "") return [];
  let time = "";
  return output
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => {
      const [all = "", second, fraction = ""] = stamp.exec(line) ?? [];
      if (second !== undefined) time = `${second}.${fraction.padEnd(9, "0")}`;
      return { time, text: line.slice(all.length).replace(/\r$/, "") };
    });
}
