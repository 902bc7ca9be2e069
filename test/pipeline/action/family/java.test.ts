import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { has } from "../../../support/program.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { runAction } from "../run.ts";

const pom = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://example.org/POM/4.0.0">
  <!-- says hello -->
  <properties>
    <netty.version>4.1.130.Final</netty.version>
  </properties>
  <dependencyManagement>
    <dependencies>
      <dependency>
        <groupId>io.netty</groupId>
        <artifactId>netty-all</artifactId>
        <version>\${netty.version}</version>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency>
      <groupId>org.example</groupId>
      <artifactId>old</artifactId>
      <version>1.9.0</version>
    </dependency>
    <dependency>
      <groupId>io.netty</groupId>
      <artifactId>netty-all</artifactId>
    </dependency>
  </dependencies>
</project>
`;

const item = (artifactId: string, version: string, groupId = "org.example") => ({ groupId, artifactId, version });

describe.skipIf(!has("javac"))("mvn/patch@v1 (needs a JDK)", { timeout: 60_000 }, () => {
  async function patch(files: Readonly<Record<string, unknown>>, inputs: object = {}) {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, "src", "it's app"), { recursive: true });
    writeFileSync(join(folder, "src", "it's app", "pom.xml"), pom);
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(
        join(folder, "src", `${name}.json`),
        typeof content === "string" ? content : JSON.stringify(content),
      );
    }
    const given = Object.fromEntries(Object.keys(files).map((name) => [name, `${name}.json`]));
    const ran = runAction(folder, "mvn/patch@v1", { inputs: { "mvn-root": "it's app", ...given, ...inputs } });
    return { ...ran, text: readFileSync(join(folder, "src", "it's app", "pom.xml"), "utf8") };
  }

  it("sets versions where the pom has them, and manages those it has not", async () => {
    const { code, text } = await patch({
      dependencies: [
        item("old", "1.10.0"),
        item("netty-all", "4.2.17.Final", "io.netty"),
        { ...item("new", "1.0"), type: "jar", comment: 'why \u00e9 "quoted" \\ <&>' },
      ],
    });
    expect(code).toBe(0);
    expect(text).toBe(
      pom
        .replace("1.9.0", "1.10.0")
        .replace(`<version>\${netty.version}`, "<version>4.2.17.Final")
        .replace(
          "      </dependency>\n    </dependencies>\n  </dependencyManagement>",
          `      </dependency>
      <dependency>
        <groupId>org.example</groupId>
        <artifactId>new</artifactId>
        <version>1.0</version>
        <type>jar</type>
      </dependency>
    </dependencies>
  </dependencyManagement>`,
        ),
    );
  });

  it("sets and adds properties", async () => {
    const { code, text } = await patch({
      properties: [
        { property: "netty.version", value: "4.1.137.Final", cve_fixes: ["CVE-1"], n: 1.5, none: null },
        { property: "new.version", value: "1 < 2 & 3" },
      ],
    });
    expect(code).toBe(0);
    expect(text).toContain(`<properties>
    <netty.version>4.1.137.Final</netty.version>
    <new.version>1 &lt; 2 &amp; 3</new.version>
  </properties>`);
  });

  it("goes down from 1.9.0 only where downgrades are allowed", async () => {
    const older = ["1.8.9", "1.9.0-rc1", "1.9.0-SNAPSHOT", "1.9.0-alpha.2", "1.0"];
    const others = ["1.9", "1.9.0.1", "1.9.0-jre", "1.10", "1.9.0.Final", "2.0-rc1"];
    const versions = [...older, ...others];
    const start = versions.map((_, index) => item(`a${index}`, "1.9.0"));
    const dependencies = versions.map((version, index) => item(`a${index}`, version));
    const { text, output } = await patch({ dependencies: [...start, ...dependencies] });
    expect(versions.filter((version) => !text.includes(`<version>${version}</version>`))).toEqual(older);
    expect(output.match(/stays at 1\.9\.0/g)).toHaveLength(older.length);
    const down = await patch({ dependencies: [...start, ...dependencies] }, { downgrade: "true" });
    expect(versions.filter((version) => !down.text.includes(`<version>${version}</version>`))).toEqual([]);
  });

  it("keeps to the element `dependencies-key` names", async () => {
    const dependencies = [item("netty-all", "4.2.17.Final", "io.netty")];
    const { text } = await patch({ dependencies }, { "dependencies-key": "dependencies" });
    expect(text).toContain(`<artifactId>netty-all</artifactId>\n        <version>\${netty.version}`);
    expect(text).toMatch(/<dependencies>\s+<dependency>\s+<groupId>org[\s\S]*<version>4\.2\.17\.Final<\/version>/);
  });

  it.each(["{}", '[{"groupId":"a","artifactId":"b"}]', '[] "'])(
    "leaves the pom alone when the list is %s",
    async (dependencies) => {
      const { code, text } = await patch({ dependencies });
      expect(code).not.toBe(0);
      expect(text).toBe(pom);
    },
  );
});

describe("mvn/mirror@v1 and gradle/mirror@v1", () => {
  const mirror = { MAVEN_MIRROR_URL: "https://mirror.example.org/maven?a=1&b=<'$(touch ran)`\\" };
  const settings = (folder: string) => readFileSync(join(folder, "home", ".m2", "settings.xml"), "utf8");

  it("do nothing without a mirror", async () => {
    const folder = await temporaryFolder();
    for (const uses of ["mvn/mirror@v1", "gradle/mirror@v1"]) {
      const ran = runAction(folder, uses);
      expect(ran).toMatchObject({ code: 0, output: expect.stringContaining("MAVEN_MIRROR_URL is not set") });
    }
    expect(() => settings(folder)).toThrow("ENOENT");
  });

  it("write Maven's settings with the mirror, and the names of the secrets only", async () => {
    const folder = await temporaryFolder();
    const environment = { ...mirror, MAVEN_USER: "ann", MAVEN_PASSWORD: "s3cret" };
    expect(runAction(folder, "mvn/mirror@v1", { environment: mirror })).toEqual({ code: 0, output: "" });
    expect(settings(folder)).not.toContain("<server>");
    expect(runAction(folder, "mvn/mirror@v1", { environment })).toEqual({ code: 0, output: "" });
    expect(settings(folder)).toContain(
      "<mirrorOf>central</mirrorOf><url>https://mirror.example.org/maven?a=1&amp;b=&lt;'$(touch ran)`\\</url>",
    );
    expect(settings(folder)).toContain(`<password>\${env.MAVEN_PASSWORD}</password>`);
    expect(settings(folder)).not.toContain("s3cret");
  });

  it("leave settings of the definition's own alone", async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, "home", ".m2"), { recursive: true });
    writeFileSync(join(folder, "home", ".m2", "settings.xml"), "<settings/>");
    expect(runAction(folder, "mvn/mirror@v1", { environment: mirror }).code).toBe(1);
    expect(settings(folder)).toBe("<settings/>");
  });

  it("write Gradle's init script beside the mirror's address", async () => {
    const folder = await temporaryFolder();
    expect(runAction(folder, "gradle/mirror@v1", { environment: mirror })).toEqual({ code: 0, output: "" });
    const file = (name: string) => readFileSync(join(folder, "home", ".gradle", name), "utf8");
    expect(file("hardpan-mirror.url")).toBe(`${mirror.MAVEN_MIRROR_URL}\n`);
    expect(file("init.d/hardpan-mirror.gradle")).toContain("repository.url = mirror");
  });
});
