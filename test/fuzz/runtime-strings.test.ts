import { describe, expect, it } from "vitest";
import { runtimeCataloger } from "../../src/scan/runtime/cataloger.ts";
import { textReader } from "../../src/scan/runtime/texts.ts";
import { catalogFiles } from "../scan/harness.ts";
import { elfProgram } from "../support/elf-program.ts";
import { changeLog, javaRelease, nodeHeader } from "../support/runtime-texts.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const texts = [
  ...["nginx version: nginx/1.25.3", "OpenSSL 3.0.11 19 Sep 2023", "BusyBox v1.36.1 (2023)", "curl/8.5.0"],
  ...["3.12.1", "ruby 3.3.0 (2023-12-25 revision 5124f9ac75)", "7.2.4", "7.2.4host-1704812345000000000"],
];
const program = elfProgram({ loaded: [{ content: Buffer.from(`\0${texts.join("\0")}\0`) }] });
const paths = [
  ...["usr/sbin/nginx", "usr/lib/libcrypto.so.3", "bin/busybox", "usr/bin/curl", "usr/bin/python3.12"],
  ...["usr/lib/libruby.so.3.3.0", "usr/bin/redis-server"],
];
const files: readonly (readonly [path: string, text: string])[] = [
  ["usr/local/include/node/node_version.h", nodeHeader("24.3.1")],
  ["usr/local/CHANGELOG.md", changeLog],
  ["usr/local/LICENSE", "Node.js is licensed for use as follows:\n"],
  ["usr/local/include/python3.12/patchlevel.h", '#define PY_VERSION "3.12.1"\n'],
  ["usr/local/go/VERSION", "go1.22.1\n"],
  ["opt/java/release", javaRelease],
];

describe("runtimes under mutation", () => {
  it("have an exact version or none", () => {
    const random = seeded(71);
    let exact = 0;
    for (let round = 0; round < fuzzRounds(1000); round++) {
      const path = paths[random(paths.length)] ?? "";
      const { packages, warnings } = catalogFiles(runtimeCataloger, { [path]: mutate(program, random) });
      expect(warnings).toEqual([]);
      for (const { version } of packages) {
        expect(version).toMatch(/^(?:|\d[\d.]*[0-9a-z]*)$/);
        if (version !== "") exact++;
      }
    }
    expect(exact).toBeGreaterThan(100);
  });

  it("have texts that tell something or nothing", () => {
    const random = seeded(72);
    let told = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const [path, text] = files[random(files.length)] ?? ["", ""];
      const finding = textReader(path)?.(Buffer.from(mutate(Buffer.from(text), random)).toString("utf8")) ?? null;
      if (finding === null) continue;
      expect(JSON.parse(JSON.stringify(finding))).toEqual(finding);
      told++;
    }
    expect(told).toBeGreaterThan(300);
  });

  it("are read in a moment where a text is made to be slow", () => {
    const start = performance.now();
    const slow = [
      `#define NODE_MAJOR_VERSION${" ".repeat(500_000)}x`,
      "#define NODE_MAJOR_VERSION\n".repeat(30_000),
      `#define PY_VERSION${"\t".repeat(500_000)}x`,
      `JAVA_VERSION="${"1.".repeat(250_000)}`,
      `JAVA_VERSION="1"${" ".repeat(500_000)}x`,
      "<b><a href=".repeat(50_000),
    ];
    for (const text of slow) for (const [path] of files) textReader(path)?.(text);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
