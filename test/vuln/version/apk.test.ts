import { describe, expect, it } from "vitest";
import { compareApkVersions } from "../../../src/vuln/version/apk.ts";
import { sharedData, sharedText } from "../shared-data.ts";
import { expectAscending, expectEqual, expectTotalOrder } from "./orders.ts";

describe("the order of Alpine's versions", () => {
  // The facts of apk-tools' test/version.data (GPL-2.0-only), put in order.
  it.each([
    [["0.1.0_alpha_pre2", "0.1.0_alpha", "0.1.0_alpha2", "0.1.3_alpha", "2.2.39-r1", "2.34"]],
    [["0.6.0", "1.3_alpha", "1.3_alpha2", "1.3_alpha3", "1.3_alpha8", "1.3_pre1-r1", "1.3-r0", "1.3.1-r0", "1.3.2"]],
    [["0.9.12", "0.9.13", "0.12", "0.12.1", "0.12.2", "0.13_beta1", "0.13_beta2", "0.13_beta5"]],
    [["1.06-r6", "006", "087-r1", "103", "104-r9", "104-r11", "021109-r3", "20060512"]],
    [["1.02", "1.02.07", "1.02.10-r1", "1.03-r1", "1.2.07.8", "1.2.12.04", "1.2.12.05", "1.3.3"]],
    [["2.01.01_alpha10", "2.02-r1", "2.02.06", "2.02.10", "2.8.5-r3", "2.8.6-r1", "2.8.6-r2", "2.31"]],
    [["0.90.1-r1", "0.94", "0.98", "1.0", "1.00_beta2", "1.00", "1.1_alpha1", "1.1", "1.1a", "1.3a"]],
    [["0.15.1b", "0.15.1b-r2", "1.0-r1", "2.3.0b-r1", "2.3.0b-r4", "2.5.1-r8", "2.5.1a-r1"]],
    [["0.9.8c-r1", "0.9.8d", "1.3.5-r8", "1.3.5-r9", "1.3.5-r10", "1.6.8_p9-r2", "1.6.8_p12-r1"]],
    [["1.8.5", "1.8.5_p2", "3.1_p16", "3.1_p17", "4.2.52_p2-r1", "4.2.52_p4-r2", "4.5_p1", "4.5_p1-r1"]],
    [["1.0.0_pre20191002222144-r0", "1.0.0_pre20210530193627-r0", "1.0.0"]],
    [["1.0_p9-r0", "1.0_p10-r0"]],
    [["2.9.11_pre20051101", "2.9.11_pre20051101-r2", "2.9.11_pre20061021-r1", "5.36-r1"]],
    [["6.0_pre1", "6.0", "6.0_p1", "6.1_pre1", "6.1", "6.1_p1"]],
    [["4_beta", "23_foo"]],
    [["1.0", "1.0bc"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareApkVersions, versions);
  });

  it("has the suffixes in apk's order", () => {
    const before = ["1_alpha", "1_alpha1", "1_beta", "1_pre", "1_rc", "1_rc2", "1_rc10"];
    expectAscending(compareApkVersions, [
      ...before,
      "1",
      "1-r0",
      "1-r1",
      "1_cvs",
      "1_svn",
      "1_git",
      "1_hg",
      "1_p",
      "1a",
      "1.0",
    ]);
  });

  it("compares hashes of commits by their characters, and has them before a suffix and after a revision", () => {
    expectAscending(compareApkVersions, ["1.0-r5", "1.0~1a", "1.0~1a-r1", "1.0~b2", "1.0_p1"]);
  });

  it("has a number that begins with 0 as a fraction, but not the first", () => {
    expectAscending(compareApkVersions, ["1.0", "1.00", "1.01", "1.010", "1.1", "1.10"]);
    expectEqual(compareApkVersions, ["1.2", "01.2", "001.2"]);
  });

  it("has a text that stops being a version below one that ends there, and takes no two such texts as equal", () => {
    expectAscending(compareApkVersions, ["", "a", "1.0_rc1", "1.0!", "1.0-rc1", "1.0_foo", "1.0", "1.0-r1"]);
  });

  it("compares numbers of any length", () => {
    expectAscending(compareApkVersions, [
      "1.99999999999999999998",
      "1.99999999999999999999",
      "1.100000000000000000000",
    ]);
  });

  it("is total", () => {
    const suffixes = ["_alpha", "_p", "_foo", "_rc1"];
    expectTotalOrder(compareApkVersions, ["0", "1", "10", "02", ".", ".", "a", "~ab", "-r1", "-r", "-", ...suffixes]);
  });

  it.skipIf(sharedData === null)(
    "knows nearly all versions of Alpine's security database (needs the shared data)",
    () => {
      const known = new Set(
        [...sharedText("alpine-secdb").matchAll(/"(\d[^"\s]*)":\["CVE/g)].map(([, version = ""]) => version),
      );
      // What is no version is below the same text without its end.
      const refused = [...known].filter((version) => compareApkVersions(version, `${version}!`) <= 0);
      expect(known.size).toBeGreaterThan(3000);
      expect(refused.length).toBeLessThan(25);
    },
  );
});
