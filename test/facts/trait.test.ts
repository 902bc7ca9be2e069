import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fileTrait, traitInspector } from "../../src/facts/trait.ts";
import { walkImage } from "../../src/facts/walk.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { hardLink, program, type TestLayer, testImage } from "./layers.ts";

const executable = { path: "usr/bin/x", mode: 0o755 };

describe("fileTrait", () => {
  it.each([
    ["#!/bin/sh\n", "/bin/sh", null],
    ["#! /usr/bin/env  node \nx", "/usr/bin/env", "node"],
    ["#!/usr/bin/env -S node --flag\r\n", "/usr/bin/env", "-S node --flag\r"],
    ["#!/bin/sh", "/bin/sh", null],
    ["#!\t/usr/bin/perl -w\n", "/usr/bin/perl", "-w"],
    ["#!node\n", "node", null],
    [`#!/bin/${"x".repeat(500)}\n`, `/bin/${"x".repeat(249)}`, null],
  ])("reads the first line of the script %j", (text, interpreter, argument) => {
    expect(fileTrait(executable, Buffer.from(text))).toEqual({ kind: "script", interpreter, argument });
  });

  it.each([
    ["a text that cannot be executed", "#!/bin/sh\n", 0o644],
    ["an executable without such a line", "echo\n", 0o755],
    ["an empty first line", "#! \t\n/bin/sh", 0o755],
    ["an empty file", "", 0o755],
    ["a damaged ELF file", "\u007fELF\u0002\u0001", 0o755],
  ])("has nothing to say of %s", (_, text, mode) => {
    expect(fileTrait({ path: "x", mode }, Buffer.from(text, "latin1"))).toBeNull();
  });

  it("reads libraries whatever their mode", () => {
    const bytes = dynamicElf({ needed: ["libc.so.6"], soname: "libz.so.1" });
    expect(fileTrait({ path: "usr/lib/libz.so.1", mode: 0o644 }, bytes)).toMatchObject({
      kind: "elf",
      needed: ["libc.so.6"],
      soname: "libz.so.1",
    });
  });

  it("reads of a FIPS provider its version and the value it checks itself with", () => {
    const bytes = Buffer.concat([
      dynamicElf(),
      Buffer.from("\x001.2.3\0OpenSSL FIPS Provider\0buildinfo\x003.5.9\0status\0"),
    ]);
    const key = Buffer.from("f4556650ac31d35461610bac4ed81b1a181b2d8a43ea2854cbae22ca74560813", "hex");
    const mac = createHmac("sha256", key).update(bytes).digest("hex");
    const trait = fileTrait({ path: "usr/lib/ossl-modules/fips.so", mode: 0o644 }, bytes);
    expect(trait).toMatchObject({ fips: { version: "3.5.9", mac } });
    expect(fileTrait({ path: "usr/lib/other.so", mode: 0o644 }, bytes)).not.toHaveProperty("fips");
  });
});

describe("walkImage with an inspector", () => {
  async function traits(layers: readonly TestLayer[], keep: (path: string) => number = () => 0) {
    const { store, manifest } = await testImage(layers);
    return await walkImage(store, manifest, { keep, inspector: traitInspector });
  }

  it("keeps what it says of files, and no contents", async () => {
    const large = Buffer.concat([dynamicElf({ needed: ["libc.so.6"] }), Buffer.alloc(300_000, 7)]);
    const tree = await traits([
      { "bin/large": program(large), "bin/run": program("#!/bin/sh\necho\n"), "etc/text": "#!/bin/sh\n", empty: "" },
    ]);
    expect(tree.contents.size).toBe(0);
    expect([...tree.traits.keys()]).toEqual(["bin/large", "bin/run"]);
    expect(tree.traits.get("bin/large")).toMatchObject({ kind: "elf", needed: ["libc.so.6"] });
  });

  it("keeps the contents asked for besides", async () => {
    const bytes = dynamicElf({ soname: "libz.so.1" });
    const files = { "a.so": bytes, script: program("#!/bin/sh\n"), "other.so": bytes, text: "text", none: "" };
    const tree = await traits([files], (path) => (path === "other.so" ? 0 : 10_000));
    expect([...tree.contents.keys()]).toEqual(["a.so", "script", "text", "none"]);
    expect(Buffer.from(tree.contents.get("a.so") ?? "")).toEqual(bytes);
    expect([...tree.traits.keys()]).toEqual(["a.so", "script", "other.so"]);
  });

  it("lets what it says follow the files: links share it, whiteouts and replacements end it", async () => {
    const tree = await traits([
      { a: program("#!/a\n"), b: hardLink("a"), "d/c": program("#!/c\n"), e: program("#!/e\n") },
      { ".wh.d": "", e: "plain" },
    ]);
    expect([...tree.traits].map(([path, trait]) => `${path} ${trait.kind === "script" && trait.interpreter}`)).toEqual([
      "a /a",
      "b /a",
    ]);
  });

  it("keeps it where a layer is read again for a hard link", async () => {
    const { store, manifest } = await testImage([
      { "store/aa": program("#!/bin/sh\n"), "app/package.json": hardLink("store/aa") },
    ]);
    const keep = (path: string) => (path.endsWith("package.json") ? 100 : 0);
    const tree = await walkImage(store, manifest, { keep, inspector: traitInspector });
    expect([...tree.traits.keys()]).toEqual(["store/aa", "app/package.json"]);
    expect(tree.contents.has("app/package.json")).toBe(true);
  });

  it("counts what it says as kept bytes", async () => {
    const { store, manifest } = await testImage([{ a: program(`#!/bin/${"x".repeat(200)}\n`) }]);
    const walked = walkImage(store, manifest, { keep: () => 0, inspector: traitInspector, limits: { keptBytes: 150 } });
    await expect(walked).rejects.toMatchObject({ code: "FACTS_TOO_LARGE" });
  });

  it("does not look into object files", async () => {
    expect((await traits([{ "x.o": dynamicElf({ type: 1, needed: ["libc.so.6"] }) }])).traits.size).toBe(0);
  });
});
