import { describe, expect, it } from "vitest";
import { documentTime, documentUuid } from "../../src/sbom/identity.ts";
import { example, exampleSbom } from "./example.ts";

const image = { reference: "a", digest: `sha256:${"a".repeat(64)}`, platform: "linux/amd64" };
const bill = { ...exampleSbom, image };

describe("documentUuid", () => {
  it("is a UUID that depends on digest and format only", () => {
    const uuid = documentUuid(bill, "cyclonedx");
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(documentUuid({ ...bill, image: { ...image, reference: "b" } }, "cyclonedx")).toBe(uuid);
    expect(documentUuid(bill, "spdx")).not.toBe(uuid);
    expect(documentUuid({ ...bill, image: { ...image, digest: `sha256:${"b".repeat(64)}` } }, "cyclonedx")).not.toBe(
      uuid,
    );
  });
});

describe("documentUuid of what has no digest", () => {
  const folder = { ...exampleSbom, image: { reference: "fs:///srv", digest: null, platform: null } };

  it("depends on its name and packages", () => {
    const uuid = documentUuid(folder, "spdx");
    expect(documentUuid({ ...folder }, "spdx")).toBe(uuid);
    expect(documentUuid({ ...folder, packages: [example({})] }, "spdx")).not.toBe(uuid);
    expect(documentUuid({ ...folder, image: { ...folder.image, reference: "fs:///app" } }, "spdx")).not.toBe(uuid);
  });
});

describe("documentTime", () => {
  it("keeps seconds in UTC and refuses what is no time", () => {
    expect(documentTime("2026-01-31T13:00:00.250+01:00")).toBe("2026-01-31T12:00:00Z");
    expect(() => documentTime("yesterday")).toThrow(expect.objectContaining({ code: "SBOM_TIME_INVALID" }));
  });
});
