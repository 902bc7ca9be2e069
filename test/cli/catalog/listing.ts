import type { ListedImage, ListedVariant } from "../../../src/flow/catalog/list/model.ts";

/** A variant that was never built, with what a test says of it. */
export function variant(tag: string, more: Partial<ListedVariant> = {}): ListedVariant {
  return {
    ...{ definition: `image/node/debian-13/${tag}`, variant: "runtime", flavor: null, distro: "debian-13" },
    ...{ tags: [tag.split("-")[0] ?? tag, tag], platforms: ["linux/amd64", "linux/arm64"] },
    ...{ digest: null, builtAt: null, endOfLife: "2028-04-30", compliance: [], user: "node", uid: 1000 },
    support: { by: [{ who: "upstream", until: "2028-04-30" }], package: null, limited: null, reason: null },
    ...{ shell: "", packageManager: "", size: null, packages: null, vulnerabilities: null },
    ...more,
  };
}

/** One that was built and scanned. */
export const built = variant("24-debian13", {
  ...{
    digest: `sha256:7427d37ee7a0${"0".repeat(52)}`,
    builtAt: "2026-11-27T12:31:00.000Z",
    size: 46_210_000,
    packages: 10,
  },
  ...{ tags: ["24", "24.21", "24-debian13", "24.21.0-debian13", "24.21.0-debian13-7427d37ee7a0"] },
  vulnerabilities: {
    ...{ critical: 0, high: 1, medium: 3, low: 0, negligible: 7, unspecified: 0 },
    ...{ total: 11, fixable: 1, unfixed: 10, noDsa: 0, suppressed: 0, policy: "all", asOf: "2026-11-20" },
  },
});

/** An image with variants of three versions. */
export const node: ListedImage = {
  ...{ name: "node", displayName: "Node.js", description: "A runtime for services, without shell or package manager." },
  ...{ categories: ["languages-and-frameworks"], licence: "MIT" },
  variants: [
    built,
    variant("24-debian13-fips", { compliance: ["fips-mode"] }),
    variant("24-debian13-dev", { variant: "dev", user: "root", uid: 0, shell: "bash,sh", packageManager: "apt,dpkg" }),
    variant("22-debian12", {
      distro: "debian-12",
      support: {
        by: [{ who: "debian-lts", until: "2028-06-30" }],
        ...{ package: "nodejs", limited: "See the release notes", reason: null },
      },
    }),
    variant("20-debian12", {
      ...{ distro: "debian-12", endOfLife: null, shell: null, packageManager: null, uid: null, user: "someone" },
      support: { by: [], package: "nodejs", limited: null, reason: "its makers' support ended on 2026-04-30" },
    }),
  ],
};
