import { describe, expect, it } from "vitest";
import { parsePearPackage } from "../../../src/scan/php/pear.ts";
import { serialize } from "./serialize.ts";

const mail = {
  name: "Mail",
  channel: "pear.php.net",
  lead: { 0: { name: "Chuck", email: "chuck@example.net" }, 1: { name: "Other" } },
  version: { release: "1.4.1", api: "1.3.0" },
  license: { attribs: { uri: "https://example.net" }, _content: "New BSD License" },
  dependencies: {
    required: { php: { min: "5" }, package: { 0: { name: "PEAR", channel: "pear.php.net" }, 1: { name: "Net_SMTP" } } },
    optional: { package: { name: "No", channel: "pear.php.net" } },
  },
  filelist: {
    "Mail.php": { role: "php", installed_as: "/usr/share/php/Mail.php" },
    "no.php": { installed_as: "relative" },
    LICENSE: { role: "doc" },
  },
};

describe("a package of PEAR's registry", () => {
  it("says its name, channel, licence, lead, requirements and files", () => {
    expect(parsePearPackage(Buffer.from(serialize(mail)))).toEqual({
      name: "Mail",
      version: "1.4.1",
      channel: "pear.php.net",
      licenses: ["New BSD License"],
      supplier: "Chuck <chuck@example.net>",
      requires: ["pear.php.net/pear", "pear.php.net/net_smtp"],
      files: ["/usr/share/php/Mail.php"],
    });
  });

  it("of package.xml 1.0 has fewer of them, by other names", () => {
    const old = { package: "Old", version: "0.1", release_license: "PHP", lead: "text" };
    expect(parsePearPackage(Buffer.from(serialize(old)))).toEqual({
      name: "Old",
      version: "0.1",
      channel: "pear.php.net",
      licenses: ["PHP"],
      supplier: null,
      requires: [],
      files: [],
    });
  });

  it.each([
    ["it names no package", { version: "1" }],
    ["it names no package", { name: "a/b", version: "1" }],
    ["it gives no version of x", { name: "x", version: { release: "1 2" } }],
    ["its channel is not a channel's name", { name: "x", version: "1", channel: "a b" }],
    ["it names no package", "text"],
  ])("is refused: %s", (message, record) => {
    expect(() => parsePearPackage(Buffer.from(serialize(record)))).toThrow(
      expect.objectContaining({ code: "SCAN_FILE_INVALID", message }),
    );
  });
});
