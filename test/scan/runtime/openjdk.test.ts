import { describe, expect, it } from "vitest";
import { javaLicense, readJavaRelease } from "../../../src/scan/runtime/openjdk.ts";
import { javaRelease } from "../../support/runtime-texts.ts";

describe("readJavaRelease", () => {
  it("reads the versions and who built it", () => {
    expect(readJavaRelease(javaRelease)).toEqual({
      ...{ kind: "java", version: "21.0.5", runtime: "21.0.5+11-LTS" },
      ...{ vendor: "Eclipse Adoptium", product: "Temurin-21.0.5+11" },
    });
  });

  it("reads Java 8, which says less", () => {
    const text = 'JAVA_VERSION="1.8.0_392"\nOS_NAME="Linux"\n';
    const java = { kind: "java", version: "1.8.0_392", runtime: null, vendor: null, product: null };
    expect(readJavaRelease(text)).toEqual(java);
  });

  it.each(["", "VERSION=1.2", 'JAVA_VERSION="latest"', 'JAVA_VERSION="21\n0"', "JAVA_VERSION=21"])(
    "passes over %j",
    (text) => {
      expect(readJavaRelease(text)).toBeNull();
    },
  );
});

describe("javaLicense", () => {
  it("is OpenJDK's, unless Oracle may have given the files out under another", () => {
    const java = readJavaRelease(javaRelease);
    expect(java === null ? null : javaLicense(java)).toEqual(["GPL-2.0-only WITH Classpath-exception-2.0"]);
    expect(java === null ? null : javaLicense({ ...java, vendor: "Oracle Corporation" })).toEqual([]);
    expect(java === null ? null : javaLicense({ ...java, vendor: null })).toEqual([]);
  });
});
