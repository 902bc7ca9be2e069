// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables like this
import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { findBase } from "../../src/migrate/base.ts";

const find = (source: string, options = {}) => findBase(parseDockerfile(source), options);

describe("the base of the final stage", () => {
  it.each([
    ["the only one", "FROM node:24\n", "node:24", "1:1"],
    ["the last one", "FROM node:24 AS b\nRUN x\nFROM debian:13\n", "debian:13", "3:1"],
    [
      "the one under its stages",
      "FROM node:24-slim AS base\nFROM base AS deps\nFROM base\nFROM deps\n",
      "node:24-slim",
      "1:1",
    ],
    ["one out of arguments", "ARG V=24\nARG I=node:$V-slim\nFROM ${I}\n", "node:24-slim", "3:1"],
  ])("is %s", (_, source, reference, place) => {
    const base = find(source);
    expect(base).toMatchObject({ kind: "image", reference });
    expect(`${base.position.line}:${base.position.column}`).toBe(place);
  });

  it("is that of the stage asked for", () => {
    expect(find("FROM a AS one\nFROM b\n", { target: "ONE" })).toMatchObject({ reference: "a" });
    expect(find("ARG V\nFROM node:$V\n", { buildArguments: { V: "24" } })).toMatchObject({ reference: "node:24" });
  });

  it("may be scratch, or unknown", () => {
    expect(find("FROM scratch\n").kind).toBe("scratch");
    expect(find("ARG V\nFROM node:$V\n")).toMatchObject({ kind: "unresolved", missing: ["V"] });
  });

  it("comes with the images files are copied from, stages left out", () => {
    const source = "FROM a AS b\nFROM c\nCOPY --from=b / /\nCOPY --from=0 / /\nCOPY --from=composer:2 /x /y\n";
    expect(find(source).copiedFrom).toEqual([{ reference: "composer:2", position: { line: 5, column: 1 } }]);
  });

  it("is missed with a clear error", () => {
    expect(() => find("ARG A=1\n")).toThrow(expect.objectContaining({ code: "MIGRATE_NO_STAGE" }));
    expect(() => find("FROM a AS one\nFROM b\n", { target: "x" })).toThrow(
      expect.objectContaining({ code: "MIGRATE_TARGET_UNKNOWN", hint: "its stages are one, 1" }),
    );
  });
});
