import parseExpression from "spdx-expression-parse";
import { describe, expect, it } from "vitest";
import { licenseId, licensesOf } from "../../src/debian/copyright.ts";

const header = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";

describe("licensesOf", () => {
  it("lists the licences of a machine-readable file once each, sorted", () => {
    const text = `${header}
Files: *
Copyright: 2020 A
License: GPL-2+ or Artistic

Files: debian/*
Copyright: 2021 B
License: Expat
 Permission is hereby granted …
 License: not a field

License: GPL-2+
 On Debian systems see /usr/share/common-licenses/GPL-3
`;
    expect(licensesOf(text)).toEqual(["Artistic-1.0-Perl", "GPL-2.0-or-later", "MIT"]);
  });

  it.each([
    ["GPL-2+, and LGPL-2.1+", ["GPL-2.0-or-later", "LGPL-2.1-or-later"]],
    ["GPL-1+ or Artistic, and Expat", ["Artistic-1.0-Perl", "GPL-1.0-or-later", "MIT"]],
    ["LGPLv3+_or_GPLv2+", ["GPL-2.0-or-later", "LGPL-3.0-or-later"]],
    ["BSD-3-clause and/or X11", ["BSD-3-Clause", "X11"]],
    ["\tMIT", ["MIT"]],
    ["", []],
    ["Permission to use, copy, modify, and distribute this software and its documentation", []],
  ])("splits %j", (synopsis, expected) => {
    expect(
      licensesOf(`${header}\nFiles: *\nLicense: ${synopsis}\n`).filter((id) => !id.startsWith("LicenseRef-")),
    ).toEqual(expected);
  });

  it.each([
    [
      "released under the GPL version 2 or any\nlater version, see /usr/share/common-licenses/GPL-2.",
      ["GPL-2.0-or-later"],
    ],
    ["GPL version 2, see `/usr/share/common-licenses/GPL-2'.", ["GPL-2.0-only"]],
    ["see /usr/share/common-licenses/Apache-2.0 and /usr/share/common-licenses/BSD", ["Apache-2.0", "BSD-3-Clause"]],
    ["see /usr/share/common-licenses/GPL", ["LicenseRef-GPL"]],
    ["This is free software.", []],
    ["", []],
  ])("falls back to references in %j", (text, expected) => {
    expect(licensesOf(text)).toEqual(expected);
  });
});

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
