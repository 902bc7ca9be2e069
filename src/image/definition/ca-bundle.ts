import { createTarParser } from "../../archive/tar-read.ts";
import type { Cache } from "../../cache/cache.ts";
import { ImageError } from "../error.ts";
import { createOpenDeb } from "../package/open-deb.ts";

/** Where the bundle lies, as Debian's update-ca-certificates leaves it. */
export const caBundlePath = "etc/ssl/certs/ca-certificates.crt";

/** Certificates a definition adds lie here, as an administrator of Debian would put them. */
export const localCertificates = "usr/local/share/ca-certificates/";

const shipped = /^usr\/share\/ca-certificates\/mozilla\/[^/]+\.crt$/;
const certificate = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g;
const sizeLimit = 1 << 20;

/**
 * The certificates of the package `ca-certificates` (its .deb in the cache, named by SHA-256) in one PEM text, sorted by
 * path: what its postinst would generate, as no maintainer script is run.
 */
export async function packagedCertificates(sha256: string, cache: Cache): Promise<string> {
  const key = `ca-bundle-1 ${sha256}`;
  const known = await cache.record("ca-bundle", key);
  if (typeof known === "string" && known !== "") return known;
  const deb = await createOpenDeb(cache)({ name: "ca-certificates", version: "", sha256 });
  const bundle = concatenate(readCertificates(await deb.data()), "ca-certificates");
  await cache.writeRecord("ca-bundle", key, bundle);
  return bundle;
}

/** Joins PEM files by path: `files` maps paths to texts. Throws IMAGE_PATH_INVALID for a file that holds no certificate. */
export function concatenate(files: ReadonlyMap<string, string>, what: string): string {
  const texts = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => {
      const found = text.match(certificate);
      if (found !== null) return `${found.join("\n")}\n`;
      throw new ImageError("IMAGE_PATH_INVALID", `${what}: ${path} holds no PEM certificate`, {
        hint: "a CA certificate is PEM text between BEGIN CERTIFICATE and END CERTIFICATE, in a file ending in .crt",
      });
    });
  return texts.join("");
}

function readCertificates(data: Uint8Array): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const parser = createTarParser({
    entry: (header) => (shipped.test(header.path) ? sizeLimit : 0),
    file: (header, content) => files.set(header.path, new TextDecoder().decode(content)),
  });
  parser.write(data);
  parser.end();
  return files;
}
