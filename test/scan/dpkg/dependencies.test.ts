import { describe, expect, it } from "vitest";
import { dependenciesOf } from "../../../src/scan/dpkg/dependencies.ts";
import type { StatusRecord } from "../../../src/scan/dpkg/status.ts";

const plain = { version: "1", architecture: "amd64", maintainer: "", multiArch: "", depends: "", provides: "" };

function installed(records: readonly (Partial<StatusRecord> & { readonly name: string })[]) {
  return records.map((record) => {
    const whole = { ...plain, source: { name: record.name, version: "1" }, ...record };
    return { record: whole, purl: `${whole.name}:${whole.architecture}` };
  });
}

const world = installed([
  { name: "lib", multiArch: "same" },
  { name: "lib", architecture: "i386", multiArch: "same" },
  { name: "tool", multiArch: "foreign" },
  { name: "interpreter", multiArch: "allowed" },
  { name: "data", architecture: "all", version: "2" },
  { name: "mailer", provides: "mail-transport-agent, versioned (= 3)" },
]);

describe("dependenciesOf", () => {
  it.each([
    ["lib, data", ["data:all", "lib:amd64"]],
    ["lib (>= 2)", []],
    ["data (>= 2), data (<< 3)", ["data:all"]],
    ["absent | tool | lib", ["tool:amd64"]],
    ["mail-transport-agent", ["mailer:amd64"]],
    ["mail-transport-agent (>= 1)", []],
    ["versioned (>= 3)", ["mailer:amd64"]],
    ["versioned (>> 3)", []],
    ["lib:i386", ["lib:i386"]],
    ["self", []],
    ["one two, lib", ["lib:amd64"]],
    ["", []],
  ])("reads %j", (depends, expected) => {
    const all = [...world, ...installed([{ name: "self", depends }])];
    expect(dependenciesOf(all).get("self:amd64")).toEqual(expected);
  });

  it.each([
    ["lib", ["lib:i386"]],
    ["tool", ["tool:amd64"]],
    ["interpreter", []],
    ["interpreter:any", ["interpreter:amd64"]],
    ["data", ["data:all"]],
  ])("finds %s for another architecture as its kind allows", (depends, expected) => {
    const all = [...world, ...installed([{ name: "self", architecture: "i386", depends }])];
    expect(dependenciesOf(all).get("self:i386")).toEqual(expected);
  });

  it("takes what is for all architectures for the one that most packages have", () => {
    const all = [...world, ...installed([{ name: "self", architecture: "all", depends: "lib" }])];
    expect(dependenciesOf(all).get("self:all")).toEqual(["lib:amd64"]);
  });

  it("is not slowed by very many packages of one name", () => {
    const many = installed(
      Array.from({ length: 50_000 }, (_, at) => ({ name: `p${at}`, provides: "x", depends: "x (= 5)" })),
    );
    const start = performance.now();
    expect(dependenciesOf(many).get("p0:amd64")).toEqual([]);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
