import { describe, expect, it } from "vitest";
import { idsOf } from "../../../../src/vuln/provider/alpine-secdb/alpine-secdb.ts";
import { importFeeds, indexOf, lines } from "../../examples.ts";

function repository(secfixes: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) {
  return {
    apkurl: "{{urlprefix}}/{{pkg.name}}-{{pkg.ver}}.apk",
    archs: ["x86_64"],
    reponame: "main",
    urlprefix: "https://example.org/alpine",
    distroversion: "v3.20",
    packages: [{ pkg: { name: "zlib", secfixes } }],
    ...more,
  };
}

describe("Alpine's security database", () => {
  it.each([
    ["v3.20", "apk:3.20"],
    ["edge", "apk:edge"],
  ])(
    "gives the source packages of a release and the versions that mended them: %s",
    async (distroversion, ecosystem) => {
      const index = await indexOf({ "main.json": repository({ "1.2.12-r0": ["CVE-2018-25032"] }, { distroversion }) });
      const common = { vulnerability: "CVE-2018-25032", origin: 1, record: "CVE-2018-25032", modified: "" };
      const events = [
        { kind: "introduced", version: "0" },
        { kind: "fixed", version: "1.2.12-r0" },
      ];
      const versions = { ranges: [{ events, bound: null }], versions: [] };
      expect(index.affected(ecosystem, "zlib")).toEqual([
        { ecosystem, package: "zlib", severity: null, ...common, ...versions },
      ]);
      expect(index.vulnerability("CVE-2018-25032").advisories).toEqual([]);
    },
  );

  it("names in version 0 what never was affected", async () => {
    const index = await indexOf({ "main.json": repository({ 0: ["CVE-2016-9840"], "1-r0": null, "2-r0": [] }) });
    expect(index.affected("apk:3.20", "zlib")).toEqual([]);
    expect(index.origins).toMatchObject([{ source: "alpine-secdb", records: 1, knowsUnfixed: false, dated: false }]);
  });

  it("gives another id as an alias, so that records of other sources meet", async () => {
    const index = await indexOf({ "main.json": repository({ "3.1.3-r0": ["CVE-2024-22195 GHSA-h5c8-rqwp-cp95"] }) });
    expect(index.vulnerability("CVE-2024-22195").advisories).toMatchObject([{ aliases: ["GHSA-h5c8-rqwp-cp95"] }]);
  });

  it("may be collected, one repository a line under its path", async () => {
    const line = (path: string, distroversion: string) => ({
      path,
      r: repository({ "1-r0": ["CVE-2026-0001"] }, { distroversion }),
    });
    const feed = lines(line("3.19/main.json", "v3.19"), line("edge/main.json", "edge"));
    const { files, sources } = await importFeeds({ "secdb-2026-01-04.ndjson": feed });
    expect(files).toMatchObject([{ format: "Alpine secdb", records: 2 }]);
    expect(sources).toEqual([{ source: "alpine-secdb", asOf: "2026-01-04", records: 2, knowsUnfixed: false }]);
  });

  it.each([
    ["CVE-2018-25032", ["CVE-2018-25032"], []],
    ["CVE-2024-22195 GHSA-h5c8-rqwp-cp95", ["CVE-2024-22195"], ["GHSA-h5c8-rqwp-cp95"]],
    ["CVE-2022-1111 ALPINE-13661", ["CVE-2022-1111"], ["ALPINE-13661"]],
    ["CVE-2018-12126  XSA-297", ["CVE-2018-12126"], []],
    ["CVE-2019-17349 CVE-2019-17350 XSA-295", ["CVE-2019-17349", "CVE-2019-17350"], []],
    ["GNUTLS-SA-2020-03-31 CVE-2020-11501 CVE-2020-11501", ["CVE-2020-11501"], []],
    ["CVE-2021-35940.patch", ["CVE-2021-35940"], []],
    ["CVE-2017-17434-1", ["CVE-2017-17434"], []],
    ["CVE-2018-16301 (was fixed in libpcap, see CVE-2018-1)", ["CVE-2018-16301"], []],
    ["CVE-2017-2616 (+ regression fix)", ["CVE-2017-2616"], []],
    ["XSA-248", ["XSA-248"], []],
    ["CVE-????-????? XSA-312", ["XSA-312"], []],
    ["CVE N/A ZBX-11023", ["ZBX-11023"], []],
    ["wnpa-sec-2017-18", ["wnpa-sec-2017-18"], []],
    ["CVE-46838", [], []],
    ["", [], []],
  ])("names vulnerabilities in entries such as %s", (entry, vulnerabilities, aliases) => {
    expect(idsOf(entry)).toEqual({ vulnerabilities, aliases });
  });

  it("is refused where it is of another shape, naming file and line", async () => {
    const feed = lines({ path: "a", r: repository({}) }, { path: "b", r: repository({ "1-r0": [7] }) });
    await expect(importFeeds({ "s.ndjson": feed })).rejects.toThrow(
      /s\.ndjson line 2: not a repository: packages\.0\.pkg/,
    );
  });
});
