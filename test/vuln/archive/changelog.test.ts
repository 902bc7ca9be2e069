import { describe, expect, it } from "vitest";
import { parseChangelog } from "../../../src/vuln/archive/changelog.ts";

const text = `openssl (3.0.20-1~deb12u2) bookworm-security; urgency=medium

  [ A Maintainer ]
  * CVE-2026-0003 (Something): fix it
    (closes: #1; CVE-2026-0004, CVE-2026-0004)
  * Fix a regression from
    CVE-2026-0005.
    + Fix CVE-2026-0006

 -- A Maintainer <a@example.org>  Mon, 01 Jun 2026 00:00:00 +0000

openssl (3.0.19-1~deb12u2) bookworm-security; urgency=high, binary-only=yes

  * CAN-2005-1234, cve-2026-0001: lower case and old names
  * CVE-123 is no identifier
  * Revert patch for CVE-2026-0007.
  * CVE-2026-0008 fix was incomplete

 -- A Maintainer <a@example.org>  Mon, 01 May 2026 00:00:00 +0000

Old Changelog:
`;

describe("a Debian changelog", () => {
  it("is read as entries with the CVE ids that their items mend, over all lines of an item", () => {
    expect(parseChangelog(text)).toEqual([
      {
        ...{ source: "openssl", version: "3.0.20-1~deb12u2" },
        ...{ cves: ["CVE-2026-0003", "CVE-2026-0004", "CVE-2026-0006"], completed: [], reverted: [] },
      },
      {
        ...{ source: "openssl", version: "3.0.19-1~deb12u2" },
        cves: ["CVE-2005-1234", "CVE-2026-0001", "CVE-2026-0008"],
        ...{ completed: ["CVE-2026-0008"], reverted: ["CVE-2026-0007"] },
      },
    ]);
  });

  it.each([
    ["an upstream changelog", "Changes between 3.0.19 and 3.0.20\n\n * CVE-2026-0001 fixed\n"],
    ["nothing", ""],
    ["details without a heading", "  * CVE-2026-0001\n"],
  ])("is not found in %s", (_, other) => {
    expect(parseChangelog(other)).toEqual([]);
  });
});
