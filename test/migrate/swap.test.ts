// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Dockerfiles write their variables like this
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { hardenedImage } from "../../src/migrate/hardened-image.ts";
import { parseOfficialImage } from "../../src/migrate/official-image.ts";
import { type ImageMapping, swapBase } from "../../src/migrate/swap.ts";

const to = "hardpan/dhi-node:24-debian13";

function mapping(reference: string): ImageMapping | null {
  const official = parseOfficialImage(reference);
  return official?.name === "node" ? { catalog: "node:24-debian13", baseline: "node:24-slim/debian-12", to } : null;
}

const swap = (source: string, options = {}) => swapBase(parseDockerfile(source), { mapping, ...options });

function text(source: string, options = {}): string {
  const result = swap(source, options);
  if (result.kind === "refused") throw new Error(JSON.stringify(result.reasons));
  return result.text;
}

function refusals(source: string, options = {}) {
  const result = swap(source, options);
  return result.kind === "swapped" ? [] : result.reasons.map(({ line, rule }) => [line, rule]);
}

const app = "WORKDIR /app\nCOPY . .\n";
const service = (rest: string) => `FROM node:24-slim\n${app}${rest}`;

describe("a swap", () => {
  it("is right for the example service", () => {
    const source = readFileSync(new URL("../../examples/node-service/Dockerfile", import.meta.url), "utf8");
    expect(swap(source)).toEqual({
      kind: "swapped",
      text: source.replace("node:24-bookworm-slim", to),
      edits: [
        {
          line: 1,
          column: 6,
          from: "node:24-bookworm-slim",
          to,
          reason: "node:24-debian13 takes the place of the conventional base image",
        },
      ],
      checks: [
        { line: 1, text: "runs as uid 1000 instead of root: the files it writes must be writable for that user" },
      ],
    });
  });

  it("keeps every other byte", () => {
    const source =
      '\uFEFF# syntax=docker/dockerfile:1\r\n\r\nfrom   --platform=linux/amd64\tnode:24-slim \\\r\n  # why\r\n  As run  \r\nWORKDIR /app\r\nCMD [ "node" , "x.js" ]';
    expect(text(source)).toBe(source.replace("node:24-slim", to));
  });

  it("changes only the final stage's base, and leaves builders on theirs", () => {
    const source = `FROM node:24-slim AS build\nRUN npm ci\nFROM node:24-slim\n${app}COPY --from=build /app/node_modules ./node_modules\nCMD ["node", "x.js"]\n`;
    expect(text(source)).toBe(source.replace("FROM node:24-slim\n", `FROM ${to}\n`));
  });

  it("changes the stage that other stages rest on", () => {
    const source = `FROM node:24 AS base\n${app}FROM base AS run\nCMD ["node", "x.js"]\n`;
    expect(text(source)).toBe(source.replace("node:24", to));
  });

  it.each([
    [
      "the default of the ARG that is the whole image",
      "ARG BASE=node:24-slim\nFROM $BASE\n",
      `ARG BASE=${to}\nFROM $BASE\n`,
    ],
    ["the same in quotes", 'ARG BASE="node:24-slim"\nFROM ${BASE} AS x\n', `ARG BASE="${to}"\nFROM \${BASE} AS x\n`],
    [
      "all but the variable that is the version",
      "ARG V=24\nFROM node:${V}-slim\n",
      "ARG V=24\nFROM hardpan/dhi-node:${V}-debian13\n",
    ],
    ["the same with a default in place", "FROM node:${V:-24}\n", "FROM hardpan/dhi-node:${V:-24}-debian13\n"],
  ])("writes into %s", (_, source, expected) => {
    expect(text(source)).toBe(expected);
  });

  it("is proposed with what has to be checked", () => {
    const result = swap(service('COPY --from=ghcr.io/x/tool /tool /app/tool\nUSER node\nCMD ["node", "x.js"]\n'));
    expect(result).toMatchObject({ kind: "swapped", checks: [{ line: 4 }] });
  });

  it("is made once: the result has nothing more to swap", () => {
    expect(refusals(text(service("")))).toEqual([[1, "no-image"]]);
  });

  it("uses the facts of the real image where they are known", () => {
    const facts = {
      shells: ["/bin/sh"],
      packageManagers: ["apt"],
      uid: 0,
      user: "root",
      workingDir: "/app",
      entrypoint: [],
    };
    const image = { ...hardenedImage("node"), ...facts };
    const dev = (reference: string) => ({
      catalog: "node:24-debian13-dev",
      baseline: "",
      to: `${reference}-dev`,
      image,
    });
    expect(
      swapBase(parseDockerfile(service("RUN apt-get update\nEXPOSE 80\nCMD node x.js\n")), { mapping: dev }).kind,
    ).toBe("swapped");
    expect(swapBase(parseDockerfile(service("RUN apk add x\n")), { mapping: dev })).toMatchObject({
      reasons: [{ line: 4, rule: "package-manager-missing" }],
    });
  });
});

describe("a swap is refused, and the line named, where", () => {
  it.each([
    ["RUN is in the shell form", service("RUN echo hi\n"), [[4, "run-needs-shell"]]],
    ["RUN has a heredoc", service("RUN <<EOF\nx\nEOF\n"), [[4, "run-needs-shell"]]],
    ["RUN starts a program that is not there", service('RUN ["npm", "ci"]\n'), [[4, "program-missing"]]],
    ["RUN is kept for later", service("ONBUILD RUN npm ci\n"), [[4, "run-needs-shell"]]],
    [
      "a stage beside the final one needs a shell",
      `FROM node:24 AS base\n${app}FROM base AS test\nRUN npm test\nFROM base\nCMD ["node"]\n`,
      [[5, "run-needs-shell"]],
    ],
    ["CMD is in the shell form", service("CMD npm start\n"), [[4, "command-needs-shell"]]],
    ["ENTRYPOINT is in the shell form", service("ENTRYPOINT node x.js\n"), [[4, "command-needs-shell"]]],
    [
      "CMD would be arguments in the shell form",
      service('ENTRYPOINT ["node"]\nCMD x.js\n'),
      [[5, "command-needs-shell"]],
    ],
    ["CMD starts npm", service('CMD ["npm", "start"]\n'), [[4, "program-missing"]]],
    ["CMD starts a shell", service('CMD ["sh", "-c", "node x.js"]\n'), [[4, "program-missing"]]],
    ["CMD leans on the old entrypoint", service('CMD ["server.js"]\n'), [[4, "program-missing"]]],
    ["ENTRYPOINT is a script", service('ENTRYPOINT ["/app/start.sh"]\nCMD ["node"]\n'), [[4, "program-missing"]]],
    [
      "HEALTHCHECK uses curl",
      service("HEALTHCHECK CMD curl -f http://localhost/ || exit 1\n"),
      [[4, "command-needs-shell"]],
    ],
    ["HEALTHCHECK starts curl", service('HEALTHCHECK CMD ["curl", "http://localhost/"]\n'), [[4, "program-missing"]]],
    ["USER is root", service("USER root\n"), [[4, "user-is-root"]]],
    ["USER is 0 by a variable", service("ARG U=0\nUSER $U:0\n"), [[5, "user-is-root"]]],
    ["USER does not exist", service("USER app\n"), [[4, "user-missing"]]],
    ["USER is not known", service("ARG U\nUSER $U\n"), [[5, "user-missing"]]],
    ["files are given to nobody known", service("COPY --chown=app:app a b\n"), [[4, "user-missing"]]],
    ["a port is below 1024", service("EXPOSE 3000 80/tcp\n"), [[4, "port-below-1024"]]],
    [
      "a port is below 1024 by a variable",
      service("ENV PORT=443\nEXPOSE $PORT\n"),
      [
        [4, "port-below-1024"],
        [5, "port-below-1024"],
      ],
    ],
    ["a volume would be root's", service("VOLUME /data\n"), [[4, "volume-ownership"]]],
    [
      "a path depends on the working directory",
      'FROM node:24\nCOPY . .\nCMD ["node", "server.js"]\n',
      [
        [2, "path-relative"],
        [3, "path-relative"],
      ],
    ],
    [
      "a builder's path may have moved",
      `FROM node:24 AS base\nWORKDIR /app\nFROM debian:13 AS x\nCOPY --from=base /usr/local/bin/node /usr/bin/\nFROM base\n`,
      [[4, "path-moved"]],
    ],
    ["PATH is replaced", service("ENV PATH=/app/bin\n"), [[4, "path-replaced"]]],
    ["the pin would be lost", `FROM node:24@sha256:${"a".repeat(64)}\n`, [[1, "digest-pinned"]]],
    ["the platform is not offered", "FROM --platform=linux/arm/v7 node:24\n", [[1, "platform-missing"]]],
    ["musl would become glibc", "FROM node:24-alpine\n", [[1, "libc-changes"]]],
    ["an ARG is used twice", "ARG B=node:24\nFROM $B AS x\nFROM $B\n", [[3, "argument-shared"]]],
    ["the image is put together", "ARG N=node T=24\nFROM $N:$T\n", [[2, "argument-shared"]]],
    ["the image has no value", "ARG V\nFROM node:$V\n", [[2, "base-unresolved"]]],
    ["there is no hardened image", "FROM nginx:1\n", [[1, "no-image"]]],
    ["there is no base", "FROM scratch\n", [[1, "no-image"]]],
    ["the file is beyond all measure", `FROM node:24\n${"ENV a=b\n".repeat(1000)}`, [[1001, "dockerfile-invalid"]]],
    ["a builder would refuse the file", "FROM node:24\nRUM x\n", [[2, "dockerfile-invalid"]]],
  ])("%s", (_, source, expected) => {
    expect(refusals(source)).toEqual(expected);
  });

  it("names every line at once, in order, with the instruction as written", () => {
    const result = swap(service("RUN npm ci \\\n  --omit=dev\nEXPOSE 80\nCMD npm start\n"));
    expect(result).toMatchObject({
      reasons: [
        { line: 4, column: 1, instruction: "RUN npm ci --omit=dev", reason: expect.stringContaining("and no npm") },
        { line: 6, instruction: "EXPOSE 80" },
        { line: 7, instruction: "CMD npm start", reason: expect.stringContaining("no shell") },
      ],
    });
  });

  it("does not mind what did not run as root before", () => {
    expect(refusals(service("USER node\nEXPOSE 80\nVOLUME /data\n"))).toEqual([]);
  });

  it("does not mind overridden commands, settings for a shell, or numbers for users", () => {
    expect(
      refusals(
        `FROM node:24 AS base\n${app}CMD npm start\nFROM base\nSHELL ["/bin/bash", "-c"]\nUSER 1234:1234\nENV PATH=$PATH:/app/bin\nCMD ["node", "x.js"]\n`,
      ),
    ).toEqual([]);
  });

  it("takes a value given from outside for what it is", () => {
    expect(refusals("ARG B=debian:13\nFROM $B\n", { buildArguments: { B: "node:24" } })).toEqual([
      [2, "argument-shared"],
    ]);
  });
});

it("never both refuses nothing and changes nothing, whatever the lines", () => {
  const lines = [
    "RUN a",
    'RUN ["node", "a"]',
    "USER node",
    "USER root",
    "USER 0",
    "EXPOSE 80",
    "EXPOSE 8080",
    "WORKDIR /app",
    "WORKDIR b",
    "COPY a b",
    "COPY --from=0 /etc /x",
    'CMD ["node", "x.js"]',
    "CMD x",
    "VOLUME /d",
    "FROM node:24 AS x",
    "FROM x",
    "ENV PORT=80",
    "ARG U=0",
    "USER $U",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 12 }), (rest) => {
      const source = `FROM node:24-slim AS first\n${rest.join("\n")}\n`;
      const result = swap(source);
      if (result.kind === "refused") expect(result.reasons.length).toBeGreaterThan(0);
      else {
        expect(result.edits).toHaveLength(1);
        expect(result.text).not.toBe(source);
        expect(result.text.replace(to, result.edits[0]?.from ?? "")).toBe(source);
      }
    }),
  );
});
