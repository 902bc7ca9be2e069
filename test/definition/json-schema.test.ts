import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { definitionJsonSchema, printDefinitionJsonSchema } from "../../src/definition/json-schema.ts";
import { everything, minimal } from "./example.ts";

const root = new URL("../../", import.meta.url);

describe("the JSON Schema for editors", () => {
  it("in docs/schema is the one the schema gives", () => {
    expect(readFileSync(new URL("docs/schema/definition.schema.json", root), "utf8")).toBe(printDefinitionJsonSchema());
  });

  const check = new Ajv2020({ strict: false, allErrors: true }).compile(definitionJsonSchema());
  it.each([
    ["the minimal definition", minimal()],
    ["the Node image", readFileSync(new URL("catalog/image/node/debian-13/24.yaml", root), "utf8")],
    ["the bookworm baseline", readFileSync(new URL("catalog/baseline/node/debian-12/24-slim.yaml", root), "utf8")],
  ])("accepts %s as an editor reads it", (_what, text) => {
    expect(check(parse(text)), JSON.stringify(check.errors)).toBe(true);
  });

  it("knows every key", () => {
    check(parse(everything));
    expect((check.errors ?? []).filter(({ keyword }) => keyword === "additionalProperties")).toEqual([]);
  });

  it("refuses an unknown key and a user id that is text", () => {
    expect(check(parse(minimal("foo: 1\n")))).toBe(false);
    expect(check(parse(minimal("accounts: {users: [{name: a, uid: x, gid: 1}]}\n")))).toBe(false);
  });
});
