import { describe, expect, it } from "vitest";
import { normalizedName, requiredNames, requiredNamesOfEgg } from "../../../src/scan/python/requires.ts";

describe("what a Python package requires", () => {
  it("is named without versions, extras and markers, those of extras left out", () => {
    const requirements = [
      "urllib3 (<1.27,>=1.21.1)",
      "Typing_Extensions>=4; python_version < '3.11'",
      "jinja2[i18n]~=3.0",
      "PySocks!=1.5.7 ; extra == 'socks'",
      "chardet ; (extra == 'x') and (python_version < '4')",
      "pip @ https://example.net/pip.whl",
      "  ",
      "-e nothing",
    ];
    expect(requiredNames(requirements)).toEqual(["jinja2", "pip", "typing-extensions", "urllib3"]);
  });

  it("stands in an egg's requires.txt before its extras and under conditions", () => {
    const text =
      "six>=1\n# note\n\n[:python_version < '3']\nenum34\n\n[test]\npytest\n[test:sys_platform == 'x']\nmore\n[:x]\nzope.interface\n";
    expect(requiredNamesOfEgg(text)).toEqual(["enum34", "six", "zope-interface"]);
  });

  it("is compared by normalised names", () => {
    expect(normalizedName("Zope._-Interface")).toBe("zope-interface");
  });
});
