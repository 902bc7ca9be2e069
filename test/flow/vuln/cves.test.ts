import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBill } from "../../../src/flow/sbom/bill.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { everything } from "../../../src/vuln/filter.ts";
import type { SupportRow } from "../../../src/vuln/index/schema.ts";
import type { CvesReport } from "../../../src/vuln/model.ts";
import { reportJson } from "../../../src/vuln/report/json.ts";
import { documentFormats } from "../../sbom/documents.ts";
import { syftDocument, trivyCyclonedx, trivySpdx } from "../../sbom/foreign.ts";
import { ourProblems } from "../../sbom/schema.ts";
import { refusal } from "../../support/refusal.ts";
import { brief, type Feeds, lines, osvDebian, osvNpm } from "../../vuln/examples.ts";
import { type IndexParts, indexWith } from "../../vuln/index-with.ts";
import { cve, debian, debianLayer, world, writeImages } from "./world.ts";

const bash = `bash ${cve} affected - high debian-open`;
const zlib = "zlib1g CVE-2026-0002 fixed 1:1.3-2 low debian-fixed";

describe("the vulnerabilities of an image", () => {
  it("are those of its packages, with what it is and what they rest on", async () => {
    const { cves, layout } = await world();
    const { app } = await writeImages(layout, { app: { layers: [debian] } });
    const report = await cves(`oci-dir://${layout}:app`);
    expect(brief(report.findings)).toEqual([bash, zlib]);
    expect(report).toMatchObject({
      image: { reference: `oci-dir://${layout}:app`, digest: app?.digest, platform: "linux/amd64" },
      distribution: { id: "debian", codename: "trixie" },
      ...{ policy: "all", policyEffects: [], filters: [], base: null, notes: [] },
      advisories: [{ source: "osv-debian", asOf: "2026-01-10", records: 2, knowsUnfixed: true }],
      vulnerabilities: { high: 1, low: 1, total: 2, fixable: 1, unfixed: 1, noDsa: 0, suppressed: 0, policy: "all" },
      packages: { total: 2, notMatched: [] },
    });
    expect(ourProblems(reportJson(report), "cves.schema.json")).toEqual([]);
  });

  it("are told apart by base where one is named", async () => {
    const { cves, layout } = await world();
    const own = debianLayer({ bash: "5.2-1", zlib1g: { version: "1:1.3-1.1", source: "zlib" } });
    await writeImages(layout, { base: { layers: [debian] }, app: { layers: [debian, own] } });
    const base = `oci-dir://${layout}:base`;
    const fromBase = async (base: string | null) =>
      (await cves(`oci-dir://${layout}:app`, { base })).findings.map((one) => one.fromBase);
    expect(await fromBase(base)).toEqual([true, false]);
    expect(await fromBase(null)).toEqual([null, null]);
    const filter = { ...everything, base: "only" } as const;
    const only = await cves(`oci-dir://${layout}:app`, { base, filter });
    expect(only).toMatchObject({ filters: ["--only-base"], vulnerabilities: { total: 1, high: 1, low: 0 } });
  });

  it("are of the platform asked for", async () => {
    const { cves, layout } = await world();
    const platform = { os: "linux", architecture: "arm64" };
    await writeImages(layout, { app: { layers: [debian], platform } });
    const reference = `oci-dir://${layout}:app`;
    expect((await cves(reference, { platform: "linux/arm64" })).image.platform).toBe("linux/arm64");
    await expect(cves(reference, { platform: "linux/amd64" })).rejects.toEqual(refusal("OCI_PLATFORM_ABSENT"));
  });

  it("may be hidden by what cannot be read: a note names it, and the count is what is known", async () => {
    const { cves, layout } = await world();
    const damaged = { ...debian, "app/lib/tool.jar": "PK\u0003\u0004 cut short" };
    await writeImages(layout, { app: { layers: [damaged] } });
    const { notes, vulnerabilities } = await cves(`oci-dir://${layout}:app`);
    expect(notes).toEqual([
      "1 warning: what could not be read may hide packages",
      expect.stringMatching(/^\/app\/lib\/tool\.jar: /),
    ]);
    expect(vulnerabilities.total).toBe(2);
  });
});

describe("the same vulnerabilities", () => {
  it("are found in a folder with the image's files", async () => {
    const { cves, write, folder } = await world();
    for (const [path, content] of Object.entries(debian)) await write(join("tree", path), content);
    const report = await cves(`fs://${folder}/tree`);
    expect(brief(report.findings)).toEqual([bash, zlib]);
    expect(report.image).toEqual({ reference: `fs://${folder}/tree`, digest: null, platform: null });
  });

  it.each(documentFormats)(
    "are found in the image's bill of materials as %s, from a file and from standard input",
    async (format) => {
      const first = await world();
      await writeImages(first.layout, { app: { layers: [debian] } });
      const reference = `oci-dir://${first.layout}:app`;
      const { sbom, created } = await readBill(first.requestOf(reference), first.ports);
      const text = renderSbom(sbom, format, { created, toolVersion: "1" });
      const file = await first.write("bill.json", text);
      const ofImage = (await first.cves(reference)).findings;
      const piped = await world({ standardInput: await readFile(file) });
      for (const report of [await first.cves(`sbom://${file}`), await piped.cves("sbom://-")]) {
        expect(brief(report.findings)).toEqual(brief(ofImage));
        expect(report.image.digest).toBe(sbom.image.digest);
        expect(report.distribution?.codename).toBe("trixie");
      }
    },
  );

  it.each<readonly [string, object, Feeds, readonly string[]]>([
    [
      "syft",
      syftDocument,
      { "o.ndjson": lines(osvDebian(cve, { glibc: "2.41-13" }, { ecosystem: "Debian:13" })) },
      [`libc6 ${cve} fixed 2.41-13 unspecified debian-fixed`],
    ],
    [
      "Trivy, in SPDX",
      trivySpdx,
      { "o.ndjson": lines(osvDebian(cve, { glibc: "2.41-13" }, { ecosystem: "Debian:13" })) },
      [`libc6 ${cve} fixed 2.41-13 unspecified debian-fixed`],
    ],
    [
      "Trivy, in CycloneDX, of Alpine",
      trivyCyclonedx,
      {
        "a.ndjson": lines(osvDebian(cve, { busybox: "1.37.0-r19" }, { ecosystem: "Alpine:v3.22" })),
        "n.ndjson": lines(osvNpm("GHSA-1", "@types/node", [{ introduced: "0" }, { fixed: "24.0.1" }])),
      },
      [
        `ssl_client ${cve} fixed 1.37.0-r19 unspecified alpine-origin`,
        "@types/node GHSA-1 fixed 24.0.1 unspecified ecosystem-range",
      ],
    ],
  ])("are found in a bill of %s", async (_, document, feeds, expected) => {
    const { cves, write } = await world({ feeds });
    expect(brief((await cves(`sbom://${await write("bill.json", document)}`)).findings)).toEqual(expected);
  });
});

describe("a project's lock file", () => {
  it("is looked into without an image", async () => {
    const feeds = { "n.ndjson": lines(osvNpm("GHSA-1", "left", [{ introduced: "0" }, { fixed: "2.0.0" }])) };
    const { cves, write } = await world({ feeds });
    const lock = {
      ...{ name: "app", version: "1.0.0", lockfileVersion: 3 },
      packages: { "": { name: "app", version: "1.0.0" }, "node_modules/left": { version: "1.0.0" } },
    };
    const report = await cves(`fs://${await write("package-lock.json", lock)}`);
    expect(brief(report.findings)).toEqual(["left GHSA-1 fixed 2.0.0 unspecified ecosystem-range"]);
    expect(report).toMatchObject({ distribution: null, vulnerabilities: { total: 1, fixable: 1, unfixed: 0 } });
  });
});

describe("what is no image, folder or bill", () => {
  it.each([
    ["sbom://absent.json", "CONTENT_NOT_FOUND"],
    ["fs://absent", "CONTENT_NOT_FOUND"],
    ["oci-dir://absent", "CONTENT_NOT_FOUND"],
  ])("%s is an error with what to do", async (reference, code) => {
    const { cves } = await world();
    await expect(cves(reference)).rejects.toEqual(refusal(code));
  });

  it("takes no platform, no base and no choice within it", async () => {
    const { cves, write } = await world();
    const file = await write("bill.json", syftDocument);
    for (const choice of [{ platform: "linux/amd64" }, { base: "node" }, { within: "1" }]) {
      await expect(cves(`sbom://${file}`, choice)).rejects.toEqual(refusal("FLOW_UNSUPPORTED_REFERENCE"));
    }
  });
});

describe("a policy", () => {
  const tracker: Feeds = {
    "tracker.json": {
      bash: {
        "CVE-2026-0011": {
          releases: { trixie: { status: "open", urgency: "not yet assigned", nodsa: "Minor", nodsa_reason: "" } },
        },
        "CVE-2026-0012": { releases: { trixie: { status: "open", urgency: "unimportant" } } },
        "CVE-2026-0013": { releases: { trixie: { status: "open", urgency: "high" } } },
      },
      linux: { "CVE-2026-0014": { releases: { trixie: { status: "open", urgency: "high" } } } },
    },
  };
  const image = { ...debianLayer({ bash: "5.2-1", "linux-libc-dev": { version: "6.12-1", source: "linux" } }) };

  it.each([
    ["all", [4, 2, 0, 1], []],
    [
      "scout",
      [3, 2, 1, 0],
      [
        ["no-dsa-hidden", 1],
        ["unimportant-is-low", 1],
      ],
    ],
    ["grype", [3, 1, 0, 1], [["kernel-headers-ignored", 1]]],
    ["trivy", [4, 2, 1, 0], [["unimportant-is-low", 1]]],
  ] as const)(
    "%s counts so, and says what it sees otherwise",
    async (policy, [total, high, low, negligible], effects) => {
      const { cves, layout } = await world({ feeds: tracker });
      await writeImages(layout, { app: { layers: [image] } });
      const report = await cves(`oci-dir://${layout}:app`, { policy });
      expect(report.vulnerabilities).toMatchObject({ total, high, low, negligible, policy });
      expect(report.findings).toHaveLength(total);
      expect(effectsOf(report)).toEqual(effects);
    },
  );
});

function effectsOf({ policyEffects }: CvesReport): readonly (readonly [string, number])[] {
  return policyEffects.filter(({ findings }) => findings > 0).map(({ rule, findings }) => [rule, findings]);
}

describe("the day", () => {
  const look = async (parts: IndexParts, day: string) => {
    const { cves, layout } = await world({ ports: { advisories: await indexWith(parts) } });
    await writeImages(layout, { app: { layers: [debian] } });
    return await cves(`oci-dir://${layout}:app`, {}, { now: () => new Date(`${day}T12:00:00Z`) });
  };

  it.each([
    ["2028-08-10", "affected"],
    ["2030-06-30", "affected"],
    ["2030-07-01", "end-of-life"],
  ])("%s makes an open issue of a release %s", async (day, state) => {
    const { findings } = await look({ lifetime: { eol: "2028-08-09", lts: "2030-06-30" } }, day);
    expect(findings.map((one) => one.state)).toEqual([state]);
    const records = findings[0]?.records.map(({ source, id }) => `${source} ${id}`);
    expect(records).toEqual([`osv-debian ${cve}`, ...(state === "end-of-life" ? ["distro-info Debian 13"] : [])]);
  });

  it.each<readonly [string, Partial<SupportRow>, string]>([
    ["has come", { date: "2026-06-01" }, "end-of-life"],
    ["is not named", { date: null }, "end-of-life"],
    ["has not come", { date: "2026-06-02" }, "affected"],
    ["has come for packages of a pattern that is this one's", { package: "ba.*", date: "2026-06-01" }, "end-of-life"],
    ["has come for packages of another pattern", { package: "bat.*", date: "2026-06-01" }, "affected"],
    ["has come for some uses only", { state: "limited" }, "affected"],
  ])("on which support of a package ends %s", async (_, support, state) => {
    expect((await look({ support }, "2026-06-01")).findings.map((one) => one.state)).toEqual([state]);
  });
});
