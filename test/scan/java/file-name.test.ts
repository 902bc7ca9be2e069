import { describe, expect, it } from "vitest";
import { archiveName } from "../../../src/scan/java/file-name.ts";

describe("archiveName", () => {
  it.each([
    ["commons-lang3-3.12.0.jar", "commons-lang3", "3.12.0"],
    ["guava-31.1-jre.jar", "guava", "31.1-jre"],
    ["log4j-1.2-api-2.17.1.jar", "log4j-1.2-api", "2.17.1"],
    ["postgresql-42.2-1201-jdbc41.jar", "postgresql", "42.2-1201-jdbc41"],
    ["app-1.0-20240101.120000-3.war", "app", "1.0-20240101.120000-3"],
    ["app-1.0-SNAPSHOT-all.jar", "app", "1.0-SNAPSHOT"],
    ["netty-transport-native-epoll-4.1.100.Final-linux-x86_64.jar", "netty-transport-native-epoll", "4.1.100.Final"],
    ["tool-1.0-jar-with-dependencies.jar", "tool", "1.0"],
    ["spring3-core-3.x.jar", "spring3-core", null],
    ["app.jar", "app", null],
    ["-1.0.jar", "-1.0", null],
    [".jar", "", null],
  ])("parts %s", (fileName, name, version) => {
    expect(archiveName(fileName)).toMatchObject({ name, version });
  });

  it("takes no long time for a name made to take long", () => {
    const started = performance.now();
    archiveName(`${"-1-a".repeat(10_000)}.jar`);
    archiveName(`${"-all".repeat(10_000)}.jar`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
