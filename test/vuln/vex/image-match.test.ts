import { describe, expect, it } from "vitest";
import { isImage, isImageIdentifier, knownImage } from "../../../src/vuln/vex/image-match.ts";
import { hex } from "./documents.ts";

const unknown = { platform: null, distribution: null };
const debian = { id: "debian", versionId: "13", codename: "trixie", prettyName: null };

function image(references: readonly string[], digests: readonly string[] = []) {
  return knownImage({ references, digests, platform: "linux/arm64/v8", distribution: debian });
}

const a = `sha256:${hex("a")}`;
const b = `sha256:${hex("b")}`;

describe("a product that is an image by its name", () => {
  it.each([
    ["pkg:oci/debian", ["debian:12"], true],
    ["pkg:oci/debian", ["ghcr.io/acme/debian:1"], true],
    ["pkg:oci/mismatch", ["debian:12"], false],
    ["pkg:oci/bian", ["debian:12"], false],
    ["pkg:oci/debian?repository_url=docker.io/library/debian", ["debian:12"], true],
    ["pkg:oci/debian?repository_url=index.docker.io/library/debian", ["debian:12"], true],
    ["pkg:oci/debian?repository_url=index.docker.io/library", ["debian:12"], true],
    ["pkg:oci/debian?repository_url=docker.io/library/debian", ["ghcr.io/acme/debian:12"], false],
    [
      "pkg:oci/kube-apiserver?repository_url=registry.k8s.io&tag=v1.26.0",
      ["registry.k8s.io/kube-apiserver:v1.26.0"],
      true,
    ],
    [
      "pkg:oci/kube-apiserver?repository_url=https://registry.k8s.io/kube-apiserver/&tag=v1.26.0",
      ["registry.k8s.io/kube-apiserver:v1.26.0"],
      true,
    ],
    ["pkg:oci/ubuntu?repository_url=localhost:5000/demo&tag=24.04", ["localhost:5000/demo/ubuntu:24.04"], true],
    ["pkg:oci/node?repository_url=dhi.io", ["dhi.io/node:24"], true],
    ["pkg:oci/node?repository_url=dhi.io", ["node:24"], false],
    ["pkg:oci/dhi%2Fnode", ["dhi/node:24"], true],
    ["pkg:oci/dhi%2Fnode", ["dhi.io/node:24"], false],
    ["pkg:oci/dhi.io%2Fnode", ["dhi.io/node:24"], true],
    ["pkg:oci/dhi/node", ["dhi/node:24"], true],
    ["pkg:docker/dhi/node", ["docker.io/dhi/node:24"], true],
    ["pkg:docker/node", ["node:24"], true],
    ["pkg:docker/node", ["acme/node:24"], false],
    ["pkg:docker/node@24", ["node:24"], true],
    ["pkg:docker/node@22", ["node:24"], false],
    ["pkg:docker/ghcr.io/acme/app@1", ["ghcr.io/acme/app:1"], true],
    ["pkg:docker/acme/app@1?repository_url=ghcr.io", ["ghcr.io/acme/app:1"], true],
    ["nginx", ["nginx:1.27"], true],
    ["nginx:1.27", ["nginx:1.27"], true],
    ["nginx:1.26", ["nginx:1.27"], false],
    ["registry.k8s.io/kube-apiserver:v1.26.0", ["registry.k8s.io/kube-apiserver:v1.26.0"], true],
    ["pkg:oci/debian?tag=latest", ["debian"], true],
    ["pkg:oci/debian?tag=12", ["debian"], false],
    ["pkg:deb/debian/debian", ["debian"], false],
    ["pkg:oci/app", ["oci-dir://app"], false],
  ])("%s of %s: %s", (identifier, references, expected) => {
    expect(isImage([identifier], image(references))).toBe(expected);
  });

  it("has no tag of another repository", () => {
    const both = image(["gcr.io/foo/alpine:1.0", "alpine:latest"]);
    expect(isImage(["pkg:oci/alpine?repository_url=gcr.io/foo/alpine&tag=latest"], both)).toBe(false);
    expect(isImage(["pkg:oci/alpine?repository_url=gcr.io/foo/alpine&tag=1.0"], both)).toBe(true);
  });
});

describe("a product that is an image by its digest", () => {
  it.each([
    ["pkg:oci/debian with an encoded digest", [`pkg:oci/debian@sha256%3A${hex("a")}`], true],
    ["pkg:oci/debian of another digest", [`pkg:oci/debian@${b}`], false],
    ["another name of the same digest", [`pkg:oci/mirror@${a}?repository_url=ghcr.io/acme/mirror&tag=1`], true],
    ["a digest alone", [hex("a")], true],
    ["a digest with its algorithm", [a], true],
    ["a reference with a digest", [`ghcr.io/acme/debian@${a}`], true],
    ["a reference with another digest", [`debian:12@${b}`], false],
    ["a name beside another digest: the digest decides", ["pkg:oci/debian", hex("b")], false],
    ["a name beside its digest", ["pkg:oci/mismatch", hex("a")], true],
    ["several digests, one of which is its", [`pkg:oci/debian@${b}`, `pkg:oci/debian@${a}`], true],
    ["a digest that is none", ["pkg:oci/debian@sha256:124c"], false],
    ["nothing", [], false],
  ])("is told by %s", (_, identifiers, expected) => {
    expect(isImage(identifiers, image(["debian:12"], [a, `sha256:${hex("c")}`]))).toBe(expected);
  });

  it("may be the index that the image is in, or be in its reference", () => {
    expect(isImage([hex("c")], image(["debian"], [a, `sha256:${hex("c")}`]))).toBe(true);
    expect(isImage([hex("c")], image([`debian@sha256:${hex("c")}`]))).toBe(true);
  });
});

describe("what else the package URL of an image demands", () => {
  it.each([
    ["arch=arm64", true],
    ["arch=amd64", false],
    ["os=linux&arch=arm64&variant=v8", true],
    ["platform=linux%2Farm64", true],
    ["platform=linux%2Farm64%2Fv8", true],
    ["platform=linux%2Farm", false],
    ["platform=linux%2Famd64", false],
    ["os_name=debian&os_version=13&os_distro=trixie", true],
    ["os_version=12", false],
    ["colour=red", false],
  ])("%s: %s", (qualifiers, expected) => {
    expect(isImage([`pkg:docker/dhi/node@24?${qualifiers}`], image(["dhi/node:24"]))).toBe(expected);
    expect(isImage([`pkg:oci/node@${a}?${qualifiers}`], image([], [a]))).toBe(expected);
  });

  it("is not given where the image's platform is not known", () => {
    const nothing = knownImage({ references: ["node"], digests: [], ...unknown });
    expect(isImage(["pkg:oci/node?arch=amd64"], nothing)).toBe(false);
    expect(isImage(["pkg:oci/node"], nothing)).toBe(true);
  });
});

describe("an identifier", () => {
  it.each([
    ["pkg:oci/a", true],
    ["pkg:docker/a", true],
    ["PKG:OCI/a", true],
    [hex("a"), true],
    ["ghcr.io/acme/app:1", true],
    ["pkg:deb/debian/a", false],
    ["https://example.org/app", false],
  ])("%s is of an image: %s", (identifier, expected) => {
    expect(isImageIdentifier(identifier)).toBe(expected);
  });
});
