import { describe, expect, it } from "vitest";
import { type ResolveRequest, resolve } from "../../src/apt/resolve.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { testIndex } from "./archives.ts";

/** A package in short: `name version` and its fields. */
function pkg(identity: string, fields: Partial<TestPackage> = {}): TestPackage {
  const [name = "", version = "1"] = identity.split(" ");
  return { name, version, architecture: "amd64", ...fields };
}

async function resolved(packages: readonly TestPackage[], request: string | ResolveRequest) {
  const index = await testIndex(packages);
  const asked = typeof request === "string" ? { packages: request.split(" ") } : request;
  const { packages: chosen, explicit, cut } = resolve(asked, index);
  return {
    chosen: chosen.map(({ name, version }) => (version === "1" ? name : `${name}=${version}`)).join(" "),
    explicit: explicit.join(" "),
    cut: cut.map(({ package: name, relation }) => `${name}: ${relation}`),
  };
}

describe("resolve", () => {
  it.each<[title: string, packages: readonly TestPackage[], request: string, chosen: string]>([
    [
      "follows Depends and Pre-Depends",
      [pkg("a", { depends: "b", preDepends: "c" }), pkg("b", { depends: "d" }), pkg("c"), pkg("d")],
      "a",
      "a b c d",
    ],
    ["does not follow Recommends", [pkg("a", { recommends: "b" }), pkg("b")], "a", "a"],
    ["does not add essential packages by itself", [pkg("a"), pkg("b", { essential: true })], "a", "a"],
    ["copes with circles", [pkg("a", { depends: "b" }), pkg("b", { depends: "a" })], "a", "a b"],
    [
      "takes the newest version, security first",
      [pkg("a 1"), pkg("a 2", { pocket: "security" }), pkg("a 1.5", { pocket: "updates" })],
      "a",
      "a=2",
    ],
    [
      "takes the newest version, though not from security",
      [pkg("a 3"), pkg("a 2", { pocket: "security" })],
      "a",
      "a=3",
    ],
    ["takes the version asked for", [pkg("a 1"), pkg("a 2", { pocket: "security" })], "a=1", "a"],
    ["lets a pin win over the bare name", [pkg("a 1"), pkg("a 2", { pocket: "security" })], "a a=1", "a"],
    ["takes the first alternative", [pkg("a", { depends: "b | c" }), pkg("b"), pkg("c")], "a", "a b"],
    [
      "takes the next alternative when the first does not exist",
      [pkg("a", { depends: "b | c" }), pkg("c")],
      "a",
      "a c",
    ],
    [
      "takes the next alternative when the first is too old",
      [pkg("a", { depends: "b (>= 2) | c" }), pkg("b"), pkg("c")],
      "a",
      "a c",
    ],
    [
      "takes the next alternative when the first cannot be installed",
      [pkg("a", { depends: "b | c" }), pkg("b", { depends: "gone" }), pkg("c")],
      "a",
      "a c",
    ],
    ["prefers an alternative that is asked for", [pkg("a", { depends: "b | c" }), pkg("b"), pkg("c")], "a c", "a c"],
    [
      "prefers an alternative that is needed anyway, wherever that turns out",
      [pkg("a", { depends: "b | c, d" }), pkg("b"), pkg("c"), pkg("d", { depends: "c" })],
      "a",
      "a c d",
    ],
    ["takes a provider", [pkg("a", { depends: "virtual" }), pkg("b", { provides: "virtual" })], "a", "a b"],
    [
      "prefers a package to those that provide its name",
      [pkg("a", { depends: "b" }), pkg("b"), pkg("c", { provides: "b" })],
      "a",
      "a b",
    ],
    [
      "prefers a provider that is there",
      [pkg("a", { depends: "v" }), pkg("b", { provides: "v" }), pkg("c", { provides: "v" })],
      "a c",
      "a c",
    ],
    [
      "prefers the provider of higher priority",
      [
        pkg("a", { depends: "awk" }),
        pkg("gawk", { provides: "awk" }),
        pkg("mawk", { provides: "awk", priority: "required" }),
      ],
      "a",
      "a mawk",
    ],
    [
      "does not take an old version for what it used to provide",
      [
        pkg("a", { depends: "v" }),
        pkg("b 1", { provides: "v" }),
        pkg("b 2", { pocket: "security" }),
        pkg("c", { provides: "v" }),
      ],
      "a",
      "a c",
    ],
    [
      "satisfies a version by a versioned Provides",
      [pkg("a", { depends: "v (>= 2)" }), pkg("b", { provides: "v (= 1)" }), pkg("c", { provides: "v (= 2)" })],
      "a",
      "a c",
    ],
    [
      "does not satisfy a version by an unversioned Provides",
      [pkg("a", { depends: "v (>= 2) | d" }), pkg("b", { provides: "v" }), pkg("d")],
      "a",
      "a d",
    ],
    [
      "takes :any and :native for this architecture",
      [pkg("a", { depends: "b:any, c:native, d:amd64" }), pkg("b"), pkg("c"), pkg("d")],
      "a",
      "a b c d",
    ],
    [
      "does not take a package for one of another architecture",
      [pkg("a", { depends: "b:arm64 | c" }), pkg("b"), pkg("c")],
      "a",
      "a c",
    ],
    ["lets a package satisfy its own dependency", [pkg("a", { depends: "v", provides: "v" })], "a", "a"],
    [
      "understands every operator",
      [pkg("a", { depends: "b (<< 3), b (<= 2), b (= 2), b (>= 2), b (>> 1)" }), pkg("b 2")],
      "a",
      "a b=2",
    ],
    ["resolves an empty request to nothing", [pkg("a")], "", ""],
  ])("%s", async (_, packages, request, chosen) => {
    const asked = { packages: request.split(" ").filter((entry) => entry !== "") };
    expect((await resolved(packages, asked)).chosen).toBe(chosen);
  });

  it("gives the same answer in whatever order the packages are asked for", async () => {
    const packages = [
      pkg("a", { depends: "x | y" }),
      pkg("b", { depends: "y | x" }),
      pkg("c", { depends: "v" }),
      pkg("x", { provides: "v" }),
      pkg("y", { provides: "v" }),
    ];
    const index = await testIndex(packages);
    const answers = ["a b c", "c b a", "b c a"].map((request) =>
      JSON.stringify(resolve({ packages: request.split(" ") }, index)),
    );
    expect(new Set(answers).size).toBe(1);
  });
});

describe("!name", () => {
  const base = pkg("base-files", { preDepends: "awk" });
  const awks = [
    pkg("mawk", { provides: "awk", priority: "required" }),
    pkg("gawk", { provides: "awk" }),
    pkg("original-awk", { provides: "awk" }),
  ];

  it("drops a dependency and records it", async () => {
    const packages = [
      pkg("ca-certificates", { depends: "openssl (>= 1.1.1), debconf" }),
      pkg("openssl 3"),
      pkg("debconf"),
    ];
    expect(await resolved(packages, "ca-certificates !openssl !debconf")).toEqual({
      chosen: "ca-certificates",
      explicit: "ca-certificates",
      cut: ["ca-certificates: openssl (>= 1.1.1)", "ca-certificates: debconf"],
    });
  });

  it("leaves other alternatives and providers", async () => {
    const packages = [pkg("a", { depends: "b | c, awk" }), pkg("b"), pkg("c"), ...awks];
    expect(await resolved(packages, "a !b !mawk !original-awk")).toMatchObject({ chosen: "a c gawk", cut: [] });
  });

  it("drops a virtual dependency when no provider is left", async () => {
    const packages = [pkg("a", { depends: "awk" }), ...awks];
    expect(await resolved(packages, "a !mawk !gawk !original-awk")).toMatchObject({ chosen: "a", cut: ["a: awk"] });
  });

  it("gives way to asking for the package", async () => {
    const packages = [pkg("a", { depends: "mawk | gawk" }), ...awks];
    expect(await resolved(packages, "a !mawk mawk")).toMatchObject({ chosen: "a mawk", explicit: "a mawk", cut: [] });
  });

  it("may name what does not exist, and a source package means nothing", async () => {
    const packages = [pkg("a", { depends: "libc6, gone" }), pkg("libc6", { source: "glibc" })];
    expect(await resolved(packages, "a !glibc !gone !never-heard-of")).toMatchObject({
      chosen: "a libc6",
      cut: ["a: gone"],
    });
  });

  it("is not a conflict: what depends on the excluded package stays", async () => {
    const packages = [pkg("a", { depends: "b" }), pkg("b", { depends: "c" }), pkg("c")];
    expect(await resolved(packages, "a !c")).toMatchObject({ chosen: "a b", cut: ["b: c"] });
  });

  it("does not excuse what is missing for another reason", async () => {
    const packages = [pkg("a", { depends: "b, gone" }), pkg("b")];
    await expect(resolved(packages, "a !b")).rejects.toMatchObject({ code: "APT_UNSATISFIABLE" });
  });

  it("is not needed for awk, which base-files pre-depends on, unless the policy is switched off", async () => {
    const packages = [base, ...awks];
    expect(await resolved(packages, "base-files")).toMatchObject({ chosen: "base-files", cut: ["base-files: awk"] });
    expect(await resolved(packages, "base-files gawk")).toMatchObject({ chosen: "base-files gawk", cut: [] });
    const strict = { packages: ["base-files"], ignorePreDepends: {} };
    expect(await resolved(packages, strict)).toMatchObject({ chosen: "base-files mawk", cut: [] });
  });
});

describe("what cannot be resolved", () => {
  it.each<[title: string, packages: readonly TestPackage[], request: string, message: RegExp]>([
    [
      "names a package that does not exist",
      [pkg("a")],
      "b",
      /^cannot install b: there is no b in trixie, trixie-updates, trixie-security for amd64$/,
    ],
    [
      "names the versions there are",
      [pkg("a 1"), pkg("a 2", { pocket: "security" })],
      "a=3",
      /^cannot install a=3: there is a 2 \(trixie-security\), 1 \(trixie\)$/,
    ],
    [
      "names the providers of what is only provided",
      [pkg("a", { provides: "v" })],
      "v",
      /^cannot install v: v is only provided, by a$/,
    ],
    [
      "names the chain",
      [pkg("a", { depends: "b" }), pkg("b", { depends: "c" }), pkg("c", { depends: "d (>= 2)" }), pkg("d")],
      "a",
      /^cannot install a → b → c → d \(>= 2\): there is d 1 \(trixie\)$/,
    ],
    [
      "names all alternatives at the end of the chain",
      [pkg("a", { depends: "b | c (>= 9)" }), pkg("c 5")],
      "a",
      /^cannot install a → b \| c \(>= 9\): there is no b in .*; there is c 5 \(trixie\)$/,
    ],
    [
      "does not fall back to an older version unasked",
      [pkg("a", { depends: "b (= 1)" }), pkg("b 1"), pkg("b 2", { pocket: "security" })],
      "a",
      /^cannot install a → b \(= 1\): there is b 2 \(trixie-security\), 1 \(trixie\)$/,
    ],
    ["does not take another architecture's package", [pkg("a", { architecture: "arm64" })], "a", /no a in/],
  ])("%s", async (_, packages, request, message) => {
    await expect(resolved(packages, request)).rejects.toMatchObject({
      code: "APT_UNSATISFIABLE",
      message: expect.stringMatching(message),
    });
  });

  it.each<[title: string, packages: readonly TestPackage[], message: string]>([
    ["Conflicts", [pkg("a", { conflicts: "b" }), pkg("b")], "a conflicts with b, which is b 1"],
    ["Breaks of a version", [pkg("a", { breaks: "b (<< 2)" }), pkg("b")], "a breaks b (<< 2), which is b 1"],
    [
      "Conflicts with something provided",
      [pkg("a", { conflicts: "v" }), pkg("b", { provides: "v" })],
      "a conflicts with v, which is b 1",
    ],
  ])("reports %s", async (_, packages, message) => {
    await expect(resolved(packages, "a b")).rejects.toMatchObject({
      code: "APT_CONFLICT",
      message: expect.stringContaining(message),
    });
  });

  it.each<[title: string, packages: readonly TestPackage[]]>([
    ["Breaks of versions that are not chosen", [pkg("a", { breaks: "b (<< 2)" }), pkg("b 2")]],
    ["a conflict with what the package itself provides", [pkg("a", { conflicts: "v", provides: "v" }), pkg("b")]],
    [
      "a versioned conflict with something provided without version",
      [pkg("a", { conflicts: "v (<< 2)" }), pkg("b", { provides: "v" })],
    ],
  ])("is not troubled by %s", async (_, packages) => {
    expect((await resolved(packages, "a b")).explicit).toBe("a b");
  });

  it.each(["", "!", "a b", "a=", "a=1=2", "!a=1", "a:amd64", "-a", "../a", "a/stable", "Ä"])(
    "refuses the entry %j",
    async (entry) => {
      await expect(resolved([pkg("a")], { packages: [entry] })).rejects.toMatchObject({ code: "APT_REQUEST_INVALID" });
    },
  );

  it("refuses two versions of one package", async () => {
    await expect(resolved([pkg("a")], "a=1 a=2")).rejects.toMatchObject({ code: "APT_REQUEST_INVALID" });
  });
});
