import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Digest } from "../../src/oci/digest.ts";
import { formatLocator, type Locator, parseLocator } from "../../src/oci/locator.ts";
import { parseReference } from "../../src/oci/reference.ts";

const digest = sha256Digest("");
const node = parseReference("node:24");

describe("a locator", () => {
  const cases: readonly (readonly [string, Locator])[] = [
    ["node:24", { kind: "image", reference: node }],
    ["image://node:24", { kind: "image", reference: node }],
    ["registry://node:24", { kind: "registry", reference: node }],
    ["local://node:24", { kind: "local", reference: node }],
    ["oci-dir://out", { kind: "oci-dir", path: "out", reference: null }],
    ["oci-dir:///a/b:24-debian13", { kind: "oci-dir", path: "/a/b", reference: "24-debian13" }],
    [`oci-dir://out@${digest}`, { kind: "oci-dir", path: "out", reference: digest }],
    ["oci-dir://a:b/out", { kind: "oci-dir", path: "a:b/out", reference: null }],
    ["oci-dir://out:b/", { kind: "oci-dir", path: "out:b/", reference: null }],
    ["oci-dir://out:b#", { kind: "oci-dir", path: "out:b", reference: null }],
    ["oci-dir://out#team/app:1", { kind: "oci-dir", path: "out", reference: "team/app:1" }],
    ["archive://image.tar", { kind: "archive", path: "image.tar", reference: null }],
    ["archive://image-10:00.tar", { kind: "archive", path: "image-10:00.tar", reference: null }],
    ["archive://image.tar#team/app:1", { kind: "archive", path: "image.tar", reference: "team/app:1" }],
    ["archive://a#b.tar#1.0", { kind: "archive", path: "a#b.tar", reference: "1.0" }],
    ["archive://a#b#", { kind: "archive", path: "a#b", reference: null }],
    ["fs:///", { kind: "fs", path: "/" }],
    ["fs://package-lock.json", { kind: "fs", path: "package-lock.json" }],
    ["sbom://a b.json", { kind: "sbom", path: "a b.json" }],
    ["sbom://", { kind: "sbom", path: "-" }],
    ["sbom://-", { kind: "sbom", path: "-" }],
    ["sbom://./-", { kind: "sbom", path: "./-" }],
    ["archive://-", { kind: "archive", path: "-", reference: null }],
    ["archive://-#team/app:1", { kind: "archive", path: "-", reference: "team/app:1" }],
    ["catalog://node", { kind: "catalog", name: "node", tag: null }],
    ["catalog://node:24-debian13", { kind: "catalog", name: "node", tag: parseReference("node:24-debian13").tag }],
    ["baseline://node:24", { kind: "baseline", name: "node", tag: node.tag }],
  ];

  it.each(cases)("%s is read as it is documented", (text, locator) => {
    expect(parseLocator(text)).toEqual(locator);
    expect(parseLocator(formatLocator(locator))).toEqual(locator);
  });

  it.each([
    "docker://node",
    "oci://dir",
    "oci-dir://",
    "oci-dir://:tag",
    "archive://#name",
    "archive://a.tar#No Name",
    "fs://",
    "sbom://a\0b",
    "catalog://",
    "catalog://Node",
    "catalog://a/b",
    "catalog://node:",
    "registry://",
  ])("%j is refused", (text) => {
    expect(() => parseLocator(text)).toThrow(expect.objectContaining({ code: "OCI_REFERENCE_INVALID" }));
  });

  it("names the forms there are when the scheme is unknown", () => {
    expect(() => parseLocator("docker://node")).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining("oci-dir://DIR[:TAG|@DIGEST|#NAME], archive://FILE[#NAME]"),
      }),
    );
  });

  it.each(["-", "./node.tar", "/tmp/bill.json", "../node", "~/node"])("says of the path %j what is missing", (text) => {
    expect(() => parseLocator(text)).toThrow(
      expect.objectContaining({
        code: "OCI_REFERENCE_INVALID",
        message: expect.stringContaining("before a path, and before - for standard input, stands what it is"),
        hint: expect.stringContaining("sbom://FILE"),
      }),
    );
  });

  it("with any path survives being printed", () => {
    const path = fc.stringMatching(/^[a-z:#@/.]{1,12}$/);
    const reference = fc.option(fc.constantFrom("1.0", "team/app:1", digest));
    fc.assert(
      fc.property(fc.constantFrom("oci-dir", "archive"), path, reference, (kind, where, name) => {
        const locator: Locator = { kind, path: where, reference: name };
        expect(parseLocator(formatLocator(locator))).toEqual(locator);
      }),
    );
  });
});
