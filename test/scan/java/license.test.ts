import { describe, expect, it } from "vitest";
import { mappedLicenses } from "../../../src/scan/java/license.ts";

describe("mappedLicenses", () => {
  it.each([
    ["Apache-2.0", "Apache-2.0"],
    ["The Apache Software License, Version 2.0", "Apache-2.0"],
    ["Apache License, Version 2.0", "Apache-2.0"],
    ["Apache License v2.0", "Apache-2.0"],
    ["Apache 2.0", "Apache-2.0"],
    ["ASL 2", "Apache-2.0"],
    ["http://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"],
    ["The MIT License", "MIT"],
    ["https://jsoup.org/license", "https://jsoup.org/license"],
    ["Bouncy Castle Licence", "MIT"],
    ["BSD", "BSD"],
    ["New BSD License", "BSD-3-Clause"],
    ["The BSD 3-Clause License", "BSD-3-Clause"],
    ["BSD 2-Clause License", "BSD-2-Clause"],
    ["Eclipse Public License - v 1.0", "EPL-1.0"],
    ["https://www.eclipse.org/org/documents/epl-v10.php", "EPL-1.0"],
    ["Eclipse Public License v2.0", "EPL-2.0"],
    ["EDL 1.0", "BSD-3-Clause"],
    ["CDDL 1.1", "CDDL-1.1"],
    ["Mozilla Public License, Version 2.0", "MPL-2.0"],
    ["GNU Lesser General Public License, Version 2.1", "LGPL-2.1"],
    ["GPL2 w/ CPE", "GPL-2.0-only WITH Classpath-exception-2.0"],
    ["Public Domain", "Public Domain"],
    ["(MIT OR CC0-1.0)", "(MIT OR CC0-1.0)"],
  ])("takes %s for %s", (name, license) => {
    expect(mappedLicenses([name.includes("://") ? { url: name } : { name }])).toEqual([license]);
  });

  it("goes by the address where the name is not known, gives each once, and shortens what is no name", () => {
    expect(
      mappedLicenses([
        { name: "Some Licence", url: "https://www.apache.org/licenses/LICENSE-2.0" },
        { name: "Apache-2.0" },
        {},
        { name: "  a\n  b  " },
        { name: "x".repeat(1000) },
      ]),
    ).toEqual(["Apache-2.0", "a b", "x".repeat(200)]);
  });
});
