import { describe, expect, it } from "vitest";
import { openvex, openvexStatement, read } from "./documents.ts";

const reasonless = { justification: undefined };

describe("not_affected without a reason", () => {
  it("is kept as it is, marked, and named as a problem", () => {
    const { statements, problems } = read(openvex([openvexStatement(reasonless)]));
    expect(statements[0]).toMatchObject({ status: "not_affected", justification: null, unexplained: true });
    expect(problems).toEqual([
      "not_affected without a justification or an impact statement decides nothing: CVE-2026-0001",
    ]);
  });

  it.each([
    ["an impact statement is one", { ...reasonless, impact_statement: "not built" }, false],
    ["a justification is one", {}, false],
    ["notes are none", { ...reasonless, status_notes: "checked" }, true],
    ["an empty justification is none", { justification: "" }, true],
    ["fixed needs none", { ...reasonless, status: "fixed" }, false],
  ])("is told by what the format requires: %s", (_, more, unexplained) => {
    expect(read(openvex([openvexStatement(more)])).statements[0]?.unexplained).toBe(unexplained);
  });
});

describe("problems of a document", () => {
  it("are counted, not repeated", () => {
    const second = openvexStatement({ ...reasonless, vulnerability: "CVE-2026-0002" });
    expect(read(openvex([openvexStatement(reasonless), second])).problems).toEqual([
      "not_affected without a justification or an impact statement decides nothing: CVE-2026-0001 and 1 more",
    ]);
  });

  it("are a justification of one's own and a missing time", () => {
    const statement = openvexStatement({ justification: "we looked at it" });
    const { statements, problems } = read(openvex([statement], { timestamp: undefined }));
    expect(statements[0]).toMatchObject({ justification: "we looked at it", unexplained: false, timestamp: null });
    expect(problems).toEqual([
      "a justification is none of OpenVEX's labels: CVE-2026-0001",
      "no time is given, so that it counts as the oldest: CVE-2026-0001",
    ]);
  });
});
