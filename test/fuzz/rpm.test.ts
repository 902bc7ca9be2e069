import { describe, expect, it } from "vitest";
import { bytesInMemory } from "../../src/scan/reading/random-bytes.ts";
import { rpmCataloger } from "../../src/scan/rpm/cataloger.ts";
import { readRpmDatabase } from "../../src/scan/rpm/database.ts";
import { readRpmHeader } from "../../src/scan/rpm/header.ts";
import { readRpmManifest } from "../../src/scan/rpm/manifest.ts";
import { readRpmPackage } from "../../src/scan/rpm/package.ts";
import { catalogFiles } from "../scan/harness.ts";
import { madeBerkeley, madeNdb, madeSqlite } from "../scan/rpm/made-database.ts";
import { type MadePackage, madeHeader } from "../scan/rpm/made-header.ts";
import { fuzzRounds, mutate, readsOrRefuses, seeded } from "./mutate.ts";

const packages: readonly MadePackage[] = [
  { name: "bash", epoch: 1, sourceRpm: "bash-5-1.src.rpm", license: "GPL", files: ["/usr/bin/bash", "/etc/bashrc"] },
  { name: "glibc", vendor: "Vendor", provides: ["libc.so.6"], requires: ["/bin/bash", "bash"], module: "a:1:2:3" },
  { name: "gpg-pubkey", version: "1", release: "2" },
  { name: "long", files: Array.from({ length: 300 }, (_, index) => `/usr/share/long/file-${index}`) },
];
const headers = packages.map(madeHeader);

/** Catalogs the database as a scan does. */
function catalog(path: string, bytes: Uint8Array): number {
  return catalogFiles(rpmCataloger, { [path]: bytes, "usr/bin/bash": "elf" }).packages.length;
}

describe("headers of rpm under mutation", () => {
  it("are packages, keys or refused with a coded error", async () => {
    const random = seeded(51);
    let read = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const bytes = mutate(headers[random(headers.length)] ?? Buffer.alloc(0), random);
      const isRead = await readsOrRefuses(() => {
        const item = readRpmPackage(readRpmHeader(bytes));
        expect(JSON.parse(JSON.stringify(item))).toEqual(item);
      });
      if (isRead) read++;
    }
    expect(read).toBeGreaterThan(300);
  });
});

describe.for([
  ["rpmdb.sqlite", madeSqlite(headers, { pageSize: 512 })],
  ["Packages.db", madeNdb([...headers, null])],
  ["Packages", madeBerkeley(headers, { pageSize: 512 })],
  ["Packages", madeBerkeley(headers, { pageSize: 512, order: "big" })],
] as const)("databases of rpm under mutation, %s", ([name, seed]) => {
  it("are read or refused with a coded error, and soon", { timeout: 60_000 }, async () => {
    const random = seeded(52);
    let read = 0;
    for (let round = 0; round < fuzzRounds(600); round++) {
      const bytes = mutate(seed, random);
      if (await readsOrRefuses(() => readRpmDatabase(bytesInMemory(bytes)))) read++;
    }
    expect(read).toBeGreaterThan(50);
  });

  it("are catalogued, or warned of", () => {
    const random = seeded(53);
    let found = 0;
    for (let round = 0; round < fuzzRounds(150); round++) found += catalog(`var/lib/rpm/${name}`, mutate(seed, random));
    expect(found).toBeGreaterThan(30);
  });
});

describe("lists of Microsoft's images under mutation", () => {
  it("are catalogued, or nothing", () => {
    const random = seeded(54);
    const line = "glibc\t2.38-8.azl3\t1\t1\tMicrosoft Corporation\t1\t99\tx86_64\t1\tglibc-2.38-8.azl3.src.rpm\n";
    let found = 0;
    for (let round = 0; round < fuzzRounds(300); round++) {
      const bytes = mutate(Buffer.from(line.repeat(3)), random);
      found += readRpmManifest(bytes)?.packages.length ?? 0;
      catalog("var/lib/rpmmanifest/container-manifest-2", bytes);
    }
    expect(found).toBeGreaterThan(100);
  });
});
