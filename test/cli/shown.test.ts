import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { progressOn } from "../../src/cli/progress.ts";
import { shown, shownJson } from "../../src/cli/shown.ts";
import { debian, openInBash, writeImages } from "../flow/vuln/world.ts";
import { hardpan } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { feedFolder, lines, osvDebian } from "../vuln/examples.ts";

describe("what is printed for people", () => {
  it.each([
    ["a window's title", "a\u001b]0;pwned\u0007b", "a?]0;pwned?b"],
    ["a link", "\u001b]8;;http://x\u001b\\y", "?]8;;http://x?\\y"],
    ["C1 controls", "a\u009b2Jb\u0085c", "a?2Jb?c"],
    ["a carriage return and backspaces", "bad\r\bgood", "bad??good"],
    ["another direction, and nothing to see", "a\u202eb\u200bc\u2028d", "a?b?c?d"],
    ["colours where there are none", "\u001b[8mhidden", "?[8mhidden"],
    ["ends of lines and tabs, which stay", "a\n\tb\n", "a\n\tb\n"],
    ["a workflow command", "x\n  ::add-mask::y\n::stop-commands::z", "x\n  ?::add-mask::y\n?::stop-commands::z"],
    ["one in the middle, which is none", "std::string", "std::string"],
    [
      "older commands, anywhere",
      "a ##[set-env name=x]1 ##vso[task.complete]",
      "a ##?[set-env name=x]1 ##?vso[task.complete]",
    ],
  ])("is without %s", (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it("has colours where those are wanted, and no other sequences", () => {
    expect(shown("\u001b[1;31mred\u001b[0m\u001b[2J", { color: true })).toBe("\u001b[1;31mred\u001b[0m?[2J");
  });

  it("is the same document as JSON, escaped", () => {
    const value = { a: "\u009b2J\u007f\u202e\u{e0041}", "\u200b": 1 };
    const json = shownJson(JSON.stringify(value));
    expect(json).toBe('{"a":"\\u009b2J\\u007f\\u202e\\udb40\\udc41","\\u200b":1}');
    expect(JSON.parse(json)).toEqual(value);
  });

  it("is taken in linear time", () => {
    const text = `${" ".repeat(200_000)}x${"\n".repeat(200_000)}${"#".repeat(200_000)}`;
    const begun = performance.now();
    expect(shown(text, { color: true })).toBe(text);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it("is progress, too", () => {
    for (const isTTY of [true, false]) {
      const written: string[] = [];
      progressOn({ isTTY, write: (text) => written.push(text) }).step("reading a\u001b]0;x\u0007");
      expect(written.join("")).toContain("reading a?]0;x?");
    }
  });
});

describe("hardpan", () => {
  const hostile = "a\u001b]0;pwned\u0007\n::add-mask::b";

  it("prints nothing of an image or a feed that a terminal or a runner acts upon", { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    const layout = join(folder, "layout");
    await writeImages(layout, { app: { layers: [debian, { [`${hostile}.vex.json`]: "{" }] } });
    const summary = `${hostile}\u202e`;
    const advisories = await feedFolder({
      ...openInBash,
      "hostile.ndjson": lines(
        osvDebian("CVE-2026-0003", { bash: null }, { ecosystem: "Debian:13", summary, details: summary }),
      ),
    });
    const environment = { HARDPAN_ADVISORIES: advisories };
    const reference = `oci-dir://${layout}:app`;
    for (const args of [
      ["cves", reference],
      ["cves", reference, "--explain", "CVE-2026-0003"],
      ["cves", reference, "--explain", hostile],
      ["quickview", reference],
      ["cves", `oci-dir://${layout}:${hostile}`],
    ]) {
      const { stdout, stderr } = await hardpan(args, { environment, cache: join(folder, "cache") });
      expect(`${stdout}${stderr}`).not.toMatch(/[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]|^\s*::/mu);
      if (args.length === 2 && args[0] === "cves" && args[1] === reference) expect(stderr).toContain("pwned");
    }
  });
});
