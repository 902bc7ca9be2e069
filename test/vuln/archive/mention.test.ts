import { describe, expect, it } from "vitest";
import { readMentions } from "../../../src/vuln/archive/mention.ts";

const [one, two] = ["CVE-2026-0001", "CVE-2026-0002"];

describe("an item of a changelog mends the CVEs it names", () => {
  it.each([
    [`* Fix ${one}: a crash`, [one]],
    [`+ [${one}]: Disable recursion for views that are not affected by much.`, [one]],
    [`- Fix the following CVEs: ~ ${one} ~ ${two}`, [one, two]],
    [`* d/p/${one}.patch: add patch. (Closes: #1)`, [one]],
    [`* revert-mismatching-sizes.patch Closes: ${one}, a possible overflow`, [one]],
    [`* Revert to the behaviour of 1.0, which fixes ${one}`, [one]],
    [`- ${one}: Ignored Content-Length leads to a desync`, [one]],
    [`- ${one}: the certificate path is not affected, principals are`, [one]],
    [`- ${one}: does not release memory between retries`, [one]],
    [`* Fix ${one} + fix regression`, [one]],
    [`* Fix regression in 1.2, fix ${one}`, [one]],
    [`* CAN-2005-1234, cve-2026-0001: lower case and old names`, ["CVE-2005-1234", one]],
    [`* Fix ${one}: a bypass caused by an incomplete fix for the bypass reported before (${two}).`, [one]],
    [`* Fix a leak introduced by the fix for ${one} (${two})`, [two]],
    [`* Limit name constraints, as a follow-up of ${one} in another library [${two}]`, [two]],
    [`* ${two}: bypass due to partial ${one} fix`, [two]],
  ])("%s", (item, fixed) => {
    expect(readMentions(item)).toEqual({ fixed, completed: [], reverted: [] });
  });
});

describe("an item of a changelog mends nothing", () => {
  it.each([
    `* Fix regression of ${one} where only sockets are used`,
    `* Fix a regression for ${one}`,
    `* Fixes a regression in nscd following ${one} and ${two} fix.`,
    `* fix false positives; regression from ${one}.`,
    `- A regression caused by ${one} fix could lead to much memory in use.`,
    `* fix-${one}-regression.patch: restore what was possible before`,
    `* The login is slow (${one} regression).`,
    `* configuration broken after fix for ${one}`,
    `* ${one} does not affect this version`,
    `* ${one}: not affected, the code came later`,
    `* ${one} (ignored)`,
    `* We are not vulnerable to ${one} nor to others`,
    `* Add tests for ${one}.`,
    `* Fix unit tests for ${one} and -0002.`,
    "* CVE-123 is no identifier, and neither is CVE-2026-12345678901",
  ])("%s", (item) => {
    expect(readMentions(item)).toEqual({ fixed: [], completed: [], reverted: [] });
  });

  it.each([
    `* Revert fix for ${one}, it breaks logins`,
    `* Reverted the patch for ${one}`,
    `* Revert debian/patches/${one}.patch`,
    `* Revert "${one}"`,
  ])("but takes a fix back: %s", (item) => {
    expect(readMentions(item)).toEqual({ fixed: [], completed: [], reverted: [one] });
  });
});

describe("an item of a changelog completes a fix", () => {
  it.each([
    `* ${one} fix was incomplete (Closes: #1)`,
    `* Apply both patches to fix ${one}. Before, the fix was incomplete. This really fixes ${one}.`,
    `* Mend the incomplete fix for ${one}`,
  ])("%s", (item) => {
    expect(readMentions(item)).toEqual({ fixed: [one], completed: [one], reverted: [] });
  });
});

it("an item of any length is read in a moment", () => {
  const started = process.cpuUsage();
  for (const piece of ["CVE-2026-0001 and ", "regression in ", "incomplete fix for ", "not not ", " "]) {
    readMentions(`* CVE-2026-0001 ${piece.repeat(200_000)}`);
  }
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(4000);
});
