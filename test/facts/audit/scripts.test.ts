import { describe, expect, it } from "vitest";
import { program, symlink, type TestLayer } from "../layers.ts";
import { audited } from "./audited.ts";

const shell: TestLayer = { bin: symlink("usr/bin"), "usr/bin/dash": program(), "usr/bin/sh": symlink("dash") };

async function interpreters(layer: TestLayer, container = {}): Promise<Record<string, string>> {
  const { scripts } = await audited(layer, container);
  return Object.fromEntries(
    scripts.map(({ path, interpreter, missing, grade }) => [
      path,
      `${interpreter}${missing ? ` missing, ${grade}` : ""}`,
    ]),
  );
}

describe("auditImage, of scripts", () => {
  it("follows links to the interpreter", async () => {
    expect(await interpreters({ ...shell, "usr/bin/run": program("#!/bin/sh\n") })).toEqual({
      "/usr/bin/run": "/bin/sh",
    });
  });

  it("reports an interpreter that is missing, leads nowhere, is a folder or cannot be executed", async () => {
    const layer: TestLayer = {
      "usr/bin/a": program("#!/bin/bash\n"),
      "usr/bin/b": program("#!/usr/bin/dangling\n"),
      "usr/bin/dangling": symlink("nowhere"),
      "usr/bin/c": program("#!/usr\n"),
      "usr/bin/d": program("#!/etc/text\n"),
      "etc/text": "text",
    };
    expect(await interpreters(layer)).toEqual({
      "/usr/bin/a": "/bin/bash missing, certain",
      "/usr/bin/b": "/usr/bin/dangling missing, certain",
      "/usr/bin/c": "/usr missing, certain",
      "/usr/bin/d": "/etc/text missing, certain",
    });
  });

  it("is certain of scripts in PATH, of those links in PATH lead to and of what a container starts", async () => {
    const layer: TestLayer = {
      "docker-entrypoint.sh": program("#!/bin/sh\n"),
      "opt/tool/bin/run": program("#!/bin/sh\n"),
      "opt/tool/bin/other": program("#!/bin/sh\n"),
      "opt/path/x": program("#!/bin/sh\n"),
      "usr/local/bin/tool": symlink("/opt/tool/bin/run"),
    };
    const container = { entrypoint: ["/docker-entrypoint.sh"], environment: ["PATH=/usr/bin:/opt/path"] };
    expect(await interpreters(layer, container)).toEqual({
      "/docker-entrypoint.sh": "/bin/sh missing, certain",
      "/opt/path/x": "/bin/sh missing, certain",
      "/opt/tool/bin/other": "/bin/sh missing, possible",
      "/opt/tool/bin/run": "/bin/sh missing, certain",
    });
  });

  it.each([
    ["/usr/bin/env node", "node"],
    ["/usr/bin/env -S node --flag", "node"],
    ["/usr/bin/env -S -i A=1 node", "node"],
    ["/usr/bin/env -S -u NAME node", "node"],
    ["/usr/bin/env -S -uNAME --unset OTHER node", "node"],
    ["/usr/bin/env -S -C /tmp node", "node"],
    ["/usr/bin/env -S --chdir=/tmp -- node", "node"],
    ["/usr/bin/env -S - node", "node"],
    ['/usr/bin/env -S A=1 "node"', "node"],
    ["/usr/bin/env -S A='1 2' 'no'de", "node"],
    ["/usr/bin/env -S\\_A=1\\_node\\_gone", "node"],
    ["/usr/bin/env -iS node", "node"],
    ["/usr/bin/env -iS perl", "perl missing, possible"],
    ['/usr/bin/env -S -u NAME "perl 5"', "perl 5 missing, possible"],
    ["/usr/bin/env -S $" + "{TOOL} node", "/usr/bin/env"],
    ["/usr/bin/env -S PATH=/opt/own own", "/usr/bin/env"],
    ['/usr/bin/env -S "node', "/usr/bin/env"],
    ["/usr/bin/env -S # node", "/usr/bin/env"],
    ["/usr/bin/env python3", "python3 missing, possible"],
    ["/usr/bin/env node --flag", "node --flag missing, possible"],
    ["/bin/env node", "/bin/env missing, possible"],
    ["/usr/bin/env", "/usr/bin/env"],
    ["node", "node missing, possible"],
  ])("looks up in PATH what env is told to run: %s", async (line, shown) => {
    const layer = { "usr/bin/env": program(), "opt/node/node": program(), "srv/x": program(`#!${line}\n`) };
    expect(await interpreters(layer, { environment: ["PATH=/usr/bin:/opt/node"] })).toEqual({ "/srv/x": shown });
  });
});

describe("auditImage, of what a container starts", () => {
  const layer: TestLayer = { ...shell, "app/server": program(), "app/text": "text" };

  it.each([
    ["a name that PATH has", { cmd: ["sh"] }, { word: "sh", path: "/usr/bin/sh" }],
    [
      "the entrypoint before the command",
      { entrypoint: ["dash"], cmd: ["serve"] },
      { word: "dash", path: "/usr/bin/dash" },
    ],
    ["a path, without links in its folders", { cmd: ["/bin/sh"] }, { word: "/bin/sh", path: "/usr/bin/sh" }],
    [
      "a path from the working directory",
      { cmd: ["./server"], workingDir: "/app" },
      { word: "./server", path: "/app/server" },
    ],
    ["a name that PATH does not have", { cmd: ["server"], workingDir: "/app" }, { word: "server", path: null }],
    ["what cannot be executed", { cmd: ["/app/text"] }, { word: "/app/text", path: null }],
    ["an empty word", { cmd: [""] }, { word: "", path: null }],
    ["nothing", {}, null],
  ])("finds %s", async (_, container, command) => {
    expect((await audited(layer, container)).command).toEqual(command);
  });
});
