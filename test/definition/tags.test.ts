import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildTag,
  composeTags,
  isVersionPrefix,
  parseTag,
  printTag,
  type TagParts,
  versionTags,
  withoutBuild,
} from "../../src/definition/tags.ts";

const plain: TagParts = {
  version: "24",
  distro: null,
  release: null,
  flavor: null,
  fips: false,
  stage: null,
  build: null,
};

describe("tags", () => {
  it.each<[string, Partial<TagParts>]>([
    ["24", {}],
    ["24-debian", { distro: "debian" }],
    ["24-debian13", { distro: "debian", release: "13" }],
    ["24.19.0-0", { version: "24.19.0-0" }],
    ["24-debian13-dev", { distro: "debian", release: "13", stage: "dev" }],
    ["24-fips", { fips: true }],
    ["24-debian13-fips-dev", { distro: "debian", release: "13", fips: true, stage: "dev" }],
    ["2-compat-fips-dev", { version: "2", flavor: "compat", fips: true, stage: "dev" }],
    ["9.6-php8.4-fpm", { version: "9.6", flavor: "php8.4-fpm" }],
    [
      "3.13-alpine3.23-sfw-ent-dev",
      { version: "3.13", distro: "alpine", release: "3.23", flavor: "sfw-ent", stage: "dev" },
    ],
    ["21-jdk-debian13-dev", { version: "21-jdk", distro: "debian", release: "13", stage: "dev" }],
    ["8-debian13-sdk", { version: "8", distro: "debian", release: "13", stage: "sdk" }],
    ["trixie-debian13", { version: "trixie", distro: "debian", release: "13" }],
    ["20250419", { version: "20250419" }],
    ["24-bookworm-slim", { flavor: "bookworm-slim" }],
    ["dev", { version: "dev" }],
    ["fips", { version: "fips" }],
    ["debian13", { version: "debian13" }],
    ["24-debian13-fips-dev-5d8b9aa3f7f1", { distro: "debian", release: "13", fips: true, stage: "dev", build: "5d8b9aa3f7f1" }], // biome-ignore format: one line
    ["trixie-glibc-123456789012", { version: "trixie", flavor: "glibc", build: "123456789012" }],
    ["5d8b9aa3f7f1", { version: "5d8b9aa3f7f1" }],
  ])("%s is taken apart", (tag, parts) => {
    expect(parseTag(tag)).toEqual({ ...plain, ...parts });
    expect(printTag(parseTag(tag))).toBe(tag);
  });

  it("are given back by printTag, whatever they are", () => {
    const part = fc.constantFrom(
      "24",
      "24.1",
      "0",
      "debian",
      "debian13",
      "alpine3.2",
      "fips",
      "dev",
      "sdk",
      "slim",
      "jdk",
      "x",
      "5d8b9aa3f7f1",
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        expect(printTag(parseTag(parts.join("-")))).toBe(parts.join("-"));
      }),
    );
  });

  it("are composed of every level and distribution, shortest first", () => {
    expect(composeTags("24.21.0", { distro: { name: "debian", release: "13" }, fips: true, stage: "dev" })).toEqual([
      "24-fips-dev",
      "24.21-fips-dev",
      "24.21.0-fips-dev",
      "24-debian-fips-dev",
      "24-debian13-fips-dev",
      "24.21-debian-fips-dev",
      "24.21-debian13-fips-dev",
      "24.21.0-debian-fips-dev",
      "24.21.0-debian13-fips-dev",
    ]);
    const older = { distro: { name: "debian", release: "12" }, flavor: "compat", exactDistroOnly: true };
    expect(composeTags("5", older)).toEqual(["5-debian12-compat"]);
  });
});

describe("the tag of one build", () => {
  const digest = `sha256:5d8b9aa3f7f1${"0".repeat(52)}`;

  it("is of the most exact tag with distribution and release, and of the digest", () => {
    const tags = ["24", "24-debian13-fips", "24.21.0-debian-fips", "24.21.0-debian13-fips", "24.21.0-krypton-with-a-long-name"]; // biome-ignore format: one line
    expect(buildTag(tags, digest)).toBe("24.21.0-debian13-fips-5d8b9aa3f7f1");
    expect(buildTag(["1", "trixie"], digest)).toBe("trixie-5d8b9aa3f7f1");
    expect(withoutBuild("24.21.0-debian13-fips-5d8b9aa3f7f1")).toBe("24.21.0-debian13-fips");
    expect(withoutBuild("24.21.0-debian13-fips")).toBe("24.21.0-debian13-fips");
  });

  it("is never longer than a tag may be", () => {
    expect(buildTag(["1", "2".repeat(115)], digest)).toHaveLength(128);
    expect(buildTag(["1", "2".repeat(116)], digest)).toBe("1-5d8b9aa3f7f1");
    expect(buildTag(["2".repeat(116)], digest)).toBe(null);
  });
});

describe("tags of a version known when built", () => {
  it("are the definition's and each more exact level of them", () => {
    expect(versionTags(["24", "24-debian13", "24-dev"], "24.21.0")).toEqual({
      tags: [
        "24",
        "24.21",
        "24-dev",
        "24.21.0",
        "24.21-dev",
        "24-debian13",
        "24.21.0-dev",
        "24.21-debian13",
        "24.21.0-debian13",
      ],
      dropped: [],
    });
  });

  it("are never false: what names another version is dropped, what names none stays", () => {
    expect(versionTags(["2", "2.11", "2.11.4", "trixie"], "2.6.2")).toEqual({
      tags: ["2", "2.6", "2.6.2", "trixie"],
      dropped: ["2.11", "2.11.4"],
    });
    expect(versionTags(["2"], "24.1.0").tags).toEqual([]);
  });

  it("keep what stands between version and distribution", () => {
    expect(versionTags(["21-jdk-debian13", "21-jdk"], "21.0.5").tags).toEqual([
      "21-jdk",
      "21.0-jdk",
      "21.0.5-jdk",
      "21-jdk-debian13",
      "21.0-jdk-debian13",
      "21.0.5-jdk-debian13",
    ]);
    const dated = ["20250419-glibc", "20250419-glibc-debian13"];
    expect(versionTags(dated, "20250419").tags).toEqual(dated);
    expect(versionTags([...dated, "trixie-glibc-debian13"], "20260101")).toEqual({
      tags: ["trixie-glibc-debian13"],
      dropped: dated,
    });
    expect(versionTags(["1.2.3-rc1-debian13"], "1.2.3-rc1").tags).toEqual(["1.2.3-rc1-debian13"]);
  });

  it("follow versions that are not three numbers", () => {
    expect(versionTags(["13"], "13").tags).toEqual(["13"]);
    expect(versionTags(["1"], "1.2.3.4").tags).toEqual(["1", "1.2", "1.2.3.4"]);
  });

  it.each([
    ["24", "24.1", true],
    ["24", "24", true],
    ["24", "24-1", true],
    ["2", "24", false],
    ["24.1", "24", false],
  ])("%s begins %s: %s", (prefix, version, expected) => {
    expect(isVersionPrefix(prefix, version)).toBe(expected);
  });
});
