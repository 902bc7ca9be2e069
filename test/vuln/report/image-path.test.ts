import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageUri, relativeUri } from "../../../src/vuln/report/image-path.ts";

const named = (reference: string) => imageUri({ image: { reference, digest: null, platform: null } });

describe("the place of a finding as a URI", () => {
  it.each([
    ["registry://docker.io/library/node:24", "docker.io/library/node"],
    ["localhost:5000/x/y@sha256:ab", "localhost%3A5000/x/y"],
    ["node:24-bookworm", "node"],
    ["fs:///srv/app", "srv/app"],
    ["fs://../app", "app"],
    ["", "image"],
  ])("of the image %s is %s", (reference, uri) => {
    expect(named(reference)).toBe(uri);
  });

  it("is relative and stays where it is, whatever the path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        const uri = relativeUri(path);
        expect(uri).toMatch(/^[\w.~!'()*%-]+(\/[\w.~!'()*%-]+)*$/);
        expect(new URL(uri, "https://a.example/b/").pathname.startsWith("/b/")).toBe(true);
      }),
    );
  });
});
