import { describe, expect, it } from "vitest";
import { placeBelow, requireManyPlaces } from "../../../src/cli/image/many-places.ts";
import { parseLocator } from "../../../src/oci/locator.ts";
import { refusal } from "../../support/refusal.ts";

const image = { name: "node", tag: "24-debian13" };

describe("the place of several images", () => {
  it.each([
    ["oci-dir://out", "oci-dir://out/dhi-node"],
    ["oci-dir://out/", "oci-dir://out/dhi-node"],
    ["oci-dir:///", "oci-dir:///dhi-node"],
    ["oci-dir://with:v1/", "oci-dir://with:v1/dhi-node"],
    ["oci-dir://with:v1#", "oci-dir://with:v1/dhi-node"],
    ["oci-dir://a#b#", "oci-dir://a#b/dhi-node#"],
    ["registry://localhost:5000", "registry://localhost:5000/dhi-node"],
    ["registry://localhost:5000/acme/", "registry://localhost:5000/acme/dhi-node"],
    ["local://acme", "local://acme/dhi-node:24-debian13"],
  ])("%s has each image below it", (output, place) => {
    requireManyPlaces(output);
    expect(placeBelow(output, image)).toBe(place);
    expect(parseLocator(place)).toMatchObject({ kind: place.split(":")[0] });
  });

  it.each([
    ["oci-dir://x:v1", "CLI_USAGE"],
    ["oci-dir://x#acme/node:24", "CLI_USAGE"],
    [`oci-dir://x@sha256:${"1".repeat(64)}`, "CLI_USAGE"],
    ["registry://localhost:5000/acme:24", "CLI_USAGE"],
    [`registry://localhost:5000/acme@sha256:${"1".repeat(64)}`, "CLI_USAGE"],
    ["local://acme/node:24", "CLI_USAGE"],
    ["archive://x.tar", "CLI_USAGE"],
    ["oci-dir://", "OCI_REFERENCE_INVALID"],
    ["registry://", "OCI_REFERENCE_INVALID"],
    ["registry://localhost:5000/Acme", "OCI_REFERENCE_INVALID"],
    ["local://", "OCI_REFERENCE_INVALID"],
    ["local://acme:v1", "OCI_REFERENCE_INVALID"],
  ])("%s is refused", (output, code) => {
    expect(() => requireManyPlaces(output)).toThrow(refusal(code));
  });
});
