import { describe, expect, it } from "vitest";
import type { Distribution } from "../../../../src/sbom/model.ts";
import { match } from "../../../../src/vuln/match.ts";
import { announcement, brief, deb, type Feeds, indexOf, lines, osvDebian, sbom } from "../../examples.ts";

const cve = "CVE-2026-0001";

/** The tracker's file. */
const tracker = (releases: Readonly<Record<string, unknown>>): Feeds => ({
  "tracker.json": {
    bash: { [cve]: { releases } },
    dash: { "CVE-2020-0001": { releases: { bookworm: { status: "open" } } } },
  },
});

const repeated = (decision: string) => ({
  "statements.json": [
    {
      ...{ ns: "debian", name: "bash", version: "5.2-1", distro: "bookworm", cve, status: "not_affected" },
      justification: "vulnerable_code_cannot_be_controlled_by_adversary",
      ...{ notes: `Marked ${decision} by Debian Security Team; see x`, ts: "2026-03-20T09:31:26Z" },
    },
  ],
});

async function found(feeds: Feeds, distribution: Distribution | null = sbom([]).distribution) {
  const image = sbom([deb("bash", "5.2-1")], { distribution });
  return match(image, { index: await indexOf(feeds), policy: "all", today: "2026-06-01" });
}

const open = osvDebian(cve, { bash: null });

/** An export of that day: what it says of bash, and something of others. */
const exported = (day: string, ...records: readonly ReturnType<typeof osvDebian>[]): string =>
  lines(
    ...[...records, osvDebian("CVE-2020-0001", { dash: null }), osvDebian("CVE-2020-0002", { dash: null })].map(
      (record) => ({ ...record, modified: `${day}T00:00:00Z` }),
    ),
  );

describe("what decides about a Debian package", () => {
  it.each<readonly [string, Feeds, readonly string[]]>([
    [
      "the tracker before a copy of its data that is a few days newer",
      {
        "a.ndjson": lines({ ...open, modified: "2026-06-01T00:00:00Z" }),
        ...tracker({ bookworm: { status: "resolved", fixed_version: "0" } }),
      },
      [],
    ],
    [
      "the newer of two exports",
      {
        "a.ndjson": exported("2026-01-10", open),
        "b.ndjson": exported("2026-02-01", osvDebian(cve, { bash: "5.2-9" })),
      },
      [`bash ${cve} fixed 5.2-9 unspecified debian-fixed`],
    ],
    [
      "the newer of two exports, also where it does not list any more what the other has: nothing",
      { "a.ndjson": exported("2026-01-10", open), "b.ndjson": exported("2026-02-01") },
      [],
    ],
    [
      "a repeated decision where the base carries none",
      { "a.ndjson": lines(open), ...repeated("no-dsa") },
      [`bash ${cve} affected/no-dsa - unspecified debian-open`],
    ],
    [
      "the tracker's own decision, not a repeated one",
      { ...tracker({ bookworm: { status: "open" } }), ...repeated("no-dsa") },
      [`bash ${cve} affected - unspecified debian-open`],
    ],
    [
      "an announced fix, over a repeated decision not to announce one",
      {
        "a.ndjson": lines(open),
        ...repeated("no-dsa"),
        "d.json": [announcement("DSA-1-1", "2026-02-01", "bash 5.2-3", cve)],
      },
      [`bash ${cve} fixed 5.2-3 unspecified debian-advisory`],
    ],
    ["a repeated decision alone: nothing", repeated("no-dsa"), []],
    [
      "an announcement of the day of the export",
      { "a.ndjson": lines(open), "d.json": [announcement("DSA-1-1", "2026-01-10", "bash 5.2-3", cve)] },
      [`bash ${cve} fixed 5.2-3 unspecified debian-advisory`],
    ],
    [
      "the export, not an announcement of the day before",
      { "a.ndjson": lines(open), "d.json": [announcement("DSA-1-1", "2026-01-09", "bash 5.2-3", cve)] },
      [`bash ${cve} affected - unspecified debian-open`],
    ],
  ])("%s", async (_, feeds, expected) => {
    expect(brief((await found(feeds)).findings)).toEqual(expected);
  });
});

describe("the release of an image", () => {
  const releases = { bookworm: { status: "open" }, forky: { status: "open" }, sid: { status: "open" } };
  it.each<readonly [string, Distribution | null, number]>([
    ["testing, which has no version", { id: "debian", versionId: null, codename: "forky", prettyName: null }, 1],
    ["sid by its codename", { id: "debian", versionId: null, codename: "sid", prettyName: null }, 1],
    ["one that no source speaks of", { id: "debian", versionId: "13", codename: "trixie", prettyName: null }, 0],
    ["by version alone", { id: "debian", versionId: "12.8", codename: null, prettyName: null }, 1],
    [
      "another distribution of the same codename",
      { id: "ubuntu", versionId: "12", codename: "bookworm", prettyName: null },
      0,
    ],
    ["a derivative", { id: "dhi", versionId: "12", codename: "bookworm", prettyName: null }, 0],
    ["none", null, 0],
  ])("is asked for: %s", async (_, distribution, count) => {
    const { findings, counts } = await found(tracker(releases), distribution);
    expect(findings).toHaveLength(count);
    expect(counts.unfixed).toBe(count === 0 ? null : count);
  });
});

describe("a package that is there twice", () => {
  it("counts in each of its versions and architectures, and each by its own", async () => {
    const index = await indexOf({ "a.ndjson": lines(osvDebian(cve, { bash: "5.2-2" })) });
    const of = (version: string, architecture: string) =>
      deb("bash", version, { architecture, purl: `pkg:deb/debian/bash@${version}?arch=${architecture}` });
    const packages = [of("5.2-1", "amd64"), of("5.2-1", "i386"), of("5.2-2", "amd64"), of("5.1-1", "amd64")];
    const { findings } = match(sbom(packages), { index, policy: "all", today: "2026-06-01" });
    expect(findings.map((one) => one.package.purl)).toEqual(
      [packages[3], packages[0], packages[1]].map((one) => one?.purl),
    );
    const once = match(sbom(packages), { index, policy: "scout", today: "2026-06-01" });
    expect(once.findings.map((one) => one.package.version)).toEqual(["5.1-1", "5.2-1"]);
  });
});
