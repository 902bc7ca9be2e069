// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables like this
import { expect, it } from "vitest";
import { assignmentsOf } from "../../src/dockerfile/assignments.ts";
import { commandLineOf, copyOf } from "../../src/dockerfile/instructions.ts";
import { instructionsOf, parseDockerfile, printDockerfile } from "../../src/dockerfile/parse.ts";
import { stageScope, stagesOf } from "../../src/dockerfile/stages.ts";
import { CodedError } from "../../src/error.ts";
import { swapBase } from "../../src/migrate/swap.ts";
import { fuzzRounds, seeded } from "./mutate.ts";

const rounds = fuzzRounds(400);

const seeds = [
  '# syntax=docker/dockerfile:1\n# escape=`\nARG V=24 D="slim"\nFROM --platform=$BUILDPLATFORM node:${V:-22}-${D} AS build\nRUN a `\n # c\n && b\nFROM build\nCMD ["node", "x.js"]\n',
  "FROM node:24\nWORKDIR /app\nCOPY --from=0 --chown=node:node . .\nRUN <<EOF <<-'X Y'\na\nEOF\n\tb\n\tX Y\nENV A=1 B='2 3' PATH=$PATH:/x\nUSER ${U:-node}\nEXPOSE 80/tcp $PORT\nHEALTHCHECK CMD curl -f x || exit 1\n",
  '\uFEFFARG A=x${B#*/}${C//a/b}\r\nFROM $A\r\nONBUILD COPY <<E /y\r\nz\r\nE\r\nVOLUME ["/d"]\r\nSHELL ["sh"]\r\nENTRYPOINT ["node"]\r\n',
];
const pieces = [
  "\\\n",
  "`\n",
  "\n",
  "\r\n",
  "<<E",
  "'",
  '"',
  "${",
  "}",
  "$",
  ":-",
  "##*",
  "/",
  "[",
  "]",
  "\u0000",
  "\uFEFF",
  "FROM ",
  " AS ",
  "ONBUILD ",
  "--",
  "=",
  "#",
  " ",
  "\t",
  "\u2028",
];

function mutate(source: string, random: (limit: number) => number): string {
  let text = source;
  for (let step = 0; step < 1 + random(6); step += 1) {
    const at = random(text.length + 1);
    const length = random(8);
    const piece = pieces[random(pieces.length)] ?? "";
    const choice = random(10);
    if (choice < 4) text = text.slice(0, at) + piece + text.slice(at);
    else if (choice < 7) text = text.slice(0, at) + text.slice(at + length);
    else if (choice < 9) text = text.slice(0, at) + text.slice(Math.max(0, at - length * 4), at) + text.slice(at);
    else text = text.slice(0, at);
  }
  return text;
}

function readAll(source: string): void {
  const dockerfile = parseDockerfile(source);
  expect(printDockerfile(dockerfile)).toBe(source);
  for (const instruction of instructionsOf(dockerfile)) {
    assignmentsOf(instruction, dockerfile.escape);
    commandLineOf(instruction);
    copyOf(instruction);
  }
  const stages = stagesOf(dockerfile);
  for (const stage of stages) stageScope(dockerfile, { stages, stage });
  const mapping = () => ({
    catalog: "node:24-debian13",
    baseline: "node:24-slim/debian-13",
    to: "hardpan/dhi-node:24-debian13",
  });
  const result = swapBase(dockerfile, { mapping });
  if (result.kind === "swapped")
    expect(swapBase(parseDockerfile(result.text), { mapping: () => null }).kind).toBe("refused");
}

it(`reads ${rounds} damaged files in bounded time, losing no byte and throwing nothing but CodedError`, () => {
  const random = seeded(20_261_123);
  for (let round = 0; round < rounds; round += 1) {
    const source = mutate(seeds[round % seeds.length] ?? "", random);
    try {
      readAll(source);
    } catch (error) {
      if (!(error instanceof CodedError))
        throw new Error(`${JSON.stringify(source)}: ${String(error)}`, { cause: error });
    }
  }
});

it.each([
  ["many heredocs", `RUN ${"<<a ".repeat(50_000)}\n`],
  ["many angle brackets", `RUN ${"<".repeat(500_000)}\n`],
  ["many continuation lines", `RUN a${" \\\n b".repeat(100_000)}\n`],
  ["many flags on lines of their own", `COPY ${"--a=b \\\n".repeat(50_000)} c d\n`],
  ["many instructions", "ENV a=b\n".repeat(50_000)],
  ["many variables", `FROM node:24\nWORKDIR /a\n${"EXPOSE $P\nENV P=99999\n".repeat(3000)}`],
  ["the most instructions", `FROM node:24\nWORKDIR /a\n${"EXPOSE $P\nENV P=99999\n".repeat(499)}`],
  ["deep JSON", `CMD ${"[".repeat(500_000)}\n`],
  ["many ONBUILD", `${"ONBUILD ".repeat(100_000)}\n`],
  ["many assignments", `FROM a\nENV ${"a=b ".repeat(100_000)}\n`],
])("reads %s within five seconds", (_, source) => {
  const started = performance.now();
  try {
    readAll(source);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
  }
  expect(performance.now() - started).toBeLessThan(5000);
});
