// biome-ignore-all lint/suspicious/noTemplateCurlyInString: project descriptions name their properties like this
import { describe, expect, it } from "vitest";
import { parsePom } from "../../../src/scan/java/pom.ts";

const at = (group: string, artifact: string, version: string) => ({ group, artifact, version });

describe("parsePom", () => {
  it("reads coordinates and licences", () => {
    const document = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
      <groupId>org.example</groupId><artifactId>own</artifactId><version>1.0</version>
      <licenses><license><name>The Apache Software License, Version 2.0</name><url>x</url></license>
        <license><name>House Rules</name></license><license><url>https://opensource.org/licenses/MIT</url></license></licenses>
      <dependencies><dependency><groupId>org.other</groupId><artifactId>other</artifactId><version>9</version></dependency></dependencies>
      </project>`;
    expect(parsePom(document)).toEqual({
      coordinates: at("org.example", "own", "1.0"),
      licenses: ["Apache-2.0", "House Rules", "MIT"],
    });
  });

  it.each([
    [
      "from the parent",
      "<parent><groupId>g</groupId><artifactId>p</artifactId><version>2</version></parent><artifactId>a</artifactId>",
      at("g", "a", "2"),
    ],
    [
      "from properties that name others",
      "<properties><base>1.${minor}</base><minor>2</minor></properties><groupId>g</groupId><artifactId>a</artifactId><version>${base}-x</version>",
      at("g", "a", "1.2-x"),
    ],
    [
      "from what is built in",
      "<parent><groupId>g</groupId><version>3</version></parent><groupId>${project.parent.groupId}.sub</groupId><artifactId>a</artifactId><version>${project.parent.version}</version>",
      at("g.sub", "a", "3"),
    ],
    [
      "from what Debian keeps of the original",
      "<groupId>g</groupId><artifactId>a</artifactId><version>debian</version><properties><debian.g.a.originalVersion>4.1</debian.g.a.originalVersion></properties>",
      at("g", "a", "4.1"),
    ],
  ])("takes what it has not itself %s", (_, parts, coordinates) => {
    expect(parsePom(`<project>${parts}</project>`)?.coordinates).toEqual(coordinates);
  });

  it.each([
    ["no group", "<artifactId>a</artifactId><version>1</version>"],
    [
      "the artifact of its parent only",
      "<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>",
    ],
    ["an unknown property", "<groupId>g</groupId><artifactId>a</artifactId><version>${revision}</version>"],
    [
      "a property that names itself",
      "<properties><v>${v}${v}</v></properties><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version>",
    ],
    ["a group that leads elsewhere", "<groupId>../g</groupId><artifactId>a</artifactId><version>1</version>"],
  ])("makes nothing of %s", (_, parts) => {
    expect(parsePom(`<project>${parts}</project>`)).toBeNull();
  });

  it("makes nothing of what is no project", () => {
    expect(parsePom("<x><groupId>g</groupId><artifactId>a</artifactId><version>1</version></x>")).toBeNull();
    expect(parsePom("")).toBeNull();
  });
});
