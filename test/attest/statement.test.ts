import { describe, expect, it } from "vitest";
import { parseStatement } from "../../src/attest/statement.ts";
import { sha256Digest } from "../../src/oci/digest.ts";
import { encodeJson } from "../../src/oci/json.ts";
import { refusal } from "../support/refusal.ts";
import { openvex, openvexType, statementOf } from "./attached.ts";

const digest = sha256Digest("image");
const statement: object = JSON.parse(Buffer.from(statementOf({ subjects: [digest] })).toString());

function parse(changes: object) {
  return parseStatement(encodeJson({ ...statement, ...changes }), "x");
}

describe("a statement", () => {
  it("of version 0.1 or 1 says what it is about and what it claims", () => {
    for (const version of ["v0.1", "v1"]) {
      expect(parse({ _type: `https://in-toto.io/Statement/${version}` })).toEqual({
        ...{ subjects: [digest], predicateType: openvexType, predicate: openvex() },
      });
    }
    expect(parse({ predicate: undefined }).predicate).toBeNull();
  });

  it("is about what has a SHA-256, in lower case", () => {
    const subject = [
      { name: "a" },
      { digest: { sha512: "a".repeat(128) } },
      { digest: { sha256: digest.slice(7).toUpperCase() } },
      { digest: { sha256: `${digest.slice(7)}0` } },
      { digest: { sha256: digest.slice(7), sha1: "b" } },
    ];
    expect(parse({ subject }).subjects).toEqual([digest]);
  });

  it.each([
    ["of another version", { _type: "https://in-toto.io/Statement/v2" }, "version 0.1 or 1"],
    ["of no type", { _type: undefined }, "_type is not a string"],
    ["without subjects", { subject: undefined }, "subject is not an array"],
    ["with a subject that is none", { subject: [7] }, "subject[0] is not an object"],
    ["with too many subjects", { subject: Array(10_001).fill({}) }, "10001 items"],
    ["without a predicate's type", { predicateType: null }, "predicateType is not a string"],
  ])("%s is refused", (_what, changes, message) => {
    expect(() => parse(changes)).toThrow(refusal("ATTEST_DOCUMENT_INVALID", message));
  });
});
