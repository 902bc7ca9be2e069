import { describe, expect, it } from "vitest";
import { catalogShowText } from "../../../src/cli/catalog/show-text.ts";
import type { ShownImage } from "../../../src/flow/catalog/list/show.ts";
import { bareDefinition } from "../../support/definition.ts";
import { built, node } from "./listing.ts";

const info = {
  ...{ displayName: "Node.js", description: null, featured: false, homeUrl: "https://nodejs.org/", categories: [] },
  ...{ licence: "MIT", endOfLifeSource: "debian" },
};
const definition = {
  ...bareDefinition,
  entrypoint: ["/bin/tini"],
  cmd: ["node"],
  ports: ["8080/tcp"],
  volumes: ["/data"],
};
const page = (variants = node.variants): ShownImage => ({
  listing: { schema: "hardpan/catalog-show/1", images: [{ ...node, variants }] },
  info,
  definitions: new Map([[built.definition, definition]]),
});
const terminal = { columns: 100, color: false };

describe("the page on an image", () => {
  it("says what it is, and of each variant what people ask first", () => {
    const text = catalogShowText(page(), { ...terminal, isVariant: false });
    expect(text).toContain(`node  Node.js  [hardened]
A runtime for services, without shell or package manager.

  Categories       languages-and-frameworks
  Licence          MIT
  Home page        https://nodejs.org/
  Dates from       Debian's list of releases

24-debian13  runtime, debian-13
    also 24, 24.21, 24.21.0-debian13, 24.21.0-debian13-7427d37ee7a0
    node (1000); no shell; no package manager; linux/amd64, linux/arm64
    support: upstream until 2028-04-30; end of life 2028-04-30
    46.2 MB, 10 packages, built 2026-11-27 12:31 UTC:
      ${built.digest}
    0C 1H 3M 0L 7N 0?, by advisories of 2026-11-20

24-debian13-fips  runtime, debian-13
    also 24
    node (1000); no shell; no package manager; fips-mode; linux/amd64, linux/arm64
    support: upstream until 2028-04-30; end of life 2028-04-30
    not built here
`);
    expect(text).toContain("    root; shell: bash, sh; package manager: apt, dpkg; linux/amd64, linux/arm64\n");
    expect(text).toContain(
      "    support: Debian's long-term support team until 2028-06-30 (Debian for some uses only: See the\n      release notes); end of life 2028-04-30\n",
    );
    expect(text).toContain("    support: nobody: its makers' support ended on 2026-04-30\n");
    expect(text).toContain("    someone; shell and package manager not known before it is built; linux/amd64");
  });

  it("of one variant has all that is known, what it starts among it", () => {
    const text = catalogShowText(page([built]), { ...terminal, isVariant: true });
    for (const line of [
      "Definition       image/node/debian-13/24-debian13.yaml",
      "Variant          runtime, debian-13",
      "Runs as          node (1000)",
      "Programs         no shell; no package manager",
      "Starts           /bin/tini node",
      "Ports            8080/tcp",
      "Volumes          /data",
      "Support          upstream until 2028-04-30",
      "Built            2026-11-27 12:31 UTC",
      `Digest           ${built.digest}`,
      "Size             46.2 MB",
      "Packages         10",
    ]) {
      expect(text).toContain(`\n  ${line}\n`);
    }
    expect(text).not.toContain("Works in");
  });

  it("of a variant that was built and not scanned says how to have it counted", () => {
    const unscanned = { ...built, packages: null, vulnerabilities: null };
    const text = catalogShowText(page([unscanned]), { ...terminal, isVariant: true });
    expect(text).toContain("  Packages         not counted\n");
    expect(text).toContain("  Vulnerabilities  not counted: `hardpan cves` scans the image and counts them\n");
  });
});
