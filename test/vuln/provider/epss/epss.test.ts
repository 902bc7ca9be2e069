import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importFeeds, indexOf } from "../../examples.ts";

const head = "#model_version:v2025.03.14,score_date:2026-03-04T12:55:00Z\ncve,epss,percentile\n";

describe("EPSS", () => {
  it.each([
    ["as FIRST publishes it", gzipSync(`${head}CVE-1999-0001,0.01297,0.78901\nCVE-2026-0001,1,1.0\n`), "2026-03-04"],
    [
      "without the first lines, with semicolons",
      "CVE-1999-0001;0.01297;0.78901\r\nCVE-2026-0001;1;1.0\r\n",
      "2026-02-03",
    ],
    ["with a line of names only", "cve,epss,percentile\nCVE-1999-0001,1.297e-2,0.78901\n", "2026-02-03"],
  ])("is a probability and a rank for each CVE: %s", async (_, content, asOf) => {
    const feeds = { "scores-2026-02-03.csv": content };
    const index = await indexOf(feeds);
    expect(index.vulnerability("CVE-1999-0001").probability).toEqual({ vulnerability: "CVE-1999-0001", origin: 1, score: 0.01297, percentile: 0.78901 }); // biome-ignore format: one line
    expect((await importFeeds(feeds)).sources).toMatchObject([{ source: "first-epss", asOf, knowsUnfixed: false }]);
  });

  it.each([
    ["that is no score", "CVE-1999-0002,high,0.1", 'not "cve,epss,percentile": CVE-1999-0002,high'],
    ["above 1", "CVE-1999-0002,1.1,0.1", "a probability above 1"],
    ["below 0", "CVE-1999-0002,-0.1,0.1", 'not "cve,epss,percentile"'],
    ["that goes on", "CVE-1999-0002,0.1,0.1,0.1", 'not "cve,epss,percentile"'],
  ])("is refused with a line %s, naming it", async (_, line, message) => {
    await expect(importFeeds({ "e.csv": `${head}CVE-1999-0001,0.1,0.1\n${line}\n` })).rejects.toThrow(
      expect.objectContaining({
        code: "VULN_FORMAT_INVALID",
        message: expect.stringContaining(`e.csv line 4: ${message}`),
      }),
    );
  });
});
