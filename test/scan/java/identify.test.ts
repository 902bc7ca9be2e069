// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what builds leave in manifests looks like this
import { describe, expect, it } from "vitest";
import { identify } from "../../../src/scan/java/identify.ts";

function facts(fileName: string, manifest: Readonly<Record<string, string>> | null, poms: readonly string[] = []) {
  return {
    fileName,
    manifest: manifest === null ? null : new Map(Object.entries(manifest)),
    poms: poms.map((text) => {
      const [group = "", artifact = "", version = ""] = text.split(":");
      return { coordinates: { group, artifact, version }, licenses: [] };
    }),
  };
}

function found(...parts: Parameters<typeof facts>): readonly string[] {
  return identify(facts(...parts)).map(({ coordinates: { group, artifact, version }, guess }) =>
    [group, artifact, version, ...(guess === null ? [] : [`(${guess})`])].join(":"),
  );
}

describe("identify", () => {
  it.each([
    ["a-1.0.jar", ["g:a:1.0"]],
    ["renamed.jar", ["g:a:1.0"]],
    ["renamed-1.0.jar", ["g:a:1.0"]],
    ["maven3-core.jar", ["org.slf4j:slf4j-simple:1.7", "org.apache.maven:maven-core:3.8.7"]],
    ["log4j-1.2-api.jar", ["org.apache.logging.log4j:log4j-1.2-api:2.19.0"]],
  ])("takes %s for what its Maven files describe", (fileName, poms) => {
    expect(found(fileName, { "implementation-version": "9" }, poms)).toEqual(poms);
  });

  it("lists what was shaded into an archive besides what it is itself", () => {
    const poms = ["g:a:1.0", "h:b:2.0"];
    expect(found("a-1.0-all.jar", {}, poms)).toEqual(poms);
    expect(found("own-3.0.jar", {}, poms)).toEqual(["own:own:3.0:(the file name)", ...poms]);
    expect(found("tool-3.0.jar", {}, ["g:a:1.0"])).toEqual(["tool:tool:3.0:(the file name)", "g:a:1.0"]);
    expect(found("own.jar", {}, poms)).toEqual(poms);
  });

  it.each([
    [
      "spring-core-6.1.0.jar",
      { "implementation-title": "spring-core" },
      "org.springframework:spring-core:6.1.0:(the artifact's name)",
    ],
    [
      "spring3-core-3.x.jar",
      { "implementation-title": "spring-core", "implementation-version": "4.3.30.RELEASE" },
      "org.springframework:spring-core:4.3.30.RELEASE:(the artifact's name)",
    ],
    [
      "tool-1.0.jar",
      { "implementation-vendor-id": "org.example", "bundle-symbolicname": "com.other" },
      "org.example:tool:1.0:(Implementation-Vendor-Id)",
    ],
    [
      "commons-text-1.9.jar",
      { "bundle-symbolicname": "org.apache.commons.commons-text;singleton:=true" },
      "org.apache.commons:commons-text:1.9:(Bundle-SymbolicName)",
    ],
    [
      "commons-text-1.9.jar",
      { "bundle-symbolicname": "org.apache.commons.text" },
      "org.apache.commons:commons-text:1.9:(Bundle-SymbolicName)",
    ],
    ["jsoup-1.15.jar", { "bundle-symbolicname": "org.jsoup" }, "org.jsoup:jsoup:1.15:(Bundle-SymbolicName)"],
    [
      "catalina.jar",
      {
        "bundle-symbolicname": "org.apache.tomcat-catalina",
        "bundle-name": "tomcat-catalina",
        "implementation-version": "9.0.70",
      },
      "org.apache.tomcat:tomcat-catalina:9.0.70:(the artifact's name)",
    ],
    [
      "tomcat9-x-9.0.70.jar",
      { "bundle-symbolicname": "org.apache.tomcat-x" },
      "org.apache.tomcat:tomcat9-x:9.0.70:(Bundle-SymbolicName)",
    ],
    ["a-1.0.jar", { "automatic-module-name": "org.example.a" }, "org.example:a:1.0:(Automatic-Module-Name)"],
    [
      "git.hpi",
      { "short-name": "git", "group-id": "org.jenkins-ci.plugins", "plugin-version": "4.11 (private)" },
      "org.jenkins-ci.plugins:git:4.11:(Group-Id)",
    ],
    [
      "app.jar",
      { "implementation-title": "demo", "implementation-version": "v0.1-SNAPSHOT" },
      "demo:demo:0.1-SNAPSHOT:(the file name)",
    ],
    ["app.jar", { "implementation-title": "A Free Text", "bundle-version": "1.2.0" }, "app:app:1.2.0:(the file name)"],
    ["native-4.1-special.jar", { "implementation-version": "4.1" }, "native:native:4.1:(the file name)"],
  ])("guesses %s from its manifest and its name", (fileName, manifest, expected) => {
    expect(found(fileName, manifest)).toEqual([expected]);
  });

  it.each([
    ["an archive without a manifest", facts("a-1.0.jar", null)],
    ["one without any version", facts("a.jar", { "implementation-title": "a" })],
    ["a version that is a placeholder", facts("a.jar", { "implementation-version": "${version}" })],
    ["a module of the JDK", facts("java.base.jmod", { "implementation-version": "17" })],
    [
      "an archive of a Java runtime",
      facts("rt.jar", { "implementation-title": "Java Runtime Environment", "implementation-version": "1.8.0" }),
    ],
  ])("makes up nothing for %s", (_, given) => {
    expect(identify(given)).toEqual([]);
  });

  it("takes the licences of the manifest for what the archive itself is", () => {
    const manifest = { "bundle-license": '"http://www.apache.org/licenses/LICENSE-2.0.txt";link=x, MIT, <<EXTERNAL>>' };
    const licenses = ["Apache-2.0", "MIT"];
    expect(identify(facts("a-1.0.jar", manifest))[0]?.licenses).toEqual(licenses);
    const shaded = identify(facts("a-1.0.jar", manifest, ["g:a:1.0", "h:b:2.0"]));
    expect(shaded.map((item) => item.licenses)).toEqual([licenses, []]);
  });
});
