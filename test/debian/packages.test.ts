import { describe, expect, it } from "vitest";
import { parseBinaryPackage, parseIndexedPackage, sourceOf } from "../../src/debian/packages.ts";
import { parseStanza } from "../../src/debian/stanza.ts";

const sha256 = "0123456789abcdef".repeat(4);
const text = `Package: libc6
Source: glibc
Version: 2.36-9+deb12u14
Architecture: amd64
Essential: no
Priority: optional
Multi-Arch: same
Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10~)
Description: GNU C Library
 long text
Filename: pool/main/g/glibc/libc6_2.36-9+deb12u14_amd64.deb
Size: 2759320
SHA256: ${sha256}
`;
const without = (field: string) => parseStanza(text.replace(new RegExp(`^${field}:.*\n`, "m"), ""));
const replaced = (field: string, value: string) =>
  parseStanza(text.replace(new RegExp(`^${field}:.*\n`, "m"), `${field}: ${value}\n`));

describe("parseIndexedPackage", () => {
  it("reads the fields of a Packages stanza", () => {
    expect(parseIndexedPackage(parseStanza(text))).toEqual({
      name: "libc6",
      version: "2.36-9+deb12u14",
      architecture: "amd64",
      source: { name: "glibc", version: "2.36-9+deb12u14" },
      essential: false,
      priority: "optional",
      section: "",
      maintainer: "",
      multiArch: "same",
      summary: "GNU C Library",
      preDepends: "",
      depends: "libgcc-s1, libcrypt1 (>= 1:4.4.10-10~)",
      provides: "",
      replaces: "",
      conflicts: "",
      breaks: "",
      filename: "pool/main/g/glibc/libc6_2.36-9+deb12u14_amd64.deb",
      size: 2759320,
      sha256,
    });
    expect(parseIndexedPackage(replaced("Essential", "yes")).essential).toBe(true);
    expect(parseIndexedPackage(replaced("Filename", "./a.deb")).filename).toBe("a.deb");
  });

  it.each(["Package", "Version", "Architecture", "Filename", "Size", "SHA256"])(
    "refuses a stanza without %s",
    (field) => {
      expect(() => parseIndexedPackage(without(field), "main/Packages")).toThrow(
        expect.objectContaining({
          code: "DEBIAN_PACKAGE_INVALID",
          message: expect.stringContaining(`has no field ${field}`),
        }),
      );
    },
  );

  it.each([
    ["Package", "../x"],
    ["Package", ""],
    ["Version", "1 2"],
    ["Architecture", "amd64/.."],
    ["Filename", "/etc/passwd"],
    ["Filename", "pool/../../etc/passwd"],
    ["Size", "-1"],
    ["Size", "12k"],
    ["SHA256", "abc"],
  ])("refuses the %s %j, naming package and line", (field, value) => {
    expect(() => parseIndexedPackage(replaced(field, value), "main/Packages")).toThrow(
      expect.objectContaining({
        code: "DEBIAN_PACKAGE_INVALID",
        message: expect.stringMatching(/^main\/Packages, line 1: /),
      }),
    );
  });

  it("needs no place in the archive for a package's own control file", () => {
    expect(parseBinaryPackage(without("Filename")).name).toBe("libc6");
  });
});

describe("sourceOf", () => {
  it.each([
    ["Package: bash\nVersion: 5.2.15-2+b13\n", "bash", "5.2.15-2"],
    ["Package: libc6\nSource: glibc\nVersion: 2.36-9\n", "glibc", "2.36-9"],
    ["Package: libperl5.36\nSource: perl\nVersion: 5.36.0-7+b2\n", "perl", "5.36.0-7"],
    ["Package: gcc\nSource: gcc-defaults (1.203)\nVersion: 4:12.2.0-3\n", "gcc-defaults", "1.203"],
    ["Package: a\nSource: b (1.0-1+b1)\nVersion: 2\n", "b", "1.0-1+b1"],
    ["Package: a\nSource: b ()\nVersion: 2+b1\n", "b", "2"],
    ["Package: a\nSource:\nVersion: 2\n", "a", "2"],
  ])("of %j is %s %s", (control, name, version) => {
    expect(sourceOf(parseStanza(control))).toEqual({ name, version });
  });
});
