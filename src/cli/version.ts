import { readFileSync } from "node:fs";

/** Hardpan's own version, as its package.json says. */
export const toolVersion: string = readVersion(
  JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")),
);

function readVersion(manifest: unknown): string {
  if (
    typeof manifest === "object" &&
    manifest !== null &&
    "version" in manifest &&
    typeof manifest.version === "string"
  ) {
    return manifest.version;
  }
  throw new Error("package.json has no version");
}
