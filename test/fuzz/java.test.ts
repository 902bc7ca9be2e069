import { describe, expect, it } from "vitest";
import { javaCataloger } from "../../src/scan/java/cataloger.ts";
import { clausesOf, parseManifest } from "../../src/scan/java/manifest.ts";
import { parsePom } from "../../src/scan/java/pom.ts";
import { parseProperties } from "../../src/scan/java/properties.ts";
import { makeZip } from "../archive/zip/make-zip.ts";
import { catalogFiles } from "../scan/harness.ts";
import { manifestOf, mavenJar } from "../scan/java/jars.ts";
import { fuzzRounds, mutate, seeded } from "./mutate.ts";

const manifest = manifestOf({
  "Implementation-Title": "tool",
  "Implementation-Version": "1.2.3",
  "Implementation-Vendor-Id": "org.example",
  "Bundle-SymbolicName": "org.example.tool;singleton:=true",
  "Bundle-License": '"https://opensource.org/licenses/MIT";link="x,y",Apache-2.0',
});
const pom = `<?xml version="1.0"?><!-- c --><!DOCTYPE project [<!ENTITY a "b">]><project a="b > c">
  <parent><groupId>org.example</groupId><version>\${revision}</version></parent><artifactId>tool</artifactId>
  <properties><revision>1.\${minor}</revision><minor><![CDATA[2]]></minor></properties>
  <licenses><license><name>MIT &amp; x</name><url>y</url></license></licenses></project>`;
const properties = "#x\nversion=1\\u002e0\ngroupId : org.example\nartifactId tool\nmore=\\\n  lines\n";

describe("what Java archives say of themselves, under mutation", () => {
  it("is read or passed over, never an error", () => {
    const random = seeded(72);
    let read = 0;
    for (let round = 0; round < fuzzRounds(3000); round++) {
      const text = (seed: string) => Buffer.from(mutate(Buffer.from(seed), random)).toString();
      const attributes = parseManifest(text(Object.values(manifest).join("")));
      for (const value of attributes.values())
        expect(clausesOf(value).join("").length).toBeLessThanOrEqual(value.length);
      const found = parsePom(text(pom));
      if (found !== null) read++;
      expect(found?.coordinates.version ?? "").not.toContain("$");
      expect(parseProperties(text(properties)).size).toBeLessThan(700);
    }
    expect(read).toBeGreaterThan(fuzzRounds(3000) / 10);
  });

  it("makes packages or warnings, in archives inside archives too", () => {
    const random = seeded(73);
    const outer = makeZip({
      ...manifest,
      "META-INF/maven/g/a/pom.xml": pom,
      "lib/a.jar": mavenJar("g:a:1", { descriptor: "signed" }),
      "lib/b.jar": makeZip({ "c.jar": mavenJar("g:c:1", { stored: true }) }, { stored: true }),
    });
    let listed = 0;
    for (let round = 0; round < fuzzRounds(400); round++) {
      const { packages } = catalogFiles(javaCataloger, {
        "tool-1.jar": mutate(outer, random),
        "tool-1.pom": mutate(Buffer.from(pom), random),
      });
      for (const { purl } of packages) expect(purl).toMatch(/^pkg:maven\/[^/@]+\/[^/@]+@[^/@]+$/);
      listed += packages.length;
    }
    expect(listed).toBeGreaterThan(fuzzRounds(400));
  });
});
