import { describe, expect, it } from "vitest";
import { openImage } from "../../../src/facts/image.ts";
import { compareAttested, describeAttested } from "../../../src/flow/sbom/attested.ts";
import type { Descriptor } from "../../../src/oci/descriptor.ts";
import { encodeIndex } from "../../../src/oci/image-index.ts";
import { encodeManifest } from "../../../src/oci/manifest.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import { sbomReport } from "../../../src/sbom/json.ts";
import { renderSbom } from "../../../src/sbom/write.ts";
import { scanImage } from "../../../src/scan/scan.ts";
import { testImage } from "../../facts/layers.ts";
import { ourProblems } from "../../sbom/schema.ts";
import { statusStanza, trixie } from "../../scan/tree.ts";
import { put } from "../../support/tiny-image.ts";

const layer = {
  "etc/os-release": trixie,
  "var/lib/dpkg/status": [
    statusStanza({ Package: "zlib1g", Version: "1.3" }),
    statusStanza({ Package: "bash", Version: "5.2" }),
  ].join("\n"),
};
const about = { created: "2026-01-31T12:00:00Z", toolVersion: "0.1.0" };

/** An image whose attestation, in BuildKit's manner, holds `predicates` by their type. */
async function attested(
  predicates: (spdx: string) => readonly (readonly [type: string, content: string])[],
  subject: readonly object[] = [],
) {
  const { store, descriptor } = await testImage([layer]);
  const image = await openImage(store, "test");
  const { sbom } = await scanImage(store, image, { reference: "x" });
  const layers: Descriptor[] = [];
  for (const [type, content] of predicates(renderSbom(sbom, "spdx", about))) {
    const statement = `{"_type":"https://in-toto.io/Statement/v0.1","subject":${JSON.stringify(subject)},"predicateType":"${type}","predicate":${content}}`;
    const blob = await put(store, "application/vnd.in-toto+json", Buffer.from(statement));
    layers.push({ ...blob, annotations: { "in-toto.io/predicate-type": type } });
  }
  const config = await put(store, mediaTypes.config, Buffer.from("{}"));
  const attestation = await put(
    store,
    mediaTypes.manifest,
    encodeManifest({ mediaType: mediaTypes.manifest, config, layers }),
  );
  const annotations = {
    "vnd.docker.reference.type": "attestation-manifest",
    "vnd.docker.reference.digest": descriptor.digest,
  };
  const index = encodeIndex({ mediaType: mediaTypes.index, manifests: [descriptor, { ...attestation, annotations }] });
  const top = await put(store, mediaTypes.index, index);
  const { signal } = new AbortController();
  const bills = await compareAttested({ source: store, descriptor: top, manifest: descriptor, sbom, signal });
  expect(ourProblems(sbomReport({ ...sbom, attested: bills }), "sbom.schema.json")).toEqual([]);
  return { bills, notes: bills.map(describeAttested), digest: attestation.digest };
}

const spdxType = "https://spdx.dev/Document";

describe("compareAttested", () => {
  it("says that an attested bill names what is there", async () => {
    const { notes, digest } = await attested((spdx) => [[spdxType, spdx]]);
    expect(notes).toEqual([
      `the attestation ${digest} (SPDX 2.3, signature not checked) names 2 packages: all are in the image`,
    ]);
  });

  it("names what it has and the image has not, and the other way round", async () => {
    const { bills, notes, digest } = await attested((spdx) => [[spdxType, spdx.replaceAll("bash", "dash")]]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /names 2 packages: 1 are not in the image: dash 5\.2; the image has 1 of these types besides: bash 5\.2$/,
    );
    const identity = (name: string) => ({
      ...{ type: "deb", name, version: "5.2", source: { name, version: "5.2" } },
      purl: `pkg:deb/debian/${name}@5.2?arch=amd64&distro=debian-13`,
    });
    expect(bills).toEqual([
      {
        ...{ attestation: digest, format: "SPDX 2.3", otherImage: null, packages: 2 },
        ...{ missing: [identity("dash")], unnamed: [identity("bash")] },
      },
    ]);
  });

  it("says of which other image it is", async () => {
    const sha256 = "5".repeat(64);
    const strange = [{ name: "x", digest: { sha256 } }];
    const { bills, notes } = await attested(() => [[spdxType, foreign]], strange);
    expect(bills).toMatchObject([{ otherImage: `sha256:${sha256}` }]);
    expect(notes[0]).toContain(`it is of another image, sha256:${sha256}; all are in the image`);
  });

  it("passes over other predicates, and says what cannot be read", async () => {
    expect((await attested(() => [["https://slsa.dev/provenance/v1", "{}"]])).notes).toEqual([]);
    const { bills, notes, digest } = await attested(() => [[spdxType, '{"spdxVersion":"SPDX-2.3","packages":7}']]);
    expect(bills).toEqual([{ attestation: digest, problem: expect.stringContaining("packages") }]);
    expect(notes[0]).toContain(`the attestation ${digest} cannot be read: `);
  });
});

/** As scanners write it, who do not name the image by its digest. */
const foreign = JSON.stringify({
  ...{ spdxVersion: "SPDX-2.3", SPDXID: "SPDXRef-DOCUMENT", name: "x", dataLicense: "CC0-1.0" },
  documentNamespace: "https://example.org/x",
  creationInfo: { created: "2026-01-31T12:00:00Z", creators: ["Tool: other"] },
  packages: [
    {
      ...{ SPDXID: "SPDXRef-1", name: "bash", versionInfo: "5.2", downloadLocation: "NOASSERTION" },
      externalRefs: [
        { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: "pkg:deb/debian/bash@5.2" },
      ],
    },
  ],
});
