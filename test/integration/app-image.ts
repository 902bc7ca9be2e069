import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHttp } from "../../src/http/fetch.ts";
import type { Descriptor } from "../../src/oci/descriptor.ts";
import { parseReference } from "../../src/oci/reference.ts";
import { openRepository, type Repository } from "../../src/remote/repository.ts";
import { statusStanza } from "../scan/tree.ts";
import { startRegistry } from "../support/registry.ts";
import { pushTinyImage } from "../support/tiny-image.ts";

/** The image that guides call `ghcr.io/acme/app:1.0`, in a registry of this process. */
export interface AppImage extends AsyncDisposable {
  readonly repository: Repository;
  readonly image: Descriptor;
  /** A guide's text with the registry's address in place of `ghcr.io`. */
  readonly placed: (text: string) => string;
}

const release = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n';

/** Starts the registry with the image: Debian 12 with bash. */
export async function startAppImage(): Promise<AppImage> {
  const registry = await startRegistry({ referrers: true });
  const http = createHttp({ fetch, userAgent: "hardpan-test/0", limits: { attempts: 1 } });
  const repository = openRepository(parseReference(`${registry.host}/acme/app`), { http });
  const bash = statusStanza({ Package: "bash", Version: "5.2.15-2" });
  const image = await pushTinyImage(repository, {
    layers: [{ "etc/os-release": release, "var/lib/dpkg/status": bash }],
  });
  await repository.tag(image, "1.0");
  return {
    repository,
    image,
    placed: (text) => text.replaceAll("ghcr.io", registry.host),
    [Symbol.asyncDispose]: async () => await registry.close(),
  };
}

/**
 * Writes advisories to `folder`, the security tracker's of today: CVE-2026-0001 is grave in that image, and mended in a newer
 * version. With these the Debian archive is not asked.
 */
export async function writeAppAdvisories(folder: string): Promise<void> {
  const fixed = "5.2.15-3";
  const bookworm = { status: "resolved", fixed_version: fixed, repositories: { bookworm: fixed }, urgency: "high" };
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "tracker.json"),
    JSON.stringify({ bash: { "CVE-2026-0001": { releases: { bookworm } } } }),
  );
}
