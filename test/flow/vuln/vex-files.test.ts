import { symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readVexLocations } from "../../../src/flow/vuln/vex-files.ts";
import { refusal } from "../../support/refusal.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { type VexParts, vex } from "./vex-documents.ts";
import { type CvesChoice, cve, debian, stated, world, writeImages } from "./world.ts";

/** A Debian image, and documents by the file they are written to. */
async function named(documents: Readonly<Record<string, VexParts | string>>) {
  const made = await world();
  await writeImages(made.layout, { app: { layers: [debian] } });
  for (const [path, content] of Object.entries(documents)) {
    await made.write(path, typeof content === "string" ? content : vex(content));
  }
  const place = (path: string) => join(made.folder, path);
  const look = async (paths: readonly string[], more: NonNullable<CvesChoice["vex"]> = {}) => {
    const report = await made.cves(`oci-dir://${made.layout}:app`, { vex: { locations: paths.map(place), ...more } });
    return stated(report)[0];
  };
  return { ...made, look, place };
}

const [old, young] = ["2026-01-01T00:00:00Z", "2026-01-09T00:00:00Z"];
const suppressed = `bash ${cve} suppressed by`;

describe("a VEX document that the user names", () => {
  it("counts without a signature, and is named in the report", async () => {
    const { look, cves, layout, place } = await named({ "a.json": { author: "Ann" } });
    expect(await look(["a.json"])).toBe(`${suppressed} Ann; Ann not_affected trusted`);
    const { findings } = await cves(`oci-dir://${layout}:app`, { vex: { locations: [place("a.json")] } });
    expect(findings[0]?.statements[0]?.source).toBe(place("a.json"));
  });

  it("is overruled by a newer one, whatever the order they are named in", async () => {
    const { look } = await named({
      "no.json": { author: "Ann", timestamp: old },
      "yes.json": { author: "Bob", status: "affected", timestamp: young },
    });
    const both = `bash ${cve} counts; Bob affected trusted; Ann not_affected trusted`;
    expect(await look(["no.json", "yes.json"])).toBe(both);
    expect(await look(["yes.json", "no.json"])).toBe(both);
  });

  it("overrules an older one that says the opposite", async () => {
    const { look } = await named({
      "yes.json": { author: "Bob", status: "under_investigation", timestamp: old },
      "no.json": { author: "Ann", status: "fixed", timestamp: young },
    });
    expect(await look(["yes.json", "no.json"])).toBe(
      `${suppressed} Ann; Ann fixed trusted; Bob under_investigation trusted`,
    );
  });

  it("counts only from the authors that were asked for, though a newer one says otherwise", async () => {
    const { look } = await named({
      "no.json": { author: "Ann <ann@acme.example>", timestamp: old },
      "yes.json": { author: "Bob", status: "affected", timestamp: young },
    });
    const authors = [/@acme\.example>$/];
    expect(await look(["no.json", "yes.json"], { authors })).toBe(
      `${suppressed} Ann <ann@acme.example>; Bob affected other author; Ann <ann@acme.example> not_affected trusted`,
    );
    expect(await look(["no.json"], { authors: [/nobody/] })).toBe(
      `bash ${cve} counts; Ann <ann@acme.example> not_affected other author`,
    );
  });

  it("that gives no reason decides nothing, and a note says so", async () => {
    const { look, notes, place } = await named({ "a.json": { author: "Ann", justification: "" } });
    expect(await look(["a.json"])).toBe(`bash ${cve} counts; Ann not_affected trusted`);
    expect(notes).toEqual([
      `${place("a.json")}: not_affected without a justification or an impact statement decides nothing: ${cve}`,
    ]);
  });
});

describe("a folder of VEX documents", () => {
  it("is read with all JSON files below it, and what else lies there is left alone", async () => {
    const { look } = await named({ "vex/a/b/a.json": { author: "Ann" }, "vex/README.md": "# no JSON" });
    expect(await look(["vex"])).toBe(`${suppressed} Ann; Ann not_affected trusted`);
  });

  it("that is not there, or has no JSON, is an error that names it", async () => {
    const { look, place } = await named({ "vex/README.md": "" });
    await expect(look(["absent"])).rejects.toEqual(refusal("FLOW_FILE_INVALID", place("absent")));
    await expect(look(["vex"])).rejects.toEqual(refusal("FLOW_FILE_INVALID", "has no .json files"));
  });

  it("with a link in it is read without what the link leads to", async () => {
    const { look, folder } = await named({ "vex/a.json": { author: "Ann" }, "elsewhere/b.json": "broken" });
    await symlink(join(folder, "elsewhere"), join(folder, "vex", "linked"));
    await symlink(join(folder, "elsewhere", "b.json"), join(folder, "vex", "linked.json"));
    expect(await look(["vex"])).toBe(`${suppressed} Ann; Ann not_affected trusted`);
  });
});

describe("a file that is no VEX document", () => {
  it.each([
    ["is no JSON", "{", "a.json"],
    ["is of another kind", '{"name": "x"}', "its content is no VEX that is known"],
    ["has an impossible status", JSON.stringify(vex({ status: "harmless" })), "statements[0].status"],
    ["has a time that is none", JSON.stringify(vex({ timestamp: "yesterday" })), "timestamp"],
    ["is empty", "", "a.json"],
  ])("because it %s is an error that names file and place", async (_, content, message) => {
    const { look, place } = await named({ "a.json": content, "good.json": { author: "Ann" } });
    const failure = await look(["good.json", "a.json"]).catch((cause: unknown) => cause);
    expect(failure).toEqual(refusal("VULN_VEX_INVALID", message));
    expect(failure).toEqual(refusal("VULN_VEX_INVALID", place("a.json")));
  });

  it("because it is larger than is read is refused before it is read", async () => {
    const file = join(await temporaryFolder(), "a.json");
    await writeFile(file, "");
    await truncate(file, 64 * 2 ** 20 + 1);
    await expect(readVexLocations([file])).rejects.toEqual(refusal("FLOW_FILE_INVALID", "more than 67108864 bytes"));
  });
});
