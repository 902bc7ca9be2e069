import { describe, expect, it } from "vitest";
import { z } from "zod";
import { makeTar } from "../../../support/deb.ts";
import { importFeeds, indexOf } from "../../examples.ts";

const statement = {
  vulnerability: { name: "GHSA-aaaa-bbbb-cccc", aliases: ["CVE-2026-0001"] },
  products: [{ "@id": "pkg:deb/debian/apt@2.6.1?os_distro=bookworm" }],
  status: "not_affected",
  justification: "vulnerable_code_not_present",
};

function openvex(author: string, ...statements: readonly unknown[]) {
  return {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": `https://example.org/vex/${author.length}`,
    author,
    timestamp: "2026-03-04T05:06:07Z",
    version: 1,
    statements,
  };
}

const dhi = "Docker Hardened Images <dhi@docker.com>";

/** What is checked of a statement as the index has it. */
const kept = z.object({ status: z.string(), justification: z.string().nullable(), author: z.string() });

describe("VEX feeds", () => {
  it("give their statements under the vulnerability's id and its CVEs", async () => {
    const index = await indexOf({ "vex.json": openvex(dhi, statement) });
    for (const id of ["GHSA-aaaa-bbbb-cccc", "CVE-2026-0001"]) {
      const found = index.statements(id);
      expect(found.map((one) => kept.parse(one.statement))).toEqual([
        { status: "not_affected", justification: "vulnerable_code_not_present", author: dhi },
      ]);
    }
    expect(index.statements("CVE-2026-0002")).toEqual([]);
  });

  it.each([
    [dhi, "vex-dhi"],
    ["Somebody else", "vex"],
  ])("are a source by their author: %s", async (author, source) => {
    const { sources, files } = await importFeeds({ "vex.json": openvex(author, statement) });
    expect(sources).toEqual([{ source, asOf: "2026-03-04", records: 1, knowsUnfixed: false }]);
    expect(files).toMatchObject([{ format: "VEX", records: 1, notes: [] }]);
  });

  it("of many documents give what they repeat once", async () => {
    const other = { ...statement, vulnerability: { name: "CVE-2026-0002" } };
    const document = (...statements: readonly unknown[]) => JSON.stringify(openvex(dhi, ...statements));
    const feed = makeTar({
      "vex/a.vex.json": document(statement),
      "vex/b.vex.json": document(other),
      "vex/dhi.vex.json": document(statement, other),
      "README.md": "[![badge](https://example.org)]\n",
    });
    const { files } = await importFeeds({ "advisories.tar": feed });
    expect(files).toMatchObject([{ format: "VEX", records: 2, notes: [] }]);
    expect((await indexOf({ "advisories.tar": feed })).statements("CVE-2026-0002")).toHaveLength(1);
  });

  it("may be CSAF", async () => {
    const csaf = {
      document: {
        category: "csaf_vex",
        csaf_version: "2.0",
        publisher: { category: "vendor", name: "Example", namespace: "https://example.org" },
        title: "x",
        tracking: { id: "E-1", current_release_date: "2026-02-03T00:00:00Z" },
      },
      product_tree: {
        full_product_names: [
          { name: "a", product_id: "P1", product_identification_helper: { purl: "pkg:npm/a@1.0.0" } },
        ],
      },
      vulnerabilities: [{ cve: "CVE-2026-0003", product_status: { known_not_affected: ["P1"] }, flags: [{ label: "component_not_present", product_ids: ["P1"] }] }], // biome-ignore format: one line
    };
    const index = await indexOf({ "e-1.json": csaf });
    expect(index.statements("CVE-2026-0003").map((one) => kept.parse(one.statement))).toMatchObject([
      { status: "not_affected", author: "Example" },
    ]);
  });

  it("say which statements are incomplete, the first few by name", async () => {
    const silent = { ...statement, justification: undefined };
    const documents = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => {
        const one = { ...silent, vulnerability: { name: `CVE-2026-100${i}` } };
        return [`${i}.json`, JSON.stringify(openvex(dhi, one))];
      }),
    );
    const { files } = await importFeeds({ "v.tar": makeTar(documents) });
    const notes = files.flatMap((file) => (file.outcome === "imported" ? file.notes : []));
    expect(notes).toHaveLength(6);
    expect(notes[0]).toMatch(/v\.tar\/0\.json.*CVE-2026-1000/);
    expect(notes[5]).toBe("3 more problems of this kind");
  });

  it("without statements are not used, and of another shape are refused", async () => {
    const { files } = await importFeeds({ "a.json": openvex(dhi), "b.json": openvex(dhi, statement) });
    expect(files[0]).toMatchObject({ outcome: "skipped", reason: "VEX without statements" });
    await expect(importFeeds({ "a.json": openvex(dhi, 7) })).rejects.toThrow(
      expect.objectContaining({ code: "VULN_VEX_INVALID", message: expect.stringMatching(/a\.json/) }),
    );
  });
});
