import { describe, expect, it } from "vitest";
import { readStatus } from "../../../src/scan/dpkg/status.ts";
import { statusStanza } from "../tree.ts";

function read(...pieces: readonly (string | Uint8Array)[]) {
  const reader = readStatus();
  for (const piece of pieces) reader.write(Buffer.from(piece));
  return reader.end();
}

describe("readStatus", () => {
  it("keeps of each installed package what the bill and relations need", () => {
    const stanza = statusStanza({
      Package: "libc6",
      Version: "2.41-12+b1",
      Source: "glibc (2.41-12)",
      "Multi-Arch": "same",
      "Pre-Depends": "a (>= 1)",
      Depends: "b | c,\n d",
      Provides: "e (= 1)",
    });
    expect(read(stanza)).toEqual({
      kind: "status",
      packages: [
        {
          name: "libc6",
          version: "2.41-12+b1",
          architecture: "amd64",
          source: { name: "glibc", version: "2.41-12" },
          maintainer: "Test Team <team@example.org>",
          multiArch: "same",
          depends: "a (>= 1), b | c,\nd",
          provides: "e (= 1)",
        },
      ],
      problems: [],
    });
  });

  it("takes the version of the source from the binary package less its rebuild, where no other is given", () => {
    const names = ["Source: zlib\n", "Source: zlib (1:1.2)\n", ""].map((source, at) => `Package: p${at}\n${source}`);
    const sources = read(names.map((text) => `${text}Version: 1:1.3+b2\nArchitecture: all\n`).join("\n"))?.packages;
    expect(sources?.map(({ source }) => source)).toEqual([
      { name: "zlib", version: "1:1.3" },
      { name: "zlib", version: "1:1.2" },
      { name: "p2", version: "1:1.3" },
    ]);
  });

  it("finds nothing in nothing", () => {
    expect(read("")).toBeNull();
    expect(read("\n\n\n", "\n")).toBeNull();
  });

  it("replaces what is no UTF-8", () => {
    const bytes = Buffer.concat([
      Buffer.from("Package: a\nVersion: 1\nArchitecture: all\nMaintainer: J"),
      Buffer.from([0xf6, 0x0a]),
    ]);
    expect(read(bytes)?.packages[0]?.maintainer).toBe("J\uFFFD");
  });

  it("passes over a stanza longer than 1 MiB without holding it", () => {
    const reader = readStatus();
    const write = (text: string) => reader.write(Buffer.from(text));
    write(`${statusStanza({ Package: "a", Version: "1" })}\nPackage: long\nDescription: `);
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 200; round++) write("x".repeat(2 ** 20));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
    write(`\n\n${statusStanza({ Package: "b", Version: "2" })}`);
    const finding = reader.end();
    expect(finding?.packages.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(finding?.problems).toEqual(["its stanza 2 has more than 1048576 bytes"]);
  });

  it("stops after a thousand damaged stanzas, and says so", () => {
    const finding = read("x\n\n".repeat(100_000), statusStanza({ Package: "late", Version: "1" }));
    expect(finding?.packages).toEqual([]);
    expect(finding?.problems).toHaveLength(6);
    expect(finding?.problems.at(-1)).toBe("what follows its stanza 1000 is not read: no system has as many");
  });

  it("stops after 15,000 packages, and says so", () => {
    const reader = readStatus();
    for (let at = 0; at < 200_500; at++)
      reader.write(Buffer.from(`Package: p${at}\nVersion: 1\nArchitecture: all\n\n`));
    const finding = reader.end();
    expect(finding?.packages).toHaveLength(15_000);
    expect(finding?.problems).toEqual(["what follows its stanza 15000 is not read: no system has as many"]);
  });
});
