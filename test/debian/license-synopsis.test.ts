import parseExpression from "spdx-expression-parse";
import { describe, expect, it } from "vitest";
import { licenseExpressions } from "../../src/debian/license-synopsis.ts";

describe("licenseExpressions", () => {
  it.each([
    ["GPL-2+", ["GPL-2.0-or-later"]],
    ["GPL-2+ or Artistic", ["Artistic-1.0-Perl OR GPL-2.0-or-later"]],
    ["Artistic or GPL-2+", ["Artistic-1.0-Perl OR GPL-2.0-or-later"]],
    ["GPL-2+ and LGPL-2.1+", ["GPL-2.0-or-later", "LGPL-2.1-or-later"]],
    ["GPL-2+, and LGPL-2.1+", ["GPL-2.0-or-later", "LGPL-2.1-or-later"]],
    ["GPL-1+ or Artistic, and Expat", ["Artistic-1.0-Perl OR GPL-1.0-or-later", "MIT"]],
    ["GPL-2 or LGPL-2.1, or MPL-1.1", ["GPL-2.0-only OR LGPL-2.1-only OR MPL-1.1"]],
    ["MIT, BSD-3-clause or Apache-2.0", ["Apache-2.0 OR BSD-3-Clause OR MIT"]],
    ["MIT, BSD-3-clause and Apache-2.0", ["MIT", "BSD-3-Clause", "Apache-2.0"]],
    ["MIT, BSD-3-clause, or Apache-2.0", ["Apache-2.0 OR BSD-3-Clause OR MIT"]],
    ["Expat or ISC and Zlib", ["(ISC AND Zlib) OR MIT"]],
    ["LGPLv3+_or_GPLv2+", ["GPL-2.0-or-later OR LGPL-3.0-or-later"]],
    ["BSD-3-clause and/or X11", ["BSD-3-Clause", "X11"]],
    ["(GPL-2 or Expat) and ISC", ["GPL-2.0-only", "MIT", "ISC"]],
    ["MIT or MIT", ["MIT"]],
    ["GPL-2+ with Autoconf exception or ISC", ["GPL-2.0-or-later WITH Autoconf-exception-generic OR ISC"]],
    ["or", []],
    [" , ,", []],
    ["", []],
    ["Permission is granted to anyone to use this software for any purpose", []],
  ])("reads %j", (synopsis, expected) => {
    const expressions = licenseExpressions(synopsis);
    expect(expressions).toEqual(expected);
    for (const expression of expressions) expect(() => parseExpression(expression)).not.toThrow();
  });
});
