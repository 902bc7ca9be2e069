import { createZipStream } from "../../archive/zip/stream.ts";
import type { ContentReader } from "../cataloger.ts";
import { longestManifest, type Manifest, parseManifest } from "./manifest.ts";

/**
 * Reads the package.json of a package that Yarn keeps as a zip archive, in which it stands where it would be installed:
 * `node_modules/<name>/package.json`. Finds null in archives without one.
 */
export function readZipManifest(): ContentReader<Manifest> {
  let manifest: Manifest | null = null;
  const stream = createZipStream({
    entry({ name }) {
      if (manifest !== null || !/^node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(name)) return null;
      const done = (content: Uint8Array) => {
        manifest = parseManifest(new TextDecoder().decode(content));
      };
      return { hold: { limit: longestManifest, done, failed() {} } };
    },
  });
  return {
    write: stream.write,
    end() {
      stream.end();
      return manifest;
    },
  };
}
