import { describe, expect, it } from "vitest";
import { readZipManifest } from "../../../src/scan/npm/zip-manifest.ts";
import { makeZip } from "../../archive/zip/make-zip.ts";

const manifest = (name: string) => JSON.stringify({ name, version: "1.0.0", license: "MIT" });

function read(bytes: Uint8Array) {
  const reader = readZipManifest();
  for (let at = 0; at < bytes.length; at += 7) reader.write(Uint8Array.from(bytes.subarray(at, at + 7)));
  return reader.end();
}

describe("readZipManifest", () => {
  it.each([
    ["packed", {}],
    ["stored", { stored: true }],
  ])("reads the package.json of a %s archive", (_, options) => {
    const zip = makeZip(
      {
        "node_modules/@s/a/LICENSE": "text",
        "node_modules/@s/a/test/package.json": manifest("test"),
        "node_modules/@s/a/package.json": manifest("@s/a"),
      },
      options,
    );
    expect(read(zip)).toMatchObject({ name: "@s/a", version: "1.0.0", licenses: ["MIT"] });
  });

  it.each([
    ["has none", makeZip({ "package.json": manifest("a"), "x/node_modules/a/package.json": manifest("a") })],
    ["is damaged", makeZip({ "node_modules/a/package.json": manifest("a") }, { wrongChecksum: true })],
    ["is none", Buffer.from("PK\u0003\u0004 but nothing else")],
  ])("finds nothing in what %s", (_, bytes) => {
    expect(read(bytes)).toBeNull();
  });
});
