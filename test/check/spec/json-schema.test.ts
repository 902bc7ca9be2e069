import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { printSpecJsonSchema, specJsonSchema } from "../../../src/check/spec/json-schema.ts";

const root = new URL("../../../", import.meta.url);

describe("the JSON Schema of a check.yaml for editors", () => {
  it("in docs/schema is the one the schema gives", () => {
    expect(readFileSync(new URL("docs/schema/check-spec.schema.json", root), "utf8")).toBe(printSpecJsonSchema());
  });

  const check = new Ajv2020({ strict: false, allErrors: true }).compile(specJsonSchema());

  it.each(["busybox", "node", "postgres"])("accepts that of %s as an editor reads it", (name) => {
    const text = readFileSync(new URL(`catalog/image/${name}/check.yaml`, root), "utf8");
    expect(check(parse(text)), JSON.stringify(check.errors)).toBe(true);
  });

  it.each(["checks: [{ name: a, comand: [b] }]", "checks: [{ name: a, exit-code: x }]", "tmpfs: []"])(
    "refuses %s",
    (text) => {
      expect(check(parse(text))).toBe(false);
    },
  );
});
