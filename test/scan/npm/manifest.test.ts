import { describe, expect, it } from "vitest";
import { parseManifest } from "../../../src/scan/npm/manifest.ts";

const named = (rest: object) => parseManifest(JSON.stringify({ name: "a", version: "1.0.0", ...rest }));

describe("parseManifest", () => {
  it("keeps what a bill of materials tells", () => {
    const manifest = named({
      license: "MIT",
      author: "A Person <a@example.org> (https://example.org)",
      cpu: ["arm64"],
      bin: { one: "./one.js", "../two": "./two.js" },
      dependencies: { b: "^1", c: "1", "not a name": "1", d: 5 },
      optionalDependencies: { c: "2" },
      peerDependencies: { e: "*" },
      devDependencies: { f: "1" },
      readme: "not kept",
    });
    expect(manifest).toEqual({
      kind: "manifest",
      name: "a",
      version: "1.0.0",
      licenses: ["MIT"],
      author: "A Person <a@example.org>",
      cpu: "arm64",
      programs: ["one", "two"],
      dependencies: { b: "^1", c: "2", e: "*" },
      developmentDependencies: { f: "1" },
    });
  });

  it.each([
    ["a text", { author: "A Person" }, "A Person"],
    ["an object", { author: { name: "A", email: "a@example.org", url: "x" } }, "A <a@example.org>"],
    ["an object without mail", { author: { name: " A \n B " } }, "A B"],
    ["the first maintainer", { maintainers: [{ name: "M", email: "m@example.org" }, "N"] }, "M <m@example.org>"],
    ["nothing", {}, null],
    ["nonsense", { author: 5, maintainers: [] }, null],
    ["blanks", { author: "  " }, null],
  ])("reads the author from %s", (_, rest, author) => {
    expect(named(rest)?.author).toBe(author);
  });

  it.each([
    [["x64"], "x64"],
    ["x64", "x64"],
    [["x64", "arm64"], null],
    [["!arm"], null],
    [["any"], null],
    [undefined, null],
  ])("takes of the processors %j %s", (cpu, expected) => {
    expect(named({ cpu })?.cpu).toBe(expected);
  });

  it("calls a single program as the package", () => {
    expect(parseManifest('{"name":"@s/tool","version":"1.0.0","bin":"./x.js"}')?.programs).toEqual(["tool"]);
  });

  it("reads a file that begins with a byte order mark", () => {
    expect(parseManifest('\uFEFF{"name":"a","version":"1.0.0"}')?.name).toBe("a");
  });
});
