import { describe, expect, it } from "vitest";
import { isIdentifier } from "../../../src/scan/java/coordinates.ts";
import { knownGroup } from "../../../src/scan/java/groups.ts";

describe("knownGroup", () => {
  it.each([
    ["spring-core", "org.springframework"],
    ["spring-boot", "org.springframework.boot"],
    ["spring-boot-autoconfigure", "org.springframework.boot"],
    ["bcprov-jdk18on", "org.bouncycastle"],
    ["mysql-connector-java", "mysql"],
  ])("knows who publishes %s", (artifact, group) => {
    expect(knownGroup(artifact)).toBe(group);
    expect(isIdentifier(group)).toBe(true);
  });

  it.each(["spring", "spring-cored", "bcprov", "", "*", "constructor"])("knows nothing of %j", (artifact) => {
    expect(knownGroup(artifact)).toBeNull();
  });
});
