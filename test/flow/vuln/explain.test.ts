import { describe, expect, it } from "vitest";
import { explainCve } from "../../../src/flow/vuln/explain.ts";
import { ourProblems } from "../../sbom/schema.ts";
import { lines, osvNpm } from "../../vuln/examples.ts";
import { vex } from "./vex-documents.ts";
import { type CvesChoice, cve, debian, openInBash, type WorldOptions, world, writeImages } from "./world.ts";

async function explained(vulnerability: string, choice: CvesChoice = {}, options: WorldOptions = {}) {
  const made = await world(options);
  const left = { "app/node_modules/left/package.json": JSON.stringify({ name: "left", version: "1.0.0" }) };
  await writeImages(made.layout, {
    app: { layers: [debian, { ...left, "app/tool.jar": "PK\u0003\u0004 cut short" }] },
  });
  const locations = [await made.write("own.json", vex({ author: "Ann" }))];
  const vexChoice = choice.vex === undefined ? {} : { vex: { locations } };
  const request = made.requestOf(`oci-dir://${made.layout}:app`, { ...choice, ...vexChoice });
  const explanation = await explainCve(request, vulnerability, made.ports);
  expect(ourProblems(explanation, "explain.schema.json")).toEqual([]);
  return { ...made, explanation, verdicts: explanation.packages.map((one) => `${one.package.name} ${one.verdict}`) };
}

describe("an explanation of an image", () => {
  it("tells of the packages that a record speaks of, and what could not be read", async () => {
    const { verdicts, notes, explanation } = await explained(cve);
    expect(verdicts).toEqual(["bash counts"]);
    expect(explanation).toMatchObject({ vulnerability: cve, policy: "all", advisories: [{ source: "osv-debian" }] });
    expect(notes).toEqual([
      "1 warning: what could not be read may hide packages",
      expect.stringMatching(/^\/app\/tool\.jar: /),
    ]);
  });

  it("heeds VEX and the policy as the count does", async () => {
    const suppressed = await explained(cve, { vex: {} });
    expect(suppressed.verdicts).toEqual(["bash suppressed"]);
    expect(suppressed.explanation.packages[0]?.steps.map(({ step }) => step)).toContain("vex");
    const nodsa = { status: "open", urgency: "low", nodsa: "Minor", nodsa_reason: "" };
    const feeds = { "tracker.json": { bash: { [cve]: { releases: { trixie: nodsa } } } } };
    expect((await explained(cve, { policy: "scout" }, { feeds })).verdicts).toEqual(["bash left out"]);
  });

  it("is asked for by an alias, too", async () => {
    const record = osvNpm("GHSA-aaaa-bbbb-cccc", "left", [{ introduced: "0" }], { aliases: ["CVE-2026-0009"] });
    const feeds = { ...openInBash, "n.ndjson": lines(record) };
    expect((await explained("GHSA-aaaa-bbbb-cccc", {}, { feeds })).verdicts).toEqual(["left counts"]);
    expect((await explained("CVE-2026-0009", {}, { feeds })).verdicts).toEqual(["left counts"]);
  });

  it("says that nothing is known where there are no advisories", async () => {
    const { verdicts, notes } = await explained(cve, {}, { feeds: null });
    expect(verdicts).toEqual([]);
    expect(notes.at(-1)).toContain("hardpan db update");
  });
});
