import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { openLayout } from "../../../src/content/layout.ts";
import { readBill } from "../../../src/flow/sbom/bill.ts";
import { findCves } from "../../../src/flow/vuln/cves.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { readVex } from "../../../src/vuln/vex/read.ts";
import { attachBare, statementOf } from "../../attest/attached.ts";
import { refusal } from "../../support/refusal.ts";
import { indexWith } from "../../vuln/index-with.ts";
import { type VexParts, vex } from "./vex-documents.ts";
import { cve, debian, stated, world, writeImages } from "./world.ts";

const open = `bash ${cve} counts`;
const zlib = "zlib1g CVE-2026-0002 counts";

describe("VEX of a feed in the index", () => {
  const statementsOf = (parts: VexParts) => readVex(Buffer.from(JSON.stringify(vex(parts))), "feed").statements;

  async function look(...statements: readonly unknown[]) {
    const made = await world({ ports: { advisories: await indexWith({ statements }) } });
    await writeImages(made.layout, { "ghcr.io/acme/app:1": { layers: [debian] } });
    return await made.cves(`oci-dir://${made.layout}`);
  }

  const bash = [{ "@id": "pkg:deb/debian/bash" }];
  it.each<readonly [string, readonly object[], boolean]>([
    ["that names a package, in every image", bash, true],
    ["that names the image", [{ "@id": "pkg:oci/app?repository_url=ghcr.io/acme/app", subcomponents: bash }], true],
    [
      "that names another image",
      [{ "@id": "pkg:oci/tool?repository_url=ghcr.io/acme/tool", subcomponents: bash }],
      false,
    ],
    [
      "that names another image and the package, as those for several scanners do",
      [{ "@id": "pkg:oci/tool?repository_url=ghcr.io/acme/tool", subcomponents: bash }, ...bash],
      false,
    ],
    [
      "that names several images, this one too",
      ["tool", "app"].map((name) => ({
        "@id": `pkg:oci/${name}?repository_url=ghcr.io/acme/${name}`,
        subcomponents: bash,
      })),
      true,
    ],
  ])("%s: counts %#", async (_, products, counts) => {
    const report = await look(...statementsOf({ author: "Acme", products }));
    expect(stated(report)).toEqual([counts ? `bash ${cve} suppressed by Acme; Acme not_affected trusted` : open]);
    if (counts) expect(report.findings[0]?.statements[0]?.source).toBe("acme-vex");
  });

  it("gives way to what the user names when that is newer", async () => {
    const made = await world({
      ports: { advisories: await indexWith({ statements: statementsOf({ author: "Acme" }) }) },
    });
    await writeImages(made.layout, { app: { layers: [debian] } });
    const own = vex({ author: "Ann", status: "affected", timestamp: "2026-01-12T00:00:00Z" });
    const locations = [await made.write("own.json", own)];
    const report = await made.cves(`oci-dir://${made.layout}:app`, { vex: { locations } });
    expect(stated(report)).toEqual([`${open}; Ann affected trusted; Acme not_affected trusted`]);
  });

  it.each([
    [{}],
    ["not_affected"],
    [null],
    [{ vulnerability: { id: cve, aliases: [] }, status: "fixed", products: [1] }],
  ])("that is %j in the index is an error that names the index", async (statement) => {
    await expect(look(statement)).rejects.toEqual(refusal("VULN_INDEX_INVALID", "acme-vex"));
  });
});

describe("a folder and a bill of materials", () => {
  it("heed the documents that the user names", async () => {
    const made = await world();
    await writeImages(made.layout, { app: { layers: [debian] } });
    for (const [path, content] of Object.entries(debian)) await made.write(join("tree", path), content);
    await made.write("tree/usr/share/vex/x.vex.json", vex());
    const bill = await readBill({ ...made.requestOf(`oci-dir://${made.layout}:app`) }, made.ports);
    const about = { created: bill.created, toolVersion: "1" };
    const file = await made.write("app.spdx.json", renderSbom(bill.sbom, "spdx", about));
    const locations = [await made.write("own.json", vex({ author: "Ann" }))];
    for (const reference of [`fs://${made.folder}/tree`, `sbom://${file}`]) {
      expect(stated(await made.cves(reference))).toEqual([open, zlib]);
      const report = await made.cves(reference, { vex: { locations } });
      expect(stated(report)).toEqual([`bash ${cve} suppressed by Ann; Ann not_affected trusted`, zlib]);
      expect(report.vulnerabilities).toMatchObject({ total: 1, suppressed: 1 });
    }
    const digest = bill.sbom.image.digest?.replace(":", "%3A");
    const products = [{ "@id": `pkg:oci/app@${digest}`, subcomponents: [{ "@id": "pkg:deb/debian/bash" }] }];
    const ofImage = [await made.write("image.json", vex({ author: "Ann", products }))];
    const suppressed = async (reference: string) =>
      (await made.cves(reference, { vex: { locations: ofImage } })).vulnerabilities.suppressed;
    expect(await suppressed(`sbom://${file}`)).toBe(1);
    expect(await suppressed(`fs://${made.folder}/tree`)).toBe(0);
  });

  it("take no key that cannot be read, though nothing comes with them", async () => {
    const made = await world();
    await made.write("tree/a", "");
    const keys = [join(made.folder, "absent.pub")];
    await expect(made.cves(`fs://${made.folder}/tree`, { vex: { keys } })).rejects.toEqual(
      refusal("FLOW_FILE_INVALID", "absent.pub"),
    );
  });
});

/** More than any honest run takes, and less than anything that grows with the square would. */
const patience = 20_000;

describe("hostile VEX in an image", () => {
  const limit = 4 * 2 ** 20;
  const statement = '{"vulnerability":"CVE-2026-0001","status":"fixed","products":["pkg:deb/debian/bash"]}';
  const document = (statements: number) =>
    `{"@context":"https://openvex.dev/ns","author":"Mallory","statements":[${Array(statements).fill(statement).join(",")}]}`;

  it.each<readonly [string, () => string | Uint8Array, RegExp | null]>([
    ["is as large as is read, of blanks", () => `{${" ".repeat(limit - 1)}`, /x\.vex\.json in the image.* is not JSON/],
    ["is larger than is read", () => `{${" ".repeat(limit)}}`, /\/usr\/share\/vex\/x\.vex\.json: it has 4194306 bytes/],
    [
      "is nested deep",
      () => `{"statements":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      /x\.vex\.json in the image/,
    ],
    ["has objects nested deep", () => `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, /x\.vex\.json in the image/],
    ["is no UTF-8", () => Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), /x\.vex\.json: it is not UTF-8/],
    [
      "is an envelope of an envelope of nothing",
      () => '{"payloadType":"x","payload":"e30=","signatures":[]}',
      /x\.vex\.json/,
    ],
    [
      "is an envelope whose payload is no base64",
      () => '{"payloadType":"x","payload":"?","signatures":1}',
      /x\.vex\.json/,
    ],
    ["has 40,000 statements on one vulnerability", () => document(40_000), null],
  ])("that %s is noted, and changes nothing", { timeout: patience * 2 }, async (_, content, note) => {
    const made = await world();
    const text = content();
    await writeImages(made.layout, { app: { layers: [debian, { "usr/share/vex/x.vex.json": text }] } });
    const begun = performance.now();
    const report = await made.cves(`oci-dir://${made.layout}:app`);
    expect(performance.now() - begun).toBeLessThan(patience);
    expect(report.vulnerabilities).toMatchObject({ total: 2, suppressed: 0 });
    const said = [...made.notes, ...report.notes].join("\n");
    if (note !== null) expect(said).toMatch(note);
    expect(report.findings.map(({ statements }) => statements.length)).toEqual([note === null ? 100 : 0, 0]);
  });

  it.each([
    [10_000, 100, []],
    [100_000, 0, [expect.stringMatching(/^the attestation sha256:[0-9a-f]{64} has more values than are read$/)]],
  ])("that is attested with %i statements shows %i of them", { timeout: patience * 2 }, async (count, shown, notes) => {
    const made = await world();
    const { app } = await writeImages(made.layout, { app: { layers: [debian] } });
    if (app === undefined) throw new Error("the image was written");
    const layout = await openLayout(made.layout);
    const predicate = JSON.parse(document(count));
    const attestation = await attachBare(layout, app, statementOf({ subjects: [app.digest], predicate }));
    await layout.tag(attestation, attestation.digest);
    const begun = performance.now();
    const report = await made.cves(`oci-dir://${made.layout}:app`);
    expect(performance.now() - begun).toBeLessThan(patience);
    expect(report.vulnerabilities).toMatchObject({ total: 2, suppressed: 0 });
    expect({ shown: report.findings[0]?.statements.length, notes: made.notes }).toEqual({ shown, notes });
  });

  it("that comes in a hundred files is read as far as the limit, and a note names the others", async () => {
    const made = await world();
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`vex/${String(at).padStart(3, "0")}.vex.json`, JSON.stringify(vex())]),
    );
    await writeImages(made.layout, { app: { layers: [debian, files] } });
    const report = await made.cves(`oci-dir://${made.layout}:app`);
    expect(report.findings[0]?.statements).toHaveLength(64);
    expect(report.notes.join("\n")).toMatch(/36 warnings: .*\/vex\/064\.vex\.json: .*left out.*26 more/s);
  });

  it("that nobody signed stands beside the user's own without pushing it out", async () => {
    const made = await world();
    const late = vex({ timestamp: "2026-12-31T00:00:00Z", status: "affected" });
    const many = { ...late, statements: "statements" in late ? Array(500).fill((late.statements as object[])[0]) : [] };
    await writeImages(made.layout, { app: { layers: [debian, { "a.vex.json": JSON.stringify(many) }] } });
    const locations = [await made.write("own.json", vex({ author: "Ann" }))];
    const { findings } = (
      await findCves(made.requestOf(`oci-dir://${made.layout}:app`, { vex: { locations } }), made.ports)
    ).report;
    expect(findings[0]?.suppressed?.by).toBe("Ann");
    expect(findings[0]?.statements.filter(({ trust }) => trust === "trusted")).toHaveLength(1);
  });
});
