import { describe, expect, it } from "vitest";
import { spdxSupplier } from "../../src/sbom/supplier.ts";

describe("spdxSupplier", () => {
  it.each([
    ["Jane Doe <jane@example.org>", "Person: Jane Doe (jane@example.org)"],
    [
      "GNU Libc Maintainers <debian-glibc@lists.debian.org>",
      "Organization: GNU Libc Maintainers (debian-glibc@lists.debian.org)",
    ],
    ["Debian Perl Group <pkg-perl@example.org>", "Organization: Debian Perl Group (pkg-perl@example.org)"],
    ["<someone@example.org>", "Person: someone@example.org (someone@example.org)"],
    ["Example Foundation", "Organization: Example Foundation"],
    ["Two\nLines (x) <a@example.org>", "Person: Two Lines x (a@example.org)"],
    ["", "NOASSERTION"],
    [null, "NOASSERTION"],
  ])("writes %j as %s", (supplier, expected) => {
    expect(spdxSupplier(supplier)).toBe(expected);
  });
});
