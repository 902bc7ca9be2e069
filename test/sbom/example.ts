import type { Sbom, SbomPackage } from "../../src/sbom/model.ts";

const digest = `sha256:${"3".repeat(64)}`;
const layer = `sha256:${"4".repeat(64)}`;

/** A package; what is not given is as empty as it may be. */
export function example(rest: Partial<SbomPackage>): SbomPackage {
  return {
    type: "npm",
    name: "a",
    version: "1.0.0",
    source: null,
    purl: "pkg:npm/a@1.0.0",
    licenses: [],
    locations: [],
    layer: null,
    supplier: null,
    architecture: null,
    comments: [],
    owner: null,
    fromBase: null,
    dependsOn: [],
    ...rest,
  };
}

/** A bill of materials with one of each kind of package and every oddity the writers have to cope with. */
export const exampleSbom: Sbom = {
  image: { reference: "registry://localhost:5000/acme/dhi-node:24-debian13", digest, platform: "linux/amd64" },
  distribution: { id: "debian", versionId: "13", codename: "trixie", prettyName: "Debian GNU/Linux 13 (trixie)" },
  packages: [
    example({
      type: "deb",
      name: "libc6",
      version: "2.41-12+b1",
      source: { name: "glibc", version: "2.41-12" },
      purl: "pkg:deb/debian/libc6@2.41-12%2Bb1?arch=amd64&distro=debian-13&upstream=glibc%402.41-12",
      licenses: ["GPL-2.0-or-later", "LGPL-2.1-or-later WITH GCC-exception-2.0", "LicenseRef-Carnegie-Mellon"],
      locations: ["var/lib/dpkg/status.d/libc6"],
      layer,
      supplier: "GNU Libc Maintainers <debian-glibc@lists.debian.org>",
      architecture: "amd64",
    }),
    example({
      type: "deb",
      name: "libstdc++6",
      version: "14.2.0-19",
      source: { name: "gcc-14", version: "14.2.0-19" },
      purl: "pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64&distro=debian-13&upstream=gcc-14",
      licenses: ["GPL-3.0-only WITH GCC-exception-3.1"],
      supplier: "Jane Doe <jane@example.org>",
      architecture: "amd64",
    }),
    example({
      type: "generic",
      name: "node",
      version: "24.21.0",
      purl: "pkg:generic/node@24.21.0",
      licenses: ["MIT"],
      supplier: "Example Foundation",
      comments: ["not compared with the official release"],
    }),
    example({ type: "generic", name: "node", version: "", purl: "pkg:generic/node", locations: ["opt/a/bin/node"] }),
    example({ type: "generic", name: "node", version: "", purl: "pkg:generic/node", locations: ["opt/b/bin/node"] }),
    example({ type: "hardpan", name: "base", version: "1", purl: "pkg:generic/hardpan-base@1" }),
    example({
      name: "@types/node",
      version: "24.0.0",
      purl: "pkg:npm/%40types/node@24.0.0",
      licenses: ["(MIT OR CC0-1.0)", "SEE LICENSE IN LICENSE.md"],
      locations: ["app/node_modules/@types/node/package.json"],
    }),
    example({ name: "ünïcode", purl: "pkg:npm/%C3%BCn%C3%AFcode@1.0.0", licenses: ["Бесплатно", "Apache 2.0"] }),
  ],
  unowned: { files: 2, bytes: 10, paths: ["a", "b"] },
  base: null,
  removed: [],
  warnings: [],
};

/** What documents of tests are written with. */
export const written = { created: "2026-01-31T12:00:00.250Z", toolVersion: "0.1.0" };
