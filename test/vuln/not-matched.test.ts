import { describe, expect, it } from "vitest";
import type { SbomPackage } from "../../src/sbom/model.ts";
import { match } from "../../src/vuln/match.ts";
import { announcement, deb, indexOf, lines, npm, osvDebian, osvNpm, sbom } from "./examples.ts";

const of = (type: string, name: string, version: string): SbomPackage => ({
  ...npm(name, version),
  type,
  purl: `pkg:${type}/${name}@${version}`,
});

const feeds = {
  "a.ndjson": lines(osvDebian("CVE-2026-0001", { bash: null })),
  "n.json": [osvNpm("GHSA-1", "left", [{ introduced: "0" }])],
};

describe("a package that nothing is known of is listed with the reason", () => {
  it.each([
    [of("rpm", "bash", "5"), "no source speaks of packages of the type rpm"],
    [of("conan", "zlib", "1"), "no source speaks of packages of the type conan"],
    [of("pypi", "requests", "2.0"), "no imported data speaks of packages of the type pypi"],
    [of("generic", "perl", "5.36"), "no source speaks of versions of perl that no package brought"],
    [of("generic", "node", "24.0.0"), "no imported data speaks of runtimes that no package owns"],
    [of("npm", "left", ""), "its version is not known"],
    [of("golang", "example.org/app", "(devel)"), "(devel) is a build from a working copy, which no record names"],
    [of("apk", "curl", "8.0-r0"), "it is a package of debian, not of Alpine"],
    [deb("docker-ce", "5:28.0", { supplier: "Docker <support@docker.com>" }), /built by Docker/],
  ])("%#", async (one, reason) => {
    const { findings, notMatched } = match(sbom([one]), {
      index: await indexOf(feeds),
      policy: "all",
      today: "2026-06-01",
    });
    expect(findings).toEqual([]);
    expect(notMatched).toEqual([
      {
        package: expect.objectContaining({ name: one.name }),
        reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
      },
    ]);
  });

  it("as are those of a Debian release that no source speaks of, unless a fix is announced for them", async () => {
    const index = await indexOf({
      ...feeds,
      "d.json": [{ ...announcement("DSA-1-1", "2026-02-01", "bash 5.2-3", "CVE-2026-0001"), rel: "forky" }],
    });
    const distribution = { id: "debian", versionId: null, codename: "forky", prettyName: null };
    const image = sbom([deb("bash", "5.2-1"), deb("dash", "1")], { distribution });
    const { findings, notMatched, counts } = match(image, { index, policy: "all", today: "2026-06-01" });
    expect(findings.map((one) => one.package.name)).toEqual(["bash"]);
    expect(notMatched).toMatchObject([{ package: { name: "dash" }, reason: "no imported data speaks of Debian 14" }]);
    expect(counts.unfixed).toBeNull();
  });

  it("but what the builder itself adds is no software", async () => {
    const index = await indexOf(feeds);
    const { notMatched } = match(sbom([of("hardpan", "layout", "1")]), { index, policy: "all", today: "2026-06-01" });
    expect(notMatched).toEqual([]);
  });
});
