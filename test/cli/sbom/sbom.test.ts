import { describe, expect, it } from "vitest";
import { wantedTypes } from "../../../src/cli/sbom/options.ts";
import { sbomCommand } from "../../../src/cli/sbom/sbom.ts";
import { sbomFormats } from "../../../src/sbom/formats.ts";

describe("hardpan sbom", () => {
  it("offers every format there is, and no other", () => {
    const format = sbomCommand.options.find(({ form }) => form.startsWith("--format"));
    expect(format?.choices?.toSorted()).toEqual(sbomFormats.toSorted());
  });

  it.each([
    [[], []],
    [["deb"], ["deb"]],
    [
      ["deb,npm", "golang, deb"],
      ["deb", "npm", "golang"],
    ],
    [[",", " "], []],
  ])("takes the types %j as %j", (texts, types) => {
    const options = { text: () => null, texts: () => texts, flag: () => false };
    expect(wantedTypes(options)).toEqual(types);
  });
});
