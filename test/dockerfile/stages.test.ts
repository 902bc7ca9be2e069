// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables like this
import { describe, expect, it } from "vitest";
import { instructionsOf, parseDockerfile } from "../../src/dockerfile/parse.ts";
import { chainOf, findStage, stageScope, stagesOf } from "../../src/dockerfile/stages.ts";

const stages = (source: string, buildArguments = {}) => stagesOf(parseDockerfile(source), buildArguments);
const bases = (source: string, buildArguments = {}) => stages(source, buildArguments).map(({ base }) => base);
const image = (reference: string) => ({ kind: "image", reference });

describe("FROM", () => {
  it("gives image, name, platform and the instructions of its stage", () => {
    const [first, second] = stages("FROM --platform=linux/arm64 node:24 as Build\nRUN a\nUSER b\nFROM\tscratch\n");
    expect(first).toMatchObject({
      index: 0,
      platform: "linux/arm64",
      name: "build",
      image: { text: "node:24", intact: true },
    });
    expect(first?.instructions.map(({ keyword }) => keyword)).toEqual(["RUN", "USER"]);
    expect(second).toMatchObject({ name: null, base: { kind: "scratch" } });
  });

  it.each([
    ["FROM host:5000/x/y:1@sha256:abc\n", [image("host:5000/x/y:1@sha256:abc")]],
    ["FROM a AS b\nFROM b\n", [image("a"), { kind: "stage", index: 0 }]],
    ["FROM a AS b\nFROM B\n", [image("a"), { kind: "stage", index: 0 }]],
    ["FROM golang AS golang\nFROM golang\n", [image("golang"), { kind: "stage", index: 0 }]],
    ["FROM a AS x\nFROM b AS x\nFROM x\n", [image("a"), image("b"), { kind: "stage", index: 1 }]],
    ["FROM later\nFROM a AS later\n", [image("later"), image("a")]],
    ["FROM 'node:24'\n", [image("node:24")]],
    ["FROM a \\\n # x\n AS b\n", [image("a")]],
  ])("resolves %j", (source, expected) => {
    expect(bases(source)).toEqual(expected);
  });

  it.each(["FROM a b\n", "FROM a AS\n", "FROM a AS 1b\n", "FROM a AS b c\n", "FROM\n", "ARG A=\nFROM $A\n"])(
    "refuses %j",
    (source) => {
      expect(() => stages(source)).toThrow(expect.objectContaining({ code: "DOCKERFILE_FROM_INVALID" }));
    },
  );
});

describe("ARG before FROM", () => {
  it.each([
    ["ARG V=24\nFROM node:$V\n", [image("node:24")]],
    ["ARG V=24 D=slim\nFROM node:${V}-${D}\n", [image("node:24-slim")]],
    ["ARG V=24\nARG B=node:$V\nFROM ${B}\n", [image("node:24")]],
    ['ARG B="node:24"\nFROM $B\n', [image("node:24")]],
    ["FROM node:${V:-24}\n", [image("node:24")]],
    ["ARG V\nFROM node:$V\n", [{ kind: "unresolved", missing: ["V"] }]],
    ["ARG A=$B\nFROM $A\n", [{ kind: "unresolved", missing: ["A"] }]],
    ["FROM a\nARG V=1\nFROM node:${V:-2}\n", [image("a"), image("node:2")]],
    ["ARG V=1\nARG V=2\nFROM node:$V\n", [image("node:2")]],
  ])("resolves %j", (source, expected) => {
    expect(bases(source)).toEqual(expected);
  });

  it("takes values given from outside, for declared names only", () => {
    expect(bases("ARG V=24\nFROM node:$V\n", { V: "22" })).toEqual([image("node:22")]);
    expect(bases("FROM node:${V:-24}\n", { V: "22" })).toEqual([image("node:24")]);
    expect(bases("FROM x-$TARGETARCH\n", { TARGETARCH: "arm64" })).toEqual([image("x-arm64")]);
  });
});

describe("stages", () => {
  const source = "FROM a AS base\nFROM base AS mid\nFROM b AS other\nFROM mid\n";

  it("are found by name, by number, and the last by default", () => {
    expect(findStage(stages(source))?.index).toBe(3);
    expect(findStage(stages(source), "OTHER")?.index).toBe(2);
    expect(findStage(stages(source), "1")?.name).toBe("mid");
    expect(findStage(stages(source), "none")).toBeNull();
  });

  it("rest on one another", () => {
    const all = stages(source);
    const last = all[3];
    expect(last === undefined ? [] : chainOf(all, last).map(({ index }) => index)).toEqual([0, 1, 3]);
  });
});

describe("variables within a stage", () => {
  const scope = (
    source: string,
    options: { at?: number; buildArguments?: Record<string, string>; environment?: string[] } = {},
  ) => {
    const dockerfile = parseDockerfile(source);
    const all = stagesOf(dockerfile);
    const stage = all.at(-1);
    if (stage === undefined) return {};
    const before = options.at === undefined ? undefined : instructionsOf(dockerfile)[options.at];
    const rest = { buildArguments: options.buildArguments ?? {}, environment: options.environment ?? [] };
    return Object.fromEntries(
      stageScope(dockerfile, { stages: all, stage, ...rest, ...(before === undefined ? {} : { before }) }),
    );
  };

  it("come from ARG and ENV, ENV prevailing", () => {
    expect(scope("FROM a\nARG A=1\nENV B=$A C=x\nARG C=2\n")).toEqual({ A: "1", B: "1", C: "x" });
  });

  it("take global arguments only when declared again", () => {
    expect(scope("ARG G=1\nARG H=2\nFROM a\nARG G\n")).toEqual({ G: "1" });
  });

  it("are inherited from the stages below", () => {
    expect(scope("FROM a AS b\nENV E=1\nARG A=2\nFROM b\nENV F=$E\n")).toEqual({ E: "1", A: "2", F: "1" });
  });

  it("hold up to an instruction", () => {
    expect(scope("FROM a\nENV E=1\nUSER $E\nENV E=2\n", { at: 2 })).toEqual({ E: "1" });
  });

  it("include the base image's and those given from outside", () => {
    expect(scope("FROM a\nARG A=1\nENV E=$A$P\n", { buildArguments: { A: "9" }, environment: ["P=x", "Q"] })).toEqual({
      A: "9",
      P: "x",
      Q: "",
      E: "9x",
    });
  });

  it("of one ENV do not see each other", () => {
    expect(scope("FROM a\nENV A=1\nENV A=2 B=$A\n")).toEqual({ A: "2", B: "1" });
  });
});
