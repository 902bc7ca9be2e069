// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables like this
import { describe, expect, it } from "vitest";
import { substitute } from "../../src/dockerfile/variables.ts";

const values: Readonly<Record<string, string>> = { A: "alpha", EMPTY: "", V: "24.3.0", PATHS: "/a/b/c" };
const context = { lookup: (name: string) => values[name] ?? null, escape: "\\" } as const;
const text = (source: string) => substitute(source, context).text;

describe("replacing variables", () => {
  it.each([
    ["$A", "alpha"],
    ["${A}", "alpha"],
    ["x$A-y", "xalpha-y"],
    ["${A}y", "alphay"],
    ["$Ay", ""],
    ["$", "$"],
    ["$.", "$."],
    ["\\$A", "$A"],
    ["'$A'", "$A"],
    ['"$A b"', "alpha b"],
    ['"\\$A \\n"', "$A \\n"],
    ["${A:-x}", "alpha"],
    ["${U:-x}", "x"],
    ["${U:-$A}", "alpha"],
    ["${U:-${W:-deep}}", "deep"],
    ["${EMPTY:-x}", "x"],
    ["${EMPTY-x}", ""],
    ["${U-x}", "x"],
    ["${A:+x}", "x"],
    ["${EMPTY:+x}", ""],
    ["${EMPTY+x}", "x"],
    ["${A:?no}", "alpha"],
    ["${V#*.}", "3.0"],
    ["${V##*.}", "0"],
    ["${V%.*}", "24.3"],
    ["${V%%.*}", "24"],
    ["${V#x}", "24.3.0"],
    ["${PATHS/b/X}", "/a/X/c"],
    ["${V//./_}", "24_3_0"],
    ["${V/?/x}", "x4.3.0"],
    ["node:${V%%.*}-slim", "node:24-slim"],
  ])("%s becomes %s", (source, expected) => {
    expect(text(source)).toBe(expected);
  });

  it("tells which names were used and which had no value", () => {
    expect(substitute("$A ${U} ${W:-$X}", context)).toEqual({
      text: "alpha  ",
      used: ["A", "U", "W", "X"],
      missing: ["U", "X"],
    });
    expect(substitute("${U:-x} ${U:+y}", context).missing).toEqual([]);
  });

  it("escapes with a backtick where that is the escape character", () => {
    expect(substitute("`$A \\$A", { ...context, escape: "`" }).text).toBe("$A \\alpha");
  });

  it.each([
    "${",
    "${A",
    "${A:-",
    "${A@Q}",
    "'a",
    '"a',
    "${:-x}",
    "${U:?needed}",
    "${A/x}",
    `${"${U:-".repeat(30)}x${"}".repeat(30)}`,
  ])("refuses %s", (source) => {
    expect(() => text(source)).toThrow(expect.objectContaining({ code: "DOCKERFILE_SUBSTITUTION_INVALID" }));
  });

  it("takes bounded time for adverse patterns", () => {
    const long = { lookup: () => "a".repeat(1024), escape: "\\" } as const;
    expect(substitute(`\${A##${"*a".repeat(60)}b}`, long).text).toBe("a".repeat(1024));
  });
});
