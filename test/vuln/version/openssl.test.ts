import { describe, expect, it } from "vitest";
import { compareOpensslVersions } from "../../../src/vuln/version/openssl.ts";
import { expectAscending, expectEqual, expectTotalOrder } from "./orders.ts";

const letters = [..."abcdefghijklmnopqrstuvwxyz"];

describe("the order of OpenSSL's versions", () => {
  it("has the letters of a series in order, and doubled ones after z", () => {
    expectAscending(compareOpensslVersions, [
      "1.1.1",
      ...letters.map((letter) => `1.1.1${letter}`),
      "1.1.1za",
      "1.1.1zh",
      "1.1.2",
    ]);
    expectAscending(compareOpensslVersions, [
      "0.9.8",
      "0.9.8y",
      "0.9.8za",
      "0.9.8zb",
      "0.9.8zh",
      "1.0.0",
      "1.0.2u",
      "1.0.2zq",
      "1.1.0",
    ]);
  });

  // As the series were released, by OpenSSL's own list of releases and vulnerabilities.
  it.each([
    [
      [
        "0.9.6",
        "0.9.6-cvs",
        "0.9.6-engine",
        "0.9.6a",
        "0.9.6l",
        "0.9.6m",
        "0.9.6m-engine",
        "0.9.7-beta1",
        "0.9.7-beta6",
        "0.9.7",
      ],
    ],
    [["1.1.0-pre1", "1.1.0-pre6", "1.1.0", "1.1.0l", "1.1.1-pre1", "1.1.1-pre9", "1.1.1", "1.1.1a"]],
    [["1.0.2-beta1", "1.0.2-beta3", "1.0.2", "1.0.2a-dev", "1.0.2a", "1.0.2k", "1.0.2k-fips", "1.0.2l"]],
    [["3.0.0-dev", "3.0.0-alpha1", "3.0.0-alpha2", "3.0.0-alpha17", "3.0.0-beta1", "3.0.0-beta2", "3.0.0", "3.0.1"]],
    [["1.1.1zh", "3.0.0", "3.0.9", "3.0.10", "3.0.21", "3.1.0", "3.5.7", "3.6.3", "4.0.0", "4.0.1"]],
    [["3.0.14-dev", "3.0.14", "3.0.15"]],
  ])("has %j from older to newer", (versions) => {
    expectAscending(compareOpensslVersions, versions);
  });

  it.each([
    [["3.0.0", "3.0", "3", "03.0.00"]],
    [["1.1.1zb", "1.1.1ZB"]],
    [["1.0.2-beta1", "1.0.2beta1", "1.0.2_beta1", "1.0.2-beta-01"]],
  ])("takes %j as equal", (versions) => {
    expectEqual(compareOpensslVersions, versions);
  });

  it("has what does not begin with a number below all versions", () => {
    expectAscending(compareOpensslVersions, ["", "fips-1.1.1", "fips-1.1.2", "0.0.0-dev", "0.9.1"]);
    expect(compareOpensslVersions("FIPS-1.1.2", "fips-1.1.2")).toBe(0);
  });

  it("is total", () => {
    expectTotalOrder(compareOpensslVersions, [
      "0",
      "1",
      "10",
      ".",
      ".",
      "a",
      "z",
      "-",
      "pre",
      "beta",
      "dev",
      "fips",
      "1.1.1",
      "é",
    ]);
  });
});
