import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { parseAuditData, startsAuditData, unpackAuditData } from "../../../src/scan/rust/audit-data.ts";

describe("parseAuditData", () => {
  it("reads crates with their kind, source and dependencies", () => {
    const packages = [
      { name: "itoa", version: "1.0.19", source: "crates.io" },
      { name: "tool", version: "0.1.0", source: "local", dependencies: [0, 2, 0, 9, -1, 0.5], root: true },
      { name: "cc", version: "1.2.0+build", source: "git", kind: "build" },
      { name: "own", version: "0.0.1", source: "Some-Registry", kind: "runtime", dependencies: "none" },
    ];
    expect(parseAuditData(JSON.stringify({ packages, format: 1 }))).toEqual([
      { name: "itoa", version: "1.0.19", source: "crates.io", isRuntime: true, dependencies: [], isRoot: false },
      { name: "tool", version: "0.1.0", source: "local", isRuntime: true, dependencies: [0, 2], isRoot: true },
      { name: "cc", version: "1.2.0+build", source: "git", isRuntime: false, dependencies: [], isRoot: false },
      { name: "own", version: "0.0.1", source: "Some-Registry", isRuntime: true, dependencies: [], isRoot: false },
    ]);
  });

  it.each([
    ["", "it is no list of packages"],
    ['{"packages":{}}', "it is no list of packages"],
    ['{"packages":["itoa"]}', "a package is no object"],
    ['{"packages":[{"name":"itoa"}]}', "a package has no name or version"],
    ['{"packages":[{"name":"a/b","version":"1"}]}', "a package has no name or version"],
    [JSON.stringify({ packages: Array(20_001).fill({}) }), "it has too many packages"],
  ])("refuses %.40s", (json, reason) => {
    expect(() => parseAuditData(json)).toThrow(reason);
  });
});

const json = `{"packages":[${Array.from({ length: 2000 }, (_, index) => `{"name":"crate-${index}","version":"1.0.${index}"}`).join(",")}]}`;

describe("unpackAuditData", () => {
  it("unpacks what is whole, whatever follows, and asks for more of what is not", () => {
    const compressed = deflateSync(json);
    expect(unpackAuditData(Buffer.concat([compressed, Buffer.from("more")]))).toBe(json);
    expect(unpackAuditData(compressed.subarray(0, 1024))).toBeNull();
  });

  it("refuses what is damaged, and what is too long before or after it is unpacked", () => {
    const damaged = Buffer.from(deflateSync(json)).fill(0xff, 100, 200);
    const cut = deflateSync(Buffer.alloc(2 ** 21, "ab"), { level: 0 }).subarray(0, 2 ** 20);
    for (const bytes of [damaged, cut, deflateSync(Buffer.alloc(2 ** 25))]) {
      expect(() => unpackAuditData(bytes)).toThrow("it cannot be unpacked");
    }
  });
});

describe("startsAuditData", () => {
  it("tells from a kilobyte whether a list of crates begins", () => {
    expect(startsAuditData(deflateSync(json).subarray(0, 1024))).toBe(true);
    expect(startsAuditData(deflateSync('{"package":[]}'))).toBe(false);
    expect(startsAuditData(Buffer.from("x\x9cno data at all", "latin1"))).toBe(false);
  });
});
