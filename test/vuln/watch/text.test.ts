import { describe, expect, it } from "vitest";
import type { WatchChange } from "../../../src/vuln/watch/event.ts";
import { watchEventText } from "../../../src/vuln/watch/text.ts";

const at = "2026-06-01T12:00:00.000Z";

function finding(id: string, more: object = {}) {
  return {
    ...({ id, aliases: [], severity: "high", state: "affected", fixedVersion: null } as const),
    package: { type: "deb", name: "openssl", version: "3.5-1", purl: "pkg:deb/debian/openssl@3.5-1", source: null },
    records: [{ source: "osv-debian", id, asOf: "2026-01-01" }],
    ...more,
  };
}

const counts = {
  ...{ critical: 1, high: 2, medium: 0, low: 0, negligible: 0, unspecified: 0 },
  ...{ total: 3, fixable: 1, unfixed: 2, noDsa: 0, suppressed: 0, policy: "all" },
};

const change: WatchChange = {
  ...{ schema: "hardpan/watch/1", event: "change", at, id: "1", reference: "registry://ghcr.io/acme/app:1" },
  reasons: [
    { kind: "digest", before: "sha256:aaaaaaaaaaaa", after: "sha256:bbbbbbbbbbbbbbbbbbbb" },
    {
      kind: "data",
      sources: [
        {
          source: "debian-tracker",
          before: { asOf: "2026-05-31", records: 1 },
          after: { asOf: "2026-06-01", records: 2 },
        },
      ],
    },
  ],
  image: { reference: "registry://ghcr.io/acme/app:1", digest: null, platform: null },
  policy: "all",
  filters: [],
  advisories: [],
  vulnerabilities: counts,
  previous: null,
  added: [finding("CVE-2026-0001", { severity: "critical", fixedVersion: "3.5-2" })],
  changed: [
    {
      ...finding("CVE-2026-0002", { state: "fixed", fixedVersion: "3.5-3" }),
      before: { severity: "low", state: "affected", fixedVersion: null },
    },
  ],
  removed: [{ ...finding("CVE-2026-0003"), cause: "version-changed" }],
};

describe("what a watch tells people", () => {
  it("is of a change: what is new, changed and gone, and why", () => {
    expect(watchEventText(change)).toBe(
      [
        "2026-06-01 12:00:00  registry://ghcr.io/acme/app:1: new digest sha256:bbbbbbbbbbbb, new data of debian-tracker (2026-06-01)",
        "  3 vulnerabilities (1 critical, 2 high; 1 fixable): 1 new, 1 changed, 1 gone",
        "  + CVE-2026-0001 critical in openssl 3.5-1 by osv-debian, fixed in 3.5-2",
        "  ~ CVE-2026-0002 high in openssl 3.5-1 by osv-debian, was low, fixed in 3.5-3 now, no fix before, fixed now, affected before",
        "  - CVE-2026-0003 high in openssl 3.5-1 by osv-debian, the package has another version",
        "",
      ].join("\n"),
    );
  });

  it("leaves a long list short", () => {
    const added = Array.from({ length: 25 }, (_, number) => finding(`CVE-2026-1${number}`));
    const lines = watchEventText({ ...change, added, changed: [], removed: [] }).split("\n");
    expect(lines).toHaveLength(2 + 20 + 1 + 1);
    expect(lines.at(-2)).toBe("  … and 5 more; JSON lists all");
  });

  it("has nothing that drives a terminal", () => {
    const evil = finding("CVE-2026-1\u001b[2J", {});
    expect(watchEventText({ ...change, added: [evil] })).not.toContain("\u001b");
  });

  it("is of a failure: what, why, what to do, and when it is tried again", () => {
    const failure = {
      ...({ schema: "hardpan/watch/1", event: "failure", at, reference: "registry://x/y:1", what: "scan" } as const),
      ...{ code: "REMOTE_FAILED", message: "the registry answered 503", hint: "wait", failures: 2 },
      retryAt: "2026-06-01T12:02:00.000Z",
    };
    expect(watchEventText(failure)).toBe(
      [
        "2026-06-01 12:00:00  registry://x/y:1: cannot be scanned: the registry answered 503 (REMOTE_FAILED, 2 times in a row)",
        "  hint: wait",
        "  tried again after 2026-06-01 12:02:00",
        "",
      ].join("\n"),
    );
  });

  it("is of a round and a dry run: one line", () => {
    const round = { references: 1, scanned: 1, unchanged: 0, failed: 0, waiting: 0, added: 2, changed: 0, removed: 1 };
    expect(watchEventText({ schema: "hardpan/watch/1", event: "round", at, ...round })).toBe(
      "2026-06-01 12:00:00  1 reference, 1 scanned, 0 unchanged: 2 new, 0 changed, 1 gone\n",
    );
    expect(
      watchEventText({ schema: "hardpan/watch/1", event: "plan", at, reference: "a", reasons: ["digest", "data"] }),
    ).toBe("2026-06-01 12:00:00  a: would be scanned: new digest, new advisories\n");
  });
});
