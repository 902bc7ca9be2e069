import fc from "fast-check";
import type { Sbom, SbomFile, SbomPackage } from "../../src/sbom/model.ts";
import { byTypeNameVersion } from "../../src/sbom/order.ts";

/** Any text at all: empty, with line breaks, quotes, control characters and characters of all planes. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constant("a\nb; c"),
);
const textOrNull = fc.option(text, { nil: null });
const word = fc.stringMatching(/^[a-z][a-z0-9+.-]{0,8}$/);
const digest = fc.stringMatching(/^[a-f0-9]{64}$/).map((hex) => `sha256:${hex}`);
const layer = fc.option(fc.oneof(digest, text), { nil: null });

const license = fc.oneof(
  fc.constantFrom("MIT", "Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "MIT AND ISC", "(MIT OR ISC)"),
  fc.constantFrom("LicenseRef-public-domain", "UNLICENSED", "Apache 2.0", "NOASSERTION", "NONE"),
  text,
);

const purl = fc.oneof(
  fc
    .tuple(fc.constantFrom("deb/debian", "apk/alpine", "rpm/fedora"), word, word)
    .map(
      ([kind, name, version]) =>
        `pkg:${kind}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=amd64&distro=debian-13`,
    ),
  fc
    .tuple(fc.constantFrom("npm", "pypi", "golang/example.org", "maven/org.example", "generic"), word, word)
    .map(([kind, name, version]) => `pkg:${kind}/${encodeURIComponent(name)}@${encodeURIComponent(version)}`),
  text,
);

const source = fc.option(fc.record({ name: text, version: text }), { nil: null });
const identity = {
  type: fc.oneof(fc.constantFrom("deb", "apk", "rpm", "npm", "pypi", "golang", "maven", "generic", "hardpan"), text),
  name: fc.oneof(word, text),
  version: fc.oneof(word, text),
  source,
  purl,
};

const item: fc.Arbitrary<SbomPackage> = fc.record({
  ...identity,
  licenses: fc.array(license, { maxLength: 3 }),
  locations: fc.array(fc.oneof(word, text), { maxLength: 3 }),
  layer,
  supplier: fc.oneof(
    fc.constantFrom("Jane Doe <jane@example.org>", "Debian Team (x) <a@b.c>", "NOASSERTION"),
    textOrNull,
  ),
  architecture: textOrNull,
  comments: fc.array(text, { maxLength: 2 }),
  owner: textOrNull,
  fromBase: fc.option(fc.boolean(), { nil: null }),
  dependsOn: fc.array(text, { maxLength: 2 }),
});

const hex = (length: number) =>
  fc
    .option(fc.stringMatching(new RegExp(`^[a-f0-9]{${length}}$`)), { nil: null })
    .filter((digits) => !/^0+$/.test(digits ?? ""));

const file: fc.Arbitrary<SbomFile> = fc.record({
  path: fc.oneof(word, text),
  size: fc.option(fc.nat(), { nil: null }),
  sha256: hex(64),
  sha1: hex(40),
  layer,
  owner: textOrNull,
});

/** Any bill the model allows, and with texts that no cataloger would find; relationships within it and to nowhere. */
export const bills: fc.Arbitrary<Sbom> = fc
  .record({
    image: fc.record({
      reference: fc.oneof(fc.constantFrom("registry://localhost:5000/acme/node:24", "fs:///srv/app"), text),
      digest: fc.option(digest, { nil: null }),
      platform: fc.option(fc.constantFrom("linux/amd64", "linux/arm64/v8", "a b"), { nil: null }),
    }),
    distribution: fc.option(
      fc.record({ id: fc.oneof(word, text), versionId: textOrNull, codename: textOrNull, prettyName: textOrNull }),
      { nil: null },
    ),
    packages: fc.uniqueArray(item, { maxLength: 6, selector: (one) => one.purl }),
    unowned: fc.record({ files: fc.nat(), bytes: fc.nat(), paths: fc.constant([]) }),
    base: fc.option(
      fc.record({
        reference: textOrNull,
        digest: fc.option(digest, { nil: null }),
        chainId: digest,
        layers: fc.nat(),
        namedBy: fc.constantFrom("label" as const, "annotation" as const, "user" as const),
      }),
      { nil: null },
    ),
    removed: fc.array(fc.record({ ...identity, layer, removedBy: digest }), { maxLength: 2 }),
    warnings: fc.array(fc.record({ path: text, reason: text }), { maxLength: 2 }),
    files: fc.uniqueArray(file, { maxLength: 4, selector: (one) => one.path }),
    links: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("needs", "owns", "file")), { maxLength: 12 }),
  })
  .map(({ files, links, ...bill }) => {
    const packages = bill.packages.map((one) => ({ ...one }));
    const filed = files.map((one) => ({ ...one }));
    for (const [a, b, kind] of links) {
      const from = packages[a % Math.max(packages.length, 1)];
      const to = packages[b % Math.max(packages.length, 1)];
      const owned = filed[b % Math.max(filed.length, 1)];
      if (from === undefined || to === undefined) continue;
      if (kind === "needs") from.dependsOn = [...new Set([...from.dependsOn, to.purl])].sort();
      else if (kind === "owns") to.owner = from.purl;
      else if (owned !== undefined) owned.owner = from.purl;
    }
    const sorted = filed.sort((a, b) => (a.path < b.path ? -1 : 1));
    return { ...bill, packages: packages.sort(byTypeNameVersion), ...(sorted.length === 0 ? {} : { files: sorted }) };
  });
