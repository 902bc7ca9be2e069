import { describe, expect, it } from "vitest";
import { stepLog } from "../../../src/pipeline/sandbox/log.ts";

function logged(
  chunks: readonly (string | Uint8Array)[],
  options: { readonly secrets?: readonly string[]; readonly tail?: number } = {},
) {
  const lines: string[] = [];
  const log = stepLog({ secrets: options.secrets ?? [], tail: options.tail ?? 100, line: (line) => lines.push(line) });
  for (const chunk of chunks) log.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  log.end();
  return { lines, tail: log.tail() };
}

describe("stepLog", () => {
  it("hands on whole lines, however they come", () => {
    expect(logged(["one\ntw", "o\r\n\nthr", "ee"]).lines).toEqual(["one", "two", "", "three"]);
    const euro = Buffer.from("€\n");
    expect(logged([euro.subarray(0, 1), euro.subarray(1)]).lines).toEqual(["€"]);
  });

  it("keeps the last lines that fit", () => {
    expect(logged(["first\nsecond\nthird\n"], { tail: 13 }).tail).toEqual(["second", "third"]);
  });

  it("shows no secret, also when it comes in pieces or has several lines", () => {
    const secrets = ["hunter2", "hunter2000", "-----KEY\nabc\n"];
    const { lines, tail } = logged(["x hun", "ter2 y hunter2000\n", "-----KEY\nabc\n"], { secrets });
    expect(lines).toEqual(["x *** y ***", "***", "***"]);
    expect(tail).toEqual(lines);
  });

  it("hands on a line without end in pieces, and no secret between them", () => {
    const long = `${"a".repeat(65_530)}TOPSECRET${"b".repeat(70_000)}`;
    const { lines } = logged([long], { secrets: ["TOPSECRET"] });
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join("")).toBe(long.replace("TOPSECRET", "***"));
    const inPieces = logged(
      [...long].map((_, index) => (index % 1000 === 0 ? long.slice(index, index + 1000) : "")),
      {
        secrets: ["TOPSECRET"],
      },
    );
    expect(inPieces.lines.join("")).toBe(lines.join(""));
  });
});
