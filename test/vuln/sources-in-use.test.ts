import { expect, it } from "vitest";
import type { SbomPackage } from "../../src/sbom/model.ts";
import { sourcesInUse } from "../../src/vuln/sources-in-use.ts";
import { announcement, deb, indexOf, lines, npm, osvDebian, osvNpm, sbom } from "./examples.ts";

const of = (type: string, name: string): SbomPackage => ({ ...npm(name, "1"), type });

it.each([
  ["of Debian's packages is the base of the release", [deb("bash", "1")], ["osv-debian"]],
  ["of npm's is npm's", [npm("left", "1")], ["osv-npm"]],
  ["of a runtime is its project's", [of("generic", "node")], []],
  [
    "of types and runtimes that no source knows, also by the names of what every object has, is none",
    [of("constructor", "x"), of("generic", "constructor"), of("toString", "y")],
    [],
  ],
])("the source in use %s", async (_, packages, sources) => {
  const index = await indexOf({
    "a.ndjson": lines(osvDebian("CVE-2026-0001", { bash: null })),
    "d.json": [announcement("DSA-1-1", "2026-02-01", "bash 5.2-3", "CVE-2026-0001")],
    "n.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])],
  });
  expect(sourcesInUse(sbom(packages), index).map(({ source }) => source)).toEqual(sources);
});
