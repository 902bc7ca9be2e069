import { describe, expect, it } from "vitest";
import { makeTar } from "../../../support/deb.ts";
import { importFeeds, indexOf } from "../../examples.ts";

const versions = [
  { version: "3.2.0", lessThan: "3.2.1", status: "affected", versionType: "semver" },
  { version: "1.1.1", lessThan: "1.1.1x", status: "affected", versionType: "custom" },
];

function record(id: string, all: readonly unknown[] = versions, more: Readonly<Record<string, unknown>> = {}) {
  return {
    dataType: "CVE_RECORD",
    dataVersion: "5.1",
    cveMetadata: { cveId: id, state: "PUBLISHED" },
    containers: {
      cna: {
        datePublic: "2026-01-25T00:00:00.000Z",
        title: "PKCS12 decoding crashes",
        affected: [{ vendor: "OpenSSL", product: "OpenSSL", defaultStatus: "unaffected", versions: all }],
        metrics: [{ format: "other", other: { type: "https://example.org/policy", content: { text: "Moderate" } } }],
        ...more,
      },
    },
  };
}

describe("CVE records of OpenSSL", () => {
  it("are of the runtime openssl, with a range for each branch", async () => {
    const index = await indexOf({ "a.json": record("CVE-2026-0001") });
    const range = (from: string, fixed: string) => ({
      events: [
        { kind: "introduced", version: from },
        { kind: "fixed", version: fixed },
      ],
      bound: null,
    });
    expect(index.affected("generic", "openssl")).toEqual([
      {
        ecosystem: "generic",
        package: "openssl",
        vulnerability: "CVE-2026-0001",
        origin: 1,
        record: "CVE-2026-0001",
        modified: "2026-01-25T00:00:00.000Z",
        severity: "MODERATE",
        ranges: [range("3.2.0", "3.2.1"), range("1.1.1", "1.1.1x")],
        versions: [],
      },
    ]);
    expect(index.vulnerability("CVE-2026-0001").advisories).toMatchObject([{ summary: "PKCS12 decoding crashes" }]);
    expect(index.origins).toMatchObject([
      { source: "openssl", asOf: "2026-01-25T00:00:00.000Z", dated: true, knowsUnfixed: false },
    ]);
  });

  it("may name last affected and single versions, no end, and versions of other things", async () => {
    const index = await indexOf({
      "a.json": record("CVE-2026-0001", [
        { version: "3.0.0", lessThanOrEqual: "3.0.7", status: "affected" },
        { version: "3.1.0", status: "affected" },
        { version: "3.4.0", lessThan: "*", status: "affected" },
        { version: "1.1.0", status: "unaffected" },
        { version: "fips-1.1.1", lessThan: "fips-1.1.2", status: "affected" },
      ]),
    });
    expect(index.affected("generic", "openssl")).toMatchObject([
      {
        versions: ["3.1.0"],
        ranges: [
          {
            events: [
              { kind: "introduced", version: "3.0.0" },
              { kind: "last_affected", version: "3.0.7" },
            ],
          },
          { events: [{ kind: "introduced", version: "3.4.0" }] },
        ],
      },
    ]);
    expect(index.origins).toMatchObject([{ knowsUnfixed: true }]);
  });

  it("have the beginning of their description as a summary where they have no title, and no word where it is unknown", async () => {
    const value = `Issue summary: A\nmalicious  file ${"x".repeat(500)}`;
    const more = {
      title: null,
      descriptions: [
        { lang: "fr", value: "Non" },
        { lang: "en", value },
      ],
      metrics: [{ other: { content: { text: "unknown" } } }],
    };
    const index = await indexOf({ "a.json": record("CVE-2026-0001", versions, more) });
    expect(index.affected("generic", "openssl")).toMatchObject([{ severity: null }]);
    expect(index.vulnerability("CVE-2026-0001").advisories).toMatchObject([
      { summary: `A malicious file ${"x".repeat(200)}`.slice(0, 200) },
    ]);
  });

  it("are read from an archive, whose other members are named or passed over", async () => {
    const { files, sources } = await importFeeds({
      "secjson.tar": makeTar({
        "secjson/CVE-2026-0001.json": JSON.stringify(record("CVE-2026-0001")),
        "secjson/CVE-2026-0002.json": JSON.stringify(record("CVE-2026-0002")),
        "secjson/statements.json": JSON.stringify({ statements: [], disputed: [] }),
        "secjson/README": "What this is",
      }),
    });
    expect(files).toMatchObject([
      {
        format: "CVE record",
        records: 2,
        notes: [expect.stringMatching(/secjson\/statements\.json is of no known format$/)],
      },
    ]);
    expect(sources).toMatchObject([{ source: "openssl", records: 2 }]);
  });

  it("of other products, and rejected ones, are not used", async () => {
    const other = record("CVE-2026-0003", [], { affected: [{ vendor: "x", product: "y", versions }] });
    const rejected = { ...record("CVE-2026-0004"), cveMetadata: { cveId: "CVE-2026-0004", state: "REJECTED" } };
    const { files } = await importFeeds({
      "a.json": other,
      "b.json": rejected,
      "c.json": record("CVE-2026-0001"),
    });
    expect(files.map((file) => (file.outcome === "skipped" ? file.reason : file.records))).toEqual([
      "CVE records of other products are not used",
      "CVE records of other products are not used",
      1,
    ]);
  });

  it("of another shape are refused by the name of the member", async () => {
    const wrong = { ...record("CVE-2026-0001"), containers: { cna: { affected: 7 } } };
    const reading = importFeeds({ "s.tar": makeTar({ "a/CVE-1.json": JSON.stringify(wrong) }) });
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: "VULN_FORMAT_INVALID" }));
    await expect(reading).rejects.toThrow(/s\.tar\/a\/CVE-1\.json line 1: not a CVE record: containers\.cna\.affected/);
  });
});
