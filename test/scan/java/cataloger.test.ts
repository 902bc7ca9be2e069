import { describe, expect, it } from "vitest";
import { javaCataloger } from "../../../src/scan/java/cataloger.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";
import { catalogFiles, type HarnessFile } from "../harness.ts";
import { manifestOf, mavenJar, propertiesOf } from "./jars.ts";

function purls(files: Readonly<Record<string, HarnessFile>>): readonly string[] {
  return catalogFiles(javaCataloger, files).packages.map(({ purl }) => purl);
}

function pomOf(coordinates: string, more = ""): string {
  const [group = "", artifact = "", version = ""] = coordinates.split(":");
  return `<project><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${more}</project>`;
}

describe("javaCataloger", () => {
  it("lists an application's archive and those inside it", () => {
    const war = makeZip({
      ...propertiesOf("org.example:shop:1.0"),
      "WEB-INF/lib/a-1.jar": makeZip(
        manifestOf({ "Implementation-Vendor-Id": "org.example", "Bundle-License": "MIT" }),
      ),
    });
    const { packages, owners, warnings } = catalogFiles(javaCataloger, { "srv/shop.war": war, "srv/other.txt": "" });
    expect(packages).toEqual([
      {
        type: "maven",
        name: "org.example:a",
        version: "1",
        source: null,
        purl: "pkg:maven/org.example/a@1",
        licenses: ["MIT"],
        locations: ["srv/shop.war", "srv/shop.war!/WEB-INF/lib/a-1.jar"],
        evidence: "srv/shop.war",
        supplier: null,
        architecture: null,
        comments: ["its Maven group is guessed from Implementation-Vendor-Id"],
        dependsOn: [],
      },
      expect.objectContaining({ purl: "pkg:maven/org.example/shop@1.0", locations: ["srv/shop.war"], comments: [] }),
    ]);
    expect(warnings).toEqual([]);
    expect(owners.ownerOf("srv/shop.war")).toBe("pkg:maven/org.example/shop@1.0");
    expect(owners.owns("srv/other.txt")).toBe(false);
  });

  it("lists an artifact once, with all its places", () => {
    const jar = mavenJar("g:a:1");
    const { packages } = catalogFiles(javaCataloger, {
      "b/a.jar": jar,
      "a/x.ear": makeZip({ "a.jar": jar, "b.jar": jar }),
    });
    expect(packages).toHaveLength(1);
    expect(packages[0]?.locations).toEqual(["a/x.ear", "a/x.ear!/a.jar", "a/x.ear!/b.jar", "b/a.jar"]);
  });

  it("writes package URLs as the specification wants them", () => {
    expect(purls({ "a.jar": mavenJar("g.h:a_b:1.0+build~1") })).toEqual(["pkg:maven/g.h/a_b@1.0%2Bbuild~1"]);
  });

  it("takes a Maven repository's word for an archive that does not say what it is", () => {
    const bare = makeZip(manifestOf({ "Implementation-Version": "4.13.2", "Implementation-Vendor-Id": "org.junit" }));
    const repository = "usr/share/maven-repo/junit/junit";
    const link: HarnessFile = { type: "symlink", linkPath: "../../../../java/junit4.jar" };
    const { packages, owners } = catalogFiles(javaCataloger, {
      [`${repository}/4.x/junit-4.x.jar`]: link,
      [`${repository}/4.x/junit-4.x.pom`]: pomOf("junit:junit:4.x"),
      [`${repository}/4.13.2/junit-4.13.2.jar`]: link,
      [`${repository}/4.13.2/junit-4.13.2.pom`]: pomOf(
        "junit:junit:4.13.2",
        "<licenses><license><name>EPL-1.0</name></license></licenses>",
      ),
      [`${repository}/9/junit-9.pom`]: pomOf("junit:junit:9"),
      "usr/share/java/junit4.jar": bare,
      "root/.m2/repository/g/b/1/b-1.jar": makeZip({ "b.class": "" }),
      "root/.m2/repository/g/b/1/b-1.pom": pomOf("g:b:1"),
      "root/.m2/repository/g/c/1/c-1.jar": mavenJar("said.itself:c:2"),
      "root/.m2/repository/g/c/1/c-1.pom": pomOf("g:c:1"),
      "usr/share/broken/x.jar": { type: "symlink", linkPath: "x.jar" },
      "usr/share/broken/x.pom": pomOf("g:x:1"),
    });
    expect(packages.map(({ purl, licenses, locations, comments }) => [purl, licenses, locations, comments])).toEqual([
      ["pkg:maven/g/b@1", [], ["root/.m2/repository/g/b/1/b-1.jar"], []],
      ["pkg:maven/said.itself/c@2", [], ["root/.m2/repository/g/c/1/c-1.jar"], []],
      ["pkg:maven/junit/junit@4.13.2", ["EPL-1.0"], ["usr/share/java/junit4.jar"], []],
    ]);
    expect(owners.ownerOf(`${repository}/4.13.2/junit-4.13.2.pom`)).toBe("pkg:maven/junit/junit@4.13.2");
  });

  it("does not guess a group that another archive of the image says, unless several say different ones", () => {
    const guessed = makeZip(manifestOf({}));
    expect(purls({ "a-1-indy.jar": guessed, "lib/x.jar": mavenJar("org.example:a:1") })).toEqual([
      "pkg:maven/org.example/a@1",
    ]);
    const two = { "x.jar": mavenJar("g:a:1"), "y.jar": mavenJar("h:a:1") };
    expect(purls({ "a-1.jar": guessed, ...two })).toEqual(["pkg:maven/a/a@1", "pkg:maven/g/a@1", "pkg:maven/h/a@1"]);
  });

  it("warns of what it could not look into, and leaves what others have found and own", () => {
    const cut = mavenJar("g:a:1").subarray(0, 60);
    const known = catalogFiles(javaCataloger, { "b.jar": mavenJar("g:b:1") });
    const { packages, warnings, owners } = catalogFiles(
      javaCataloger,
      { "a.jar": cut, "b.jar": mavenJar("g:b:1"), "empty.jar": "", "c.pom": "<project>", "d.rar": "Rar!" },
      { found: known.packages, owned: { "b.jar": "pkg:deb/debian/libb-java@1" } },
    );
    expect(packages).toEqual([]);
    expect(warnings).toContainEqual({ path: "a.jar", reason: expect.stringContaining("cut off") });
    expect(new Set(warnings.map(({ path }) => path))).toEqual(new Set(["a.jar"]));
    expect(owners.ownerOf("b.jar")).toBe("pkg:deb/debian/libb-java@1");
  });
});
