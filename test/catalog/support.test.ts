import { describe, expect, it } from "vitest";
import { type SupportQuestion, supportOf } from "../../src/catalog/support.ts";
import { parseSupportList, supportByPackage } from "../../src/debian/security-support.ts";

const today = "2026-11-27";
const list = `# List of packages whose security support is limited or ends before the distribution EOL
golang.*  limited  See the release notes
consul  non-supported  1.10.12  2023-09-20  No longer free
soon  non-supported  1-1  2026-12-31
`;
const listed = supportByPackage(parseSupportList(list) ?? [], today);
const [trixie, bookworm] = [
  { series: "trixie", eol: "2028-08-09", lts: "2030-06-30" },
  { series: "bookworm", eol: "2026-07-11", lts: "2028-06-30" },
];
const debian = (source: string, lifetime = trixie) => ({ lifetime, listed, source });

function answer(question: Partial<SupportQuestion>) {
  return supportOf({ today, upstream: null, package: "p", debian: null, ...question });
}

const supported = (...by: readonly (readonly [string, string])[]) => ({
  kind: "known",
  support: { by: by.map(([who, until]) => ({ who, until })), reason: null },
});

describe("a version is supported", () => {
  it("by its makers to the day that the definition names, and no longer", () => {
    expect(answer({ upstream: today })).toMatchObject(supported(["upstream", today]));
    expect(answer({ upstream: "2026-11-26" })).toEqual({
      kind: "known",
      support: { by: [], package: "p", limited: null, reason: "its makers' support ended on 2026-11-26" },
    });
  });

  it("by Debian's security team to the end of life of its release, then by the long-term one", () => {
    expect(answer({ debian: debian("nginx") })).toMatchObject(supported(["debian-security", "2028-08-09"]));
    expect(answer({ debian: debian("nginx", bookworm) })).toMatchObject(supported(["debian-lts", "2028-06-30"]));
    const last = { ...bookworm, lts: "2026-11-27" };
    expect(answer({ debian: debian("nginx", last) })).toMatchObject(supported(["debian-lts", today]));
    const over = { ...bookworm, lts: "2026-11-26" };
    expect(answer({ debian: debian("nginx", over), upstream: "2025-04-23" })).toMatchObject({
      support: {
        by: [],
        reason: "its makers' support ended on 2025-04-23; Debian's support of bookworm ended on 2026-11-26",
      },
    });
  });

  it("by both, the one that goes on longest first", () => {
    const both = [["debian-security", "2028-08-09"], ["upstream", "2027-01-01"]] as const; // biome-ignore format: one line
    expect(answer({ debian: debian("nginx"), upstream: "2027-01-01" })).toMatchObject(supported(...both));
    const upstream = "2029-11-08";
    expect(answer({ debian: debian("nginx"), upstream })).toMatchObject(
      supported(["upstream", upstream], ["debian-security", "2028-08-09"]),
    );
  });

  it("not by Debian where its list takes the source package out, from the day on", () => {
    expect(answer({ debian: debian("consul"), upstream: "2026-01-01" })).toMatchObject({
      support: {
        by: [],
        reason:
          "its makers' support ended on 2026-01-01; Debian does not support consul since 2023-09-20: No longer free",
      },
    });
    expect(answer({ debian: debian("soon") })).toMatchObject(supported(["debian-security", "2028-08-09"]));
  });

  it("for some uses only where its list says so, with the reason", () => {
    expect(answer({ debian: debian("golang-1.24") })).toMatchObject({ support: { limited: "See the release notes" } });
    expect(answer({ debian: debian("nginx") })).toMatchObject({ support: { limited: null } });
  });
});

describe("who supports a version is not known", () => {
  it.each<[string, Partial<SupportQuestion>, string]>([
    ["the definition names no day and Debian has no part in it", {}, "dates.end-of-support does not say"],
    ["what Debian says is not at hand", { debian: "unknown", upstream: "2026-01-01" }, "what Debian says is not known"],
    ["the release is not out yet", { debian: { ...debian("x"), lifetime: { series: "forky", eol: null, lts: null } } }, "what Debian says"], // biome-ignore format: one line
  ])("where %s", (_why, question, open) => {
    expect(answer(question)).toMatchObject({ kind: "unknown", open: expect.stringContaining(open) });
  });

  it("is told with what Debian says against it", () => {
    expect(answer({ debian: debian("consul") })).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/^Debian does not support consul/),
    });
  });
});
