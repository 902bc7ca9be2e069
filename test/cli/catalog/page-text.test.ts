import { describe, expect, it } from "vitest";
import { catalogPageMarkdown } from "../../../src/cli/catalog/page-text.ts";
import type { ListedVariant } from "../../../src/flow/catalog/list/model.ts";
import type { CatalogPage } from "../../../src/flow/catalog/page/model.ts";
import { mediansOf } from "../../../src/flow/catalog/page/page.ts";

const unbuilt: ListedVariant = {
  ...{ definition: "image/a/debian-13/1.2", variant: "runtime", flavor: null, distro: "debian-13" },
  ...{ tags: ["1.2", "1.2-debian13"], platforms: ["linux/amd64"], digest: null, builtAt: null, endOfLife: null },
  ...{ support: null, compliance: [], user: "nonroot", uid: 65532, shell: "", packageManager: "", size: null },
  ...{ packages: null, vulnerabilities: null },
};
const measured = (packages: number, size: number, fixable: number | null = 0) => ({ packages, size, fixable });
const counterpart = {
  ...{ image: "a:1.2-debian13", baseline: "a:1.2-slim" },
  ...{ before: measured(321, 82_000_000, 25), after: measured(32, 48_000_000, 0) },
};
const page: CatalogPage = {
  ...{ schema: "hardpan/catalog-page/1", madeOn: "2026-11-27", advisories: [], leftOut: [] },
  images: [
    {
      ...{ name: "a", displayName: "A", description: "Serves | passes on.", categories: [], licence: "MIT" },
      variants: [
        { ...unbuilt, size: 45_400_000 },
        { ...unbuilt, variant: "dev", tags: ["1.2-dev"], shell: "bash" },
        {
          ...unbuilt,
          distro: "debian-12",
          flavor: "compat",
          compliance: ["fips-mode"],
          tags: ["1.1-debian12-compat-fips"],
          shell: null,
        },
      ],
    },
  ],
  counterparts: [counterpart],
  medians: mediansOf([counterpart]),
};
const written = (changes: Partial<CatalogPage> = {}) =>
  catalogPageMarkdown({ ...page, ...changes }, { command: "hardpan catalog page" });

describe("the page on a catalogue", () => {
  it("has a line for each image, with the versions and variants of all its definitions", () => {
    expect(written()).toContain(
      "1 images in 3 definitions. This page is written by `hardpan catalog page`; it is of 2026-11-27.",
    );
    expect(written()).toContain(
      "| `a` | **A**. Serves \\| passes on. | 1.2, 1.1 | runtime, dev, compat-fips | 13, 12 | nonroot (65532) | none | 45.4 MB |",
    );
  });

  it("leaves open what is not known", () => {
    const [image] = page.images;
    if (image === undefined) throw new Error("there is no image");
    const variants = [{ ...unbuilt, user: "1000", uid: 1000, shell: null }];
    expect(written({ images: [{ ...image, description: null, variants }] })).toContain(
      "| `a` | A | 1.2 | runtime | 13 | 1000 | ? | ? |",
    );
  });

  it("sets each image beside its counterpart, and says what the middle is", () => {
    expect(written()).toContain(
      "| `a:1.2-debian13` | `a:1.2-slim` | 321 → 32 | −90 % | 82.0 MB → 48.0 MB | −41 % | 25 → 0 |",
    );
    expect(written()).toContain("In the middle: 90 % fewer packages, 41 % smaller.");
    const unknown = { ...counterpart, before: measured(2, 10, null), after: measured(3, 11) };
    expect(written({ counterparts: [unknown] })).toContain("| 2 → 3 | +50 % | 0.0 MB → 0.0 MB | +10 % | unknown |");
    expect(written({ counterparts: [], medians: null })).not.toContain("In the middle");
  });

  it("says how old the advisories are, and what is left out", () => {
    const source = { source: "osv-debian", asOf: "2025-02-12", records: 1, knowsUnfixed: true };
    const text = written({ advisories: [source], leftOut: [{ name: "vault", reason: "Debian has none." }] });
    expect(text).toContain("(advisories of 2025-02-12 and newer)");
    expect(text).toContain("| vault | Debian has none. |");
    expect(written()).not.toContain("Left out");
  });
});
