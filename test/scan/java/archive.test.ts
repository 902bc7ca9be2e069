import { describe, expect, it } from "vitest";
import { readArchive } from "../../../src/scan/java/archive.ts";
import { limits } from "../../../src/scan/java/limits.ts";
import { makeZip, type ZipOptions } from "../../archive/zip/make-zip.ts";
import { manifestOf, mavenJar, propertiesOf } from "./jars.ts";

/** What is found in an archive, one line each, and what is warned of. */
function read(bytes: Uint8Array, options: { fileName?: string; size?: number } = {}) {
  const { fileName = "app.jar", size = 2 ** 16 } = options;
  const reader = readArchive(fileName);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  const finding = reader.end();
  if (finding?.kind !== "archive") return null;
  const packages = finding.packages.map(({ coordinates: { group, artifact, version }, inner }) =>
    `${group}:${artifact}:${version} ${inner}`.trim(),
  );
  return { packages, warnings: finding.warnings };
}

const pom = `<project><parent><groupId>g</groupId><version>2</version></parent><artifactId>a</artifactId>
  <licenses><license><name>MIT License</name></license></licenses></project>`;

describe("readArchive", () => {
  it.each([
    ["stored", { stored: true }],
    ["deflated", {}],
    ["deflated with sizes behind the content", { descriptor: "signed" }],
    ["stored with sizes behind the content", { stored: true, descriptor: "unsigned" }],
  ] as [string, ZipOptions][])("finds what is in archives inside archives, %s, in pieces of any size", (_, options) => {
    const war = makeZip({ "WEB-INF/lib/a.jar": mavenJar("g:a:1.0"), "WEB-INF/web.xml": "<x/>" }, options);
    const ear = makeZip({ ...manifestOf({}), "web.war": war, "lib/b.jar": mavenJar("h:b:2.0", options) }, options);
    for (const size of [1, 100, 2 ** 16]) {
      expect(read(ear, { size })).toEqual({
        packages: ["g:a:1.0 web.war!/WEB-INF/lib/a.jar", "h:b:2.0 lib/b.jar"],
        warnings: [],
      });
    }
  });

  it("takes coordinates of pom.properties and licences of the pom.xml beside it", () => {
    const reader = readArchive("a.jar");
    reader.write(makeZip({ "META-INF/maven/g/a/pom.xml": pom, ...propertiesOf("g:a:3") }));
    expect(reader.end()).toMatchObject({
      packages: [{ coordinates: { group: "g", artifact: "a", version: "3" }, licenses: ["MIT"], guess: null }],
    });
  });

  it("takes coordinates of a pom.xml alone, and of one among an application's classes", () => {
    expect(read(makeZip({ "META-INF/maven/g/a/pom.xml": pom }))).toEqual({ packages: ["g:a:2"], warnings: [] });
    const inClasses = makeZip({ "WEB-INF/classes/META-INF/maven/g/a/pom.xml": pom, "other/pom.xml": pom });
    expect(read(inClasses)).toEqual({ packages: ["g:a:2"], warnings: [] });
  });

  it("reads an application that is a script and an archive in one", () => {
    const script = Buffer.from("#!/bin/bash\nexec java -jar $0\n");
    expect(read(Buffer.concat([script, mavenJar("g:a:1")]))).toEqual({ packages: ["g:a:1"], warnings: [] });
  });

  it("passes over what is no archive, and an archive with nothing to tell", () => {
    expect(read(Buffer.from("Rar!"))).toBeNull();
    expect(read(Buffer.alloc(0))).toBeNull();
    expect(read(makeZip({ "a.class": "x", "lib/no.jar": "no archive" }))).toEqual({ packages: [], warnings: [] });
  });

  it("tells what is damaged and lists the rest", () => {
    const inner = mavenJar("g:a:1", { wrongChecksum: true });
    const bytes = makeZip({
      "lib/a.jar": inner,
      "lib/b.jar": mavenJar("g:b:1").subarray(0, 100),
      "lib/c.jar": mavenJar("g:c:1"),
    });
    expect(read(bytes)).toEqual({
      packages: ["g:c:1 lib/c.jar"],
      warnings: [
        "lib/a.jar!/META-INF/MANIFEST.MF cannot be read: META-INF/MANIFEST.MF: wrong checksum",
        "lib/a.jar!/META-INF/maven/g/a/pom.properties cannot be read: META-INF/maven/g/a/pom.properties: wrong checksum",
        "lib/b.jar is cut off or damaged",
      ],
    });
    const cut = mavenJar("g:a:1", { stored: true });
    expect(read(cut.subarray(0, cut.indexOf("A.class") + 5))).toEqual({
      packages: ["g:a:1"],
      warnings: ["the archive is cut off or damaged; what is missing is not listed"],
    });
  });

  it("does not look into archives nested too deep", () => {
    const nested = (depth: number): Buffer =>
      depth === 0
        ? mavenJar("g:deep:1")
        : makeZip({ "x.jar": nested(depth - 1) }, depth % 2 === 0 ? {} : { stored: true });
    expect(read(nested(limits.depth))?.packages).toEqual([`g:deep:1 ${"x.jar!/".repeat(7)}x.jar`]);
    expect(read(nested(limits.depth + 1))).toEqual({
      packages: [],
      warnings: [expect.stringContaining("nested more than 8 deep")],
    });
  });

  it("looks into ten thousand archives and tells that there are more", () => {
    const inner = makeZip({ "META-INF/maven/g/a/pom.xml": pom });
    const files = Array.from({ length: limits.archives + 5 }, (_, at) => [`${at}.jar`, inner]);
    const started = performance.now();
    const found = read(makeZip(Object.fromEntries(files)));
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(found?.packages).toHaveLength(limits.archives);
    expect(found?.warnings).toEqual([`more than ${limits.archives} archives inside are not looked into`]);
  });

  it("unpacks no more than it may, whether or not it comes to something", () => {
    const bombs = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`META-INF/maven/${at}/pom.xml`, " ".repeat(limits.pom + 1)]),
      );
    const last = { "META-INF/maven/g/a/pom.xml": pom };
    const read10 = read(makeZip({ ...bombs(10), ...last }, { descriptor: "signed" }));
    expect(read10?.packages).toEqual(["g:a:2"]);
    const started = performance.now();
    const read100 = read(makeZip({ ...bombs(100), ...last }, { descriptor: "signed" }));
    expect(read100?.packages).toEqual([]);
    expect(read100?.warnings.at(-1)).toMatch(/^and \d+ more of the kind/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("does not read without end what describes artifacts", () => {
    const poms = Array.from({ length: 20 }, (_, at) => [
      `META-INF/maven/${at}/pom.xml`,
      "<a>x</a>".repeat(limits.pom / 8),
    ]);
    const bytes = makeZip({ ...Object.fromEntries(poms), ...propertiesOf("g:last:1") });
    expect(read(bytes)).toEqual({ packages: [], warnings: ["it has too many Maven files; the rest is not read"] });
  });

  it("tells what is too large to be looked into", () => {
    const large = makeZip({ "a.jar": makeZip({ zeros: "0".repeat(limits.archive) }, { stored: true }) });
    expect(read(large)?.warnings).toEqual(["a.jar is not looked into: a.jar is larger than 33554432 bytes"]);
    const long = makeZip({ "META-INF/MANIFEST.MF": " ".repeat(limits.manifest + 1) });
    expect(read(long)?.warnings).toEqual([expect.stringContaining("META-INF/MANIFEST.MF cannot be read")]);
  });

  it("reads stored archives of any size", () => {
    const large = makeZip({ zeros: "0".repeat(limits.archive), ...propertiesOf("g:large:1") }, { stored: true });
    expect(read(makeZip({ "a.jar": large }, { stored: true }))).toEqual({
      packages: ["g:large:1 a.jar"],
      warnings: [],
    });
  });

  it("lists no more packages than a finding may have, nor more warnings", () => {
    const group = "g".repeat(200);
    const version = "1".repeat(200);
    const jars = Array.from({ length: 9000 }, (_, at) => [
      `${at}.jar`,
      makeZip(propertiesOf(`${group}:a${at}:${version}`)),
    ]);
    const found = read(makeZip(Object.fromEntries(jars)));
    expect(JSON.stringify(found).length).toBeLessThan(1.1 * limits.finding);
    expect(found?.warnings).toEqual([expect.stringMatching(/^it has too many packages inside; only \d+ are listed$/)]);
    const broken = Array.from({ length: 50 }, (_, at) => [`${at}.jar`, mavenJar("g:a:1").subarray(0, 80)]);
    const warned = read(makeZip(Object.fromEntries(broken)));
    expect(warned?.warnings).toHaveLength(limits.warnings + 1);
    expect(warned?.warnings.at(-1)).toMatch(/^and \d+ more/);
  });
});
