import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shellGlob, shellQuote, shellText } from "../../../src/pipeline/action/quote.ts";
import { splitWords } from "../../../src/pipeline/action/words.ts";
import { has } from "../../support/program.ts";

const nasty = fc.array(fc.constantFrom(..."$(){}`'\"\\\n\t *?[]~!#&;|<>=-%@^ax0é€", `\${HOME}`, "$(touch x)"), {
  maxLength: 20,
});
const text = fc
  .oneof(
    fc.string({ unit: "binary" }),
    nasty.map((parts) => parts.join("")),
  )
  .filter((value) => !value.includes("\0"));
const shells = ["sh", "bash", "dash"].filter(has);

describe("a quoted text", () => {
  it.each(shells)("is exactly one word with its own bytes for %s", (shell) => {
    fc.assert(
      fc.property(
        fc.array(
          text.map((value) => value.toWellFormed()),
          { minLength: 1, maxLength: 40 },
        ),
        (texts) => {
          expect(words(shell, texts.map(shellQuote))).toEqual(texts);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(shells)("stands after NAME= as well for %s", (shell) => {
    const texts = ["~/x", "a:~", "$(touch x)", "", "it's", "a\nb"];
    const script = texts.map((value, index) => `V${index}=${shellQuote(value)}`).join("\n");
    const print = texts.map((_, index) => `"$V${index}"`).join(" ");
    expect(words(shell, [print], script)).toEqual(texts);
  });
});

describe("a text with variables", () => {
  it.each(shells)("has their values taken literally, and is one word for %s", (shell) => {
    const script = "export V='a  $(touch x) *'";
    expect(words(shell, [shellText(`pre \${V}/\${V:-x} $V $(touch x) \${1} \${V}`)], script)).toEqual([
      `pre a  $(touch x) */\${V:-x} $V $(touch x) \${1} a  $(touch x) *`,
    ]);
  });

  it.each(shells)("without variables is as when quoted, for %s", (shell) => {
    const plain = text.map((value) => value.toWellFormed()).filter((value) => !/\$\{[A-Za-z_]\w*\}/.test(value));
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 40 }), (texts) => {
        expect(words(shell, texts.map(shellText))).toEqual(texts);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a text with wildcards", () => {
  it("matches names and quotes the rest", () => {
    expect(words("sh", [shellGlob("/etc/host*me")])).toEqual(["/etc/hostname"]);
    expect(words("sh", [shellGlob("/no such place/*$(touch x)?")])).toEqual(["/no such place/*$(touch x)?"]);
  });
});

describe("splitting into words", () => {
  it("reads what quoting writes", () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        expect(splitWords(texts.map(shellQuote).join(" "))).toEqual({ kind: "words", words: texts });
      }),
    );
  });

  it.each([
    ["-p1  --fuzz=0", ["-p1", "--fuzz=0"]],
    ["-X 'a.b=tagged clean' x\"y z\"", ["-X", "a.b=tagged clean", "xy z"]],
    ["a\\ b '' \"\\$x\\n\"", ["a b", "", "$x\\n"]],
    ["", []],
  ])("splits %j", (line, words) => expect(splitWords(line)).toEqual({ kind: "words", words }));

  it.each(["'a", 'a "b', "a\\"])("says that %j has no end", (line) => {
    expect(splitWords(line)).toEqual({ kind: "unclosed" });
  });
});

/** The words as the shell sees them, each ended by NUL. */
function words(shell: string, quoted: readonly string[], before = ""): readonly string[] {
  const script = `${before}\nfor word in ${quoted.join(" ")}; do printf '%s\\0' "$word"; done`;
  return execFileSync(shell, ["-c", script], { encoding: "utf8", cwd: "/" }).split("\0").slice(0, -1);
}
