import parseExpression from "spdx-expression-parse";
import { describe, expect, it } from "vitest";
import { licenseId } from "../../src/debian/license-id.ts";

describe("licenseId", () => {
  it.each([
    ["GPL-2", "GPL-2.0-only"],
    ["GPL-2+", "GPL-2.0-or-later"],
    ["GPLv3+", "GPL-3.0-or-later"],
    ["gpl-2.0-or-later", "GPL-2.0-or-later"],
    ["GPL", "LicenseRef-GPL"],
    ["GPL-4", "LicenseRef-GPL-4"],
    ["LGPL-2.1", "LGPL-2.1-only"],
    ["AGPL-3+", "AGPL-3.0-or-later"],
    ["GFDL-1.3", "GFDL-1.3-only"],
    ["GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"],
    ["Expat", "MIT"],
    ["MIT/X11", "MIT"],
    ["BSD-3-clause", "BSD-3-Clause"],
    ["ZLIB", "Zlib"],
    ["Apache-2", "Apache-2.0"],
    ["OpenLDAP-2.8", "OLDAP-2.8"],
    ["public-domain", "LicenseRef-public-domain"],
    ["GPL-3+ with Bison exception", "GPL-3.0-or-later WITH Bison-exception-2.2"],
    ["GPL-3+-WITH-BISON-EXCEPTION", "GPL-3.0-or-later WITH Bison-exception-2.2"],
    ["GPL-2 with Linux-syscall-note exception", "GPL-2.0-only WITH Linux-syscall-note"],
    ["Apache-2.0 with LLVM exception", "Apache-2.0 WITH LLVM-exception"],
    ["GPL-2+ with OpenSSL exception", "LicenseRef-GPL-2-with-OpenSSL-exception"],
    ["RRA-KEEP-THIS-NOTICE", "LicenseRef-RRA-KEEP-THIS-NOTICE"],
    ["a/b (c)", "LicenseRef-a-b-c"],
    ["!!!", "LicenseRef-unknown"],
  ])("of %s is %s", (name, expected) => {
    expect(licenseId(name)).toBe(expected);
    expect(() => parseExpression(expected)).not.toThrow();
  });
});
