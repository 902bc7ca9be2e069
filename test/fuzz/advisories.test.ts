import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importAdvisories } from "../../src/vuln/import.ts";
import { makeZip } from "../archive/zip/make-zip.ts";
import { makeDeb, makeTar } from "../support/deb.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { announcement, lines, now, osvDebian, osvNpm } from "../vuln/examples.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const debian = osvDebian("CVE-2026-0001", { bash: "5.2-1", dash: null }, { aliases: ["GHSA-1"] });
const npm = osvNpm("GHSA-2", "left", [{ introduced: "0" }, { fixed: "1.0.0" }]);

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

const cve = {
  dataType: "CVE_RECORD",
  dataVersion: "5.1",
  cveMetadata: { cveId: "CVE-2026-0001", state: "PUBLISHED" },
  containers: {
    cna: {
      datePublic: "2026-01-25T00:00:00Z",
      affected: [{ product: "OpenSSL", versions: [{ version: "3.2.0", lessThan: "3.2.1", status: "affected" }] }],
    },
  },
};

const secdb = {
  distroversion: "v3.20",
  reponame: "main",
  packages: [
    { pkg: { name: "zlib", secfixes: { "1.2.12-r0": ["CVE-2018-25032 GHSA-1", "XSA-2"], 0: ["CVE-2016-9840"] } } },
  ],
};

const openvex = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.org/1",
  author: "A",
  timestamp: "2026-03-04T05:06:07Z",
  statements: [
    {
      vulnerability: { name: "CVE-2026-0001" },
      products: [{ "@id": "pkg:deb/debian/apt@2.6.1" }],
      status: "not_affected",
      justification: "vulnerable_code_not_present",
    },
  ],
};

const feeds: readonly (readonly [string, Uint8Array])[] = [
  ["Alpine's security database", json(secdb)],
  ["an archive of CVE records", makeTar({ "a/CVE-1.json": json(cve), "a/CVE-2.json": json(cve) })],
  [
    "Node.js' advisories",
    json({ 7: { cve: ["CVE-2026-0001"], vulnerable: ">=6.0.0 <6.2.0 || 8.x", patched: "^6.1.4 || ^8.1.2" } }),
  ],
  [
    "the catalogue of exploited vulnerabilities",
    json({ catalogVersion: "1", vulnerabilities: [{ cveID: "CVE-2026-0001", dateAdded: "2026-01-07" }] }),
  ],
  [
    "EPSS",
    Buffer.from("#model_version:v1,score_date:2026-03-04T12:55:00Z\ncve,epss,percentile\nCVE-2026-0001,0.1,0.9\n"),
  ],
  [
    "a list of ended support",
    Buffer.from(
      "# List of packages whose security support ends before the distribution EOL\n\nxen  4.14-1  2026-01-01  why\n",
    ),
  ],
  [
    "Debian's releases",
    Buffer.from("version,codename,series,eol,eol-lts\n12,Bookworm,bookworm,2026-07-11,2028-06-30\n"),
  ],
  ["OpenVEX", json(openvex)],
  [
    "statements on Debian's packages",
    json([{ ns: "debian", name: "a", distro: "bookworm", cve: "CVE-2026-0001", status: "x", ts: "2026-01-01" }]),
  ],
  [
    "a Debian package of feeds",
    makeDeb({ control: "Package: a\nVersion: 1\nArchitecture: all\n", files: { "a.json": json(debian) } }),
  ],
  ["OSV records one a line", Buffer.from(lines(debian, npm))],
  ["an OSV record", Buffer.from(JSON.stringify(debian, null, 1))],
  ["OSV's zip archive", makeZip({ "a.json": JSON.stringify(debian), "b.json": JSON.stringify(npm) })],
  ["a zip64 archive", makeZip({ "a.json": JSON.stringify(debian) }, { large: true, stored: true })],
  [
    "the DSA/DLA array",
    Buffer.from(JSON.stringify([announcement("DSA-1-1", "2026-01-01", "bash 5.2-1", "CVE-2026-0001")])),
  ],
  [
    "a DSA list",
    Buffer.from("[12 Feb 2025] DSA-1-1 bash - security update\n\t{CVE-2026-0001}\n\t[bookworm] - bash 5.2-1\n"),
  ],
  [
    "the tracker's JSON",
    Buffer.from('{"bash":{"CVE-2026-0001":{"releases":{"bookworm":{"status":"open","urgency":"low"}}}}}'),
  ],
];

describe("feeds with random damage", () => {
  it.each(feeds)("are imported or refused with a reason: %s", async (_, feed) => {
    const folder = await temporaryFolder();
    const path = join(folder, "feed.deb12");
    const random = seeded(feed.length);
    let refused = 0;
    for (let round = 0; round < fuzzRounds(60); round++) {
      await writeFile(path, mutate(feed, random));
      if (!(await readsOrRefuses(async () => await importAdvisories([path], join(folder, "index"), { now }))))
        refused++;
    }
    expect(refused).toBeGreaterThan(0);
  });
});
