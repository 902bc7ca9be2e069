import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/vuln/model.ts";
import { applyVex, type VexContext } from "../../../src/vuln/vex/apply.ts";
import type { SourcedDocument } from "../../../src/vuln/vex/model.ts";
import { hex, openvex, openvexStatement, sourced } from "./documents.ts";
import { context, debPackage, finding } from "./findings.ts";

const bash = "pkg:deb/debian/bash@5.2-1";
const app = "pkg:oci/app?repository_url=registry.example/acme/app";
const other = "pkg:oci/other?repository_url=registry.example/acme/other";

function applied(documents: readonly SourcedDocument[], one = finding(), more: Partial<VexContext> = {}): Finding {
  const [result] = applyVex([one], { ...context, documents, ...more });
  if (result === undefined) throw new Error("no finding");
  return result;
}

/** A document of these statements; each a status, a day of 2026-01 and what else. */
function statements(
  ...all: readonly (readonly [status: string, day: number, more?: Readonly<Record<string, unknown>>])[]
) {
  return openvex(
    all.map(([status, day, more]) =>
      openvexStatement({ status, timestamp: `2026-01-${String(day).padStart(2, "0")}T00:00:00Z`, ...more }),
    ),
  );
}

const within = (...purls: readonly string[]) => purls.map((purl) => ({ "@id": purl }));

describe("a suppressed finding", () => {
  it("says who said so, what and why, and what everybody said", () => {
    const document = statements(["not_affected", 2, { impact_statement: "not built in" }]);
    expect(applied([sourced(document, { source: "vex/app.json" })])).toEqual({
      ...finding(),
      suppressed: {
        by: "Example <vex@example.org>",
        status: "not_affected",
        justification: "vulnerable_code_not_present",
        statement: "not built in",
      },
      statements: [
        {
          by: "Example <vex@example.org>",
          status: "not_affected",
          justification: "vulnerable_code_not_present",
          statement: "not built in",
          timestamp: "2026-01-02T00:00:00.000Z",
          source: "vex/app.json",
          trust: "trusted",
        },
      ],
    });
  });

  it("stays as it is where nobody speaks of it", () => {
    const one = finding({ id: "CVE-2026-0009" });
    expect(applied([sourced(statements(["fixed", 1]))], one)).toBe(one);
    expect(applied([], one)).toBe(one);
  });
});

describe("what the status does", () => {
  it.each([
    ["not_affected", true],
    ["fixed", true],
    ["affected", false],
    ["under_investigation", false],
  ])("%s suppresses: %s", (status, suppresses) => {
    const result = applied([sourced(statements([status, 1]))]);
    expect(result.suppressed !== null).toBe(suppresses);
    expect(result.statements).toHaveLength(1);
  });

  it("shows the catch-all justification of DHI as any other", () => {
    const justification = "vulnerable_code_cannot_be_controlled_by_adversary";
    const result = applied([sourced(statements(["not_affected", 1, { justification }]))]);
    expect(result.suppressed?.justification).toBe(justification);
  });

  it("is nothing for not_affected without a reason, which is still shown", () => {
    const document = statements(["not_affected", 1, { justification: undefined }]);
    const result = applied([sourced(document)]);
    expect(result.suppressed).toBeNull();
    expect(result.statements).toMatchObject([{ status: "not_affected", justification: null, trust: "trusted" }]);
  });
});

describe("the vulnerability of a statement", () => {
  const named = (vulnerability: unknown) => [sourced(statements(["fixed", 1, { vulnerability }]))];
  it.each([
    ["its id", "CVE-2026-0001", finding(), true],
    ["its id in another case", "cve-2026-0001", finding(), true],
    ["an alias of the finding", "GHSA-aaaa", finding({ aliases: ["GHSA-AAAA"] }), true],
    ["an alias of the statement", { name: "GHSA-bbbb", aliases: ["CVE-2026-0001"] }, finding(), true],
    ["an alias that both have", { name: "OSV-1", aliases: ["GHSA-aaaa"] }, finding({ aliases: ["GHSA-aaaa"] }), true],
    ["another id", "CVE-2026-00011", finding(), false],
  ])("is found by %s", (_, vulnerability, one, expected) => {
    expect(applied(named(vulnerability), one).statements.length === 1).toBe(expected);
  });

  it("that has both the id and the alias is told of once", () => {
    const vulnerability = { name: "CVE-2026-0001", aliases: ["GHSA-aaaa"] };
    expect(applied(named(vulnerability), finding({ aliases: ["GHSA-aaaa"] })).statements).toHaveLength(1);
  });
});

describe("the product of a statement", () => {
  it.each([
    ["the image and the package in it", [{ "@id": app, subcomponents: within(bash) }], true],
    ["the image and another package in it", [{ "@id": app, subcomponents: within("pkg:deb/debian/dash") }], false],
    [
      "the image, and one of several packages in it",
      [{ "@id": app, subcomponents: within("pkg:deb/debian/dash", bash) }],
      true,
    ],
    ["the image alone: all of it", [{ "@id": app }], true],
    ["the image by its manifest's digest", [{ "@id": `pkg:oci/app@sha256%3A${hex("a")}` }], true],
    ["the image by its index's digest", [{ hashes: { "sha-256": hex("c") } }], true],
    ["the image of another digest", [{ "@id": `pkg:oci/app@sha256%3A${hex("b")}` }], false],
    ["the image's name and another digest", [{ "@id": app, hashes: { "sha-256": hex("b") } }], false],
    ["the image with its tag", [{ "@id": "registry.example/acme/app:1" }], true],
    ["the image with another tag", [{ "@id": "registry.example/acme/app:2" }], false],
    ["another image, and the package in it", [{ "@id": other, subcomponents: within(bash) }], false],
    ["the package itself", within(bash), true],
    ["the package without a version", within("pkg:deb/debian/bash"), true],
    ["the package of another version", within("pkg:deb/debian/bash@5.2-2"), false],
    ["the package with a qualifier it has", within(`${bash}?arch=amd64`), true],
    ["the package with a qualifier it has not", within(`${bash}?arch=arm64`), false],
    ["the package in a range, which there is not", within("pkg:deb/debian/bash<6"), false],
    [
      "the package as product, whatever is within it",
      [{ "@id": bash, subcomponents: within("pkg:deb/debian/readline") }],
      true,
    ],
    [
      "another package that the package is within",
      [{ "@id": "pkg:deb/debian/login", subcomponents: within(bash) }],
      false,
    ],
    [
      "a subcomponent that cannot be compared",
      [{ "@id": app, subcomponents: [{ identifiers: { cpe23: "cpe:2.3:a:x" } }] }],
      false,
    ],
    ["nothing", [], false],
  ])("may be %s", (_, products, expected) => {
    const result = applied([sourced(statements(["fixed", 1, { products }]))]);
    expect(result.suppressed !== null).toBe(expected);
    expect(result.statements.length > 0).toBe(expected);
  });

  it("is told of once, though a statement names the package in three ways as DHI does", () => {
    const products = [
      { "@id": "pkg:deb/debian/bash@5.2-1?os_distro=bookworm&os_name=debian&os_version=12" },
      { "@id": "pkg:docker/dhi/app", subcomponents: within("pkg:deb/debian/bash@5.2-1?os_distro=bookworm") },
      { "@id": "pkg:oci/dhi%2Fapp", subcomponents: within(bash) },
      { "@id": "pkg:oci/app?repository_url=dhi.io", subcomponents: within(bash) },
    ];
    const image = { ...context.image, reference: "dhi/app:1", names: ["dhi.io/app:1"] };
    const result = applied([sourced(statements(["fixed", 1, { products }]), { origin: "feed" })], finding(), { image });
    expect(result.statements).toHaveLength(1);
  });

  it("may be the source package that the package is from", () => {
    const one = finding({ package: debPackage("libssl3", "3.0.17-1", { name: "openssl", version: "3.0.17-1" }) });
    const purl = "pkg:deb/debian/openssl@3.0.17-1?os_distro=bookworm&os_name=debian&os_version=12";
    expect(applied([sourced(statements(["fixed", 1, { products: within(purl) }]))], one).suppressed).not.toBeNull();
  });

  it("may be one of many that share a document's id", () => {
    const document = { ...statements(["fixed", 1], ["affected", 2]), "@id": "https://dhi.docker.com/vex/same" };
    const statuses = applied([sourced(document), sourced(document)]).statements.map(({ status }) => status);
    expect(statuses).toEqual(["affected", "affected", "fixed", "fixed"]);
  });
});

describe("the newest statement", () => {
  const inApp = { products: [{ "@id": app, subcomponents: within(bash) }] };
  it.each([
    ["wins over an older one", statements(["under_investigation", 1], ["not_affected", 2]), true],
    ["wins where it stands first", statements(["not_affected", 2], ["under_investigation", 1]), true],
    ["wins with subcomponents, too", statements(["under_investigation", 1, inApp], ["not_affected", 2, inApp]), true],
    ["undoes what an older one suppressed", statements(["not_affected", 1], ["affected", 2]), false],
    ["undoes it as under investigation, too", statements(["fixed", 1], ["under_investigation", 2]), false],
    [
      "undoes it with subcomponents, too",
      statements(["not_affected", 1, inApp], ["under_investigation", 2, inApp]),
      false,
    ],
    [
      "of the package wins over an older one of the image",
      statements(["not_affected", 1, inApp], ["affected", 2]),
      false,
    ],
    [
      "of the image wins over an older one of the package",
      statements(["affected", 1], ["not_affected", 2, inApp]),
      true,
    ],
    ["at the same time, is the later one", statements(["affected", 1], ["not_affected", 1]), true],
    ["at the same time, is the one of the image", statements(["not_affected", 1, inApp], ["affected", 1]), true],
    [
      "without a reason is as if not made",
      statements(["affected", 1], ["not_affected", 2, { justification: undefined }]),
      false,
    ],
    [
      "without a reason leaves an older one in force",
      statements(["not_affected", 1], ["not_affected", 2, { justification: "" }]),
      true,
    ],
    [
      "of another version says nothing",
      statements(["not_affected", 1], ["affected", 2, { products: within("pkg:deb/debian/bash@9") }]),
      true,
    ],
  ])("%s", (_, document, suppressed) => {
    expect(applied([sourced(document)]).suppressed !== null).toBe(suppressed);
  });

  it("is told by the moment, whatever the offset", () => {
    const early = openvexStatement({ status: "affected", timestamp: "2026-01-02T01:00:00+05:00" });
    const late = openvexStatement({ status: "not_affected", timestamp: "2026-01-01T22:00:00-01:00" });
    expect(applied([sourced(openvex([late, early]))]).suppressed).not.toBeNull();
  });

  it("may be in any document, and in the later one at the same time", () => {
    const affected = sourced(statements(["affected", 1]), { source: "one" });
    const fixed = sourced(statements(["fixed", 1]), { source: "two" });
    expect(applied([affected, fixed]).suppressed).not.toBeNull();
    expect(applied([fixed, affected]).suppressed).toBeNull();
    expect(applied([fixed, affected]).statements.map(({ source }) => source)).toEqual(["one", "two"]);
  });

  it("is none without a time", () => {
    const timeless = openvex([openvexStatement({ status: "affected" })], { timestamp: undefined });
    const result = applied([sourced(statements(["fixed", 1])), sourced(timeless)]);
    expect(result.suppressed).not.toBeNull();
    expect(result.statements.map(({ timestamp }) => timestamp)).toEqual(["2026-01-01T00:00:00.000Z", null]);
  });

  it("comes first among those that are shown", () => {
    const document = statements(["affected", 2], ["fixed", 3], ["under_investigation", 1]);
    expect(applied([sourced(document)]).statements.map(({ status }) => status)).toEqual([
      "fixed",
      "affected",
      "under_investigation",
    ]);
  });
});

describe("whether a statement counts", () => {
  const fixed = statements(["fixed", 1]);
  it.each([
    ["named by the user", { origin: "named" }, "trusted"],
    ["of a feed", { origin: "feed" }, "trusted"],
    ["attached and verified", { origin: "attestation", verified: true }, "trusted"],
    ["attached, not verified", { origin: "attestation" }, "claimed, not trusted"],
    ["within the image and verified", { origin: "embedded", verified: true }, "trusted"],
    ["within the image", { origin: "embedded" }, "claimed, not trusted"],
  ] as const)("%s: %s", (_, more, trust) => {
    const result = applied([sourced(fixed, more)]);
    expect(result.statements.map((one) => one.trust)).toEqual([trust]);
    expect(result.suppressed !== null).toBe(trust === "trusted");
  });

  it("depends on its author when authors are asked for", () => {
    const of = (authors: readonly RegExp[]) => applied([sourced(fixed)], finding(), { authors });
    expect(of([/@docker\.com>$/]).statements[0]?.trust).toBe("other author");
    expect(of([/@docker\.com>$/]).suppressed).toBeNull();
    expect(of([/@docker\.com>$/, /@example\.org/g]).suppressed).not.toBeNull();
    expect(of([/@example\.org/y]).statements[0]?.trust).toBe("other author");
  });

  it("does not depend on newer ones that do not count", () => {
    const newer = statements(["affected", 5]);
    const documents = [sourced(fixed), sourced(newer, { origin: "embedded" })];
    const result = applied(documents);
    expect(result.suppressed).not.toBeNull();
    expect(result.statements.map(({ trust }) => trust)).toEqual(["claimed, not trusted", "trusted"]);
  });

  it("does not let one that does not count suppress", () => {
    const documents = [
      sourced(statements(["affected", 1])),
      sourced(statements(["fixed", 2]), { origin: "attestation" }),
    ];
    expect(applied(documents).suppressed).toBeNull();
  });
});

describe("a statement of a feed", () => {
  const feed = { origin: "feed" } as const;
  const both = [{ "@id": bash }, { "@id": other, subcomponents: within(bash) }];
  it("that names images is about these only, whatever packages it names", () => {
    expect(applied([sourced(statements(["fixed", 1, { products: both }]), feed)]).statements).toEqual([]);
    const ours = [...both, { "@id": app, subcomponents: within(bash) }];
    expect(applied([sourced(statements(["fixed", 1, { products: ours }]), feed)]).suppressed).not.toBeNull();
  });

  it("that names packages only is about every image", () => {
    expect(applied([sourced(statements(["fixed", 1]), feed)]).suppressed).not.toBeNull();
  });

  it("counts for the package when the user named the document", () => {
    expect(applied([sourced(statements(["fixed", 1, { products: both }]))]).suppressed).not.toBeNull();
  });
});

describe("a statement on the base image", () => {
  const base = {
    reference: "dhi.io/node:24",
    digest: `sha256:${hex("d")}`,
    chainId: `sha256:${hex("e")}`,
    layers: 3,
    namedBy: "label",
  } as const;
  const products = [{ "@id": "pkg:oci/node?repository_url=dhi.io", subcomponents: within(bash) }];
  const byName = statements(["fixed", 1, { products }]);
  const byDigest = statements(["fixed", 1, { products: [{ "@id": `pkg:oci/node@sha256:${hex("d")}` }] }]);
  const named = { base, baseName: base.reference };

  it.each([
    ["that the base has", true, "trusted"],
    ["that was added", false, "base only"],
    ["that may have been added", null, "base only"],
  ] as const)("is about a package %s: %s", (_, fromBase, trust) => {
    const one = finding({ fromBase });
    const documents = [
      sourced(byName, { origin: "feed" }),
      sourced(byDigest),
      sourced(statements(["fixed", 1]), { origin: "attestation", verified: true, scope: "base" }),
    ];
    for (const document of documents) {
      const result = applied([document], one, named);
      expect(result.statements.map((each) => each.trust)).toEqual([trust]);
      expect(result.suppressed !== null).toBe(trust === "trusted");
    }
  });

  it("is none where no base is known", () => {
    expect(applied([sourced(byName)], finding({ fromBase: true })).statements).toEqual([]);
  });

  it("counts as one on the package where it names that, too, and the user named the document", () => {
    const document = statements(["fixed", 1, { products: [...products, { "@id": bash }] }]);
    expect(applied([sourced(document)], finding({ fromBase: false }), named).suppressed).not.toBeNull();
  });

  it("is of no other image than the base when it comes with that", () => {
    const document = statements(["fixed", 1, { products: [{ "@id": app }] }]);
    const from = { origin: "attestation", verified: true, scope: "base" } as const;
    expect(applied([sourced(document, from)], finding({ fromBase: true }), named).statements).toEqual([]);
  });

  it("is claimed where only the image says what its base is called, and counts by the digest of the layers it has", () => {
    const trusts = (document: object) =>
      applied([sourced(document, { origin: "feed" })], finding({ fromBase: true }), { base }).statements.map(
        ({ trust }) => trust,
      );
    expect(trusts(byName)).toEqual(["claimed, not trusted"]);
    expect(trusts(byDigest)).toEqual(["trusted"]);
  });
});

describe("a statement on an image that calls itself so", () => {
  const image = { ...context.image, reference: "archive://app.tar", claimedNames: ["registry.example/acme/app:1"] };
  const products = [{ "@id": app, subcomponents: within(bash) }];

  it.each(["named", "feed", "embedded"] as const)("is claimed where it is of origin %s", (origin) => {
    const document = sourced(statements(["fixed", 1, { products }]), { origin, verified: true });
    const result = applied([document], finding(), { image });
    expect(result.suppressed).toBeNull();
    expect(result.statements.map(({ trust }) => trust)).toEqual(["claimed, not trusted"]);
  });

  it("does not undo one that counts, though it is newer", () => {
    const documents = [
      sourced(statements(["not_affected", 1])),
      sourced(statements(["affected", 2, { products: [{ "@id": app }] }])),
    ];
    expect(applied(documents, finding(), { image }).suppressed).not.toBeNull();
  });
});

describe("many statements", () => {
  it("and findings take little time: 100,000 and 5,000", () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `p${index % 50}`);
    const document = sourced(
      openvex(
        names.map((name, index) => {
          const subcomponents = within(`pkg:deb/debian/${name}@1`);
          const images = [`pkg:docker/dhi/image-${index % 100}`, app];
          const products = [...subcomponents, ...images.map((image) => ({ "@id": image, subcomponents }))];
          return openvexStatement({ vulnerability: `CVE-2026-${index % 2000}`, products });
        }),
      ),
    );
    const findings = Array.from({ length: 5000 }, (_, index) =>
      finding({ id: `CVE-2026-${index % 2000}`, package: debPackage(`p${index % 50}`, "1") }),
    );
    const before = process.cpuUsage();
    const result = applyVex(findings, { ...context, documents: [document] });
    const { user } = process.cpuUsage(before);
    expect(result.filter(({ suppressed }) => suppressed !== null)).toHaveLength(5000);
    expect(user / 1e6).toBeLessThan(5);
  }, 60_000);

  it("that nobody vouches for do not bury one that counts", () => {
    const day = (index: number) => new Date(Date.UTC(2026, 5, 1, 0, index)).toISOString();
    const products = [{ "@id": app }];
    const claims = Array.from({ length: 500 }, (_, index) =>
      openvexStatement({ status: "affected", timestamp: day(index), products }),
    );
    const documents = [sourced(openvex(claims), { origin: "embedded" }), sourced(statements(["fixed", 1]))];
    const result = applied(documents);
    expect(result.suppressed).not.toBeNull();
    expect(result.statements).toHaveLength(101);
    expect(result.statements[0]?.timestamp).toBe(day(499));
    expect(result.statements.at(-1)?.trust).toBe("trusted");
  });
});
