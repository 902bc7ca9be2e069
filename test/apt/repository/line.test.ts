import { describe, expect, it } from "vitest";
import { debianLine } from "../../../src/apt/repository/debian-line.ts";
import { offers, parseRepositoryLine, repositoryName } from "../../../src/apt/repository/line.ts";

describe("parseRepositoryLine", () => {
  it("reads address, suite, components and options", () => {
    const line =
      "deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/web.gpg] https://packages.example/debian/ trixie web extra";
    const read = parseRepositoryLine(`  ${line} # the vendor's`);
    expect(read).toEqual({
      line: `${line} # the vendor's`,
      uri: "https://packages.example/debian",
      suite: "trixie",
      components: ["web", "extra"],
      architectures: ["amd64", "arm64"],
      signedBy: ["/usr/share/keyrings/web.gpg"],
    });
    expect(repositoryName(read)).toBe("https://packages.example/debian trixie");
  });

  it.each(["./", "/", "debian13/x86_64/"])("reads the flat repository %s", (suite) => {
    expect(parseRepositoryLine(`deb http://a.example/x ${suite}`)).toMatchObject({ suite, components: [] });
  });

  it("takes whole fingerprints and leaves out other architectures", () => {
    const fingerprint = "ab".repeat(20);
    const read = parseRepositoryLine(`deb [signed-by=${fingerprint} arch=amd64] file:///srv/x stable main`);
    expect(read.signedBy).toEqual([fingerprint.toUpperCase()]);
    expect([offers(read, "amd64"), offers(read, "arm64")]).toEqual([true, false]);
  });

  it.each([
    ["an address alone", "https://packages.example/apk/v3", /not a line/],
    ["sources", "deb-src https://a.example/debian trixie main", /not a line/],
    ["no component", "deb https://a.example/debian trixie", /no component/],
    ["components of a flat repository", "deb https://a.example/debian ./ main", /components/],
    ["a path that leads outside", "deb https://a.example/debian ../trixie main", /unfit name/],
    ["another scheme", "deb cdrom:[x]/ trixie main", /address/],
    [
      "a password, which it does not repeat",
      "deb https://ada:secret@a.example/debian trixie main",
      /(?!.*secret)password/,
    ],
    ["trust without signature", "deb [trusted=yes] https://a.example/debian trixie main", /the option trusted/],
    ["no expiry", "deb [check-valid-until=no] https://a.example/debian trixie main", /the option check-valid-until/],
    ["part of a fingerprint", "deb [signed-by=ABCDEF12] https://a.example/debian trixie main", /whole fingerprint/],
    ["an option without value", "deb [arch] https://a.example/debian trixie main", /no value/],
  ])("refuses %s", (_, line, message) => {
    expect(() => parseRepositoryLine(line)).toThrow(
      expect.objectContaining({ code: "APT_REPOSITORY_INVALID", message: expect.stringMatching(message) }),
    );
  });

  it("never shows a password", () => {
    const line = "deb https://ada:secret@a.example/debian trixie main";
    expect(() => parseRepositoryLine(line)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("secret") }),
    );
  });
});

describe("debianLine", () => {
  it.each([
    [
      "deb http://deb.example/debian trixie contrib non-free",
      { pocket: "release", components: ["contrib", "non-free"] },
    ],
    ["deb https://other.example/debian/ trixie-backports main", { pocket: "backports", components: ["main"] }],
    ["deb http://s.example/debian-security trixie-security contrib", { pocket: "security", components: ["contrib"] }],
    [
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://m.example/pub/debian trixie-updates main",
      { pocket: "updates", components: ["main"] },
    ],
  ])("knows %s", (line, expected) => {
    expect(debianLine(parseRepositoryLine(line), "trixie")).toEqual(expected);
  });

  it.each([
    "deb http://m.example/debian bookworm main",
    "deb http://m.example/debian trixie web",
    "deb http://m.example/linux/debian trixie main",
    "deb [signed-by=/usr/share/keyrings/vendor.gpg] http://m.example/debian trixie main",
    "deb http://m.example/debian ./",
  ])("takes %s for someone else's", (line) => {
    expect(debianLine(parseRepositoryLine(line), "trixie")).toBeNull();
  });
});
