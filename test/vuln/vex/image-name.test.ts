import { describe, expect, it } from "vitest";
import { imageNameOf, repositoryOf } from "../../../src/vuln/vex/image-name.ts";
import { hex } from "./documents.ts";

describe("the name of an image", () => {
  it.each([
    ["node", "docker.io/library/node", null, null],
    ["node:24", "docker.io/library/node", "24", null],
    ["dhi/node:24", "docker.io/dhi/node", "24", null],
    ["index.docker.io/library/node", "docker.io/library/node", null, null],
    ["registry-1.docker.io/node", "docker.io/library/node", null, null],
    ["registry://ghcr.io/acme/app:1.0", "ghcr.io/acme/app", "1.0", null],
    ["local://localhost:5000/app", "localhost:5000/app", null, null],
    ["image://localhost/app:x", "localhost/app", "x", null],
    [`GHCR.io/acme/app@sha256:${hex("a")}`, "ghcr.io/acme/app", null, hex("a")],
    [`app:1@sha256:${hex("a")}`, "docker.io/library/app", "1", hex("a")],
  ])("%s is the repository %s", (text, repository, tag, digest) => {
    expect(imageNameOf(text)).toEqual({ repository, tag, digest });
  });

  it.each([
    ["oci-dir://node:24"],
    ["archive:///tmp/image.tar"],
    ["fs://folder"],
    ["./image.tar"],
    ["https://example.com/document.spdx.json#node"],
    ["cpe:2.3:a:acme:app:1:*:*:*:*:*:*:*"],
    ["app:"],
    ["app@sha256:1"],
    ["app@sha256:1@sha256:2"],
    ["My App"],
    ["a/../b"],
    [""],
    ["a".repeat(601)],
  ])("%s is none", (text) => {
    expect(imageNameOf(text)).toBeNull();
  });
});

describe("a repository", () => {
  it("is read as Docker reads it", () => {
    expect(repositoryOf("hub.docker.com/node")).toBe("docker.io/library/node");
    expect(repositoryOf("[::1]:5000/node")).toBe("[::1]:5000/node");
    expect(repositoryOf("ghcr.io/")).toBeNull();
  });
});
