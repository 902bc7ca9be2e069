import { describe, expect, it } from "vitest";
import { licensesOf, mainLicensesOf } from "../../src/debian/copyright.ts";

const header = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";

describe("licensesOf", () => {
  it("lists the licences of the files of a machine-readable file once each, sorted", () => {
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
    expect(licensesOf(text)).toEqual(["Artistic-1.0-Perl OR GPL-2.0-or-later", "MIT"]);
  });

  it.each([
    ["GPL-2+, and LGPL-2.1+", ["GPL-2.0-or-later", "LGPL-2.1-or-later"]],
    ["GPL-1+ or Artistic, and Expat", ["Artistic-1.0-Perl OR GPL-1.0-or-later", "MIT"]],
    ["LGPLv3+_or_GPLv2+", ["GPL-2.0-or-later OR LGPL-3.0-or-later"]],
    ["BSD-3-clause and/or X11", ["BSD-3-Clause", "X11"]],
    ["\tMIT", ["MIT"]],
    ["", []],
    ["Permission to use, copy, modify, and distribute this software and its documentation", []],
  ])("splits %j", (synopsis, expected) => {
    expect(
      licensesOf(`${header}\nFiles: *\nLicense: ${synopsis}\n`).filter((id) => !id.startsWith("LicenseRef-")),
    ).toEqual(expected);
  });

  it("takes a licence's text for a licence where no files are named", () => {
    expect(licensesOf(`${header}\nLicense: Expat\n Permission …\n`)).toEqual(["MIT"]);
  });

  it("counts the licence of the header", () => {
    expect(licensesOf(`${header}License: ISC\n\nFiles: *\nCopyright: A\n\nLicense: Expat\n text\n`)).toEqual(["ISC"]);
  });

  it.each([
    [
      "released under the GPL version 2 or any\nlater version, see /usr/share/common-licenses/GPL-2.",
      ["GPL-2.0-or-later"],
    ],
    ["GPL version 2, see `/usr/share/common-licenses/GPL-2'.", ["GPL-2.0-only"]],
    ["see /usr/share/common-licenses/Apache-2.0 and /usr/share/common-licenses/BSD", ["Apache-2.0", "BSD-3-Clause"]],
    ["see /usr/share/common-licenses/GPL", ["LicenseRef-GPL"]],
    ["see /usr/share/common-licenses/GPL-3", ["LicenseRef-GPL-3"]],
    [
      "Boost License, Version 1.0. GPL, version 3 or (at your option) any later version: /usr/share/common-licenses/GPL",
      ["GPL-3.0-or-later"],
    ],
    ["GPL version 2 and GPL version 3, see /usr/share/common-licenses/GPL", ["LicenseRef-GPL"]],
    [
      "under the LGPL, version 2.1 or later: /usr/share/common-licenses/LGPL-2.1\nthe tools under GPL version 2, /usr/share/common-licenses/GPL-2",
      ["GPL-2.0-only", "LGPL-2.1-or-later"],
    ],
    ["This is free software.", []],
    ["", []],
  ])("falls back to references in %j", (text, expected) => {
    expect(licensesOf(text)).toEqual(expected);
  });
});

describe("the licence of a package as a whole", () => {
  const header = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";

  it("is that of all files, else of the first", () => {
    const own = "\nFiles: debian/*\nLicense: GPL-2+\n\n";
    expect(mainLicensesOf(`${header}${own}Files: *\nCopyright: A\nLicense: Expat or ISC\n`)).toEqual(["ISC OR MIT"]);
    expect(mainLicensesOf(`${header}${own}Files: src/*\nLicense: ISC\n`)).toEqual(["GPL-2.0-or-later"]);
  });

  it("is not known of a file in another form", () => {
    expect(mainLicensesOf("see /usr/share/common-licenses/GPL-2")).toBeNull();
  });
});
