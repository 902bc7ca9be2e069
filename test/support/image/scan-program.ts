import { openLayout } from "../../../src/content/layout.ts";
import { CodedError } from "../../../src/error.ts";
import { openImage } from "../../../src/facts/image.ts";
import { scanImage } from "../../../src/scan/scan.ts";
import { peakMemory } from "../peak-memory.ts";

/** What the program is to scan: the image of a layout, with limits of its own where they are given. */
export interface ScanRequest {
  readonly directory: string;
  readonly limits?: { readonly entries?: number; readonly unpackedBytes?: number; readonly keptBytes?: number };
}

/** What a run took. */
export interface ScanCost {
  readonly milliseconds: number;
  readonly peakMegabytes: number;
}

/** What a scan found. Of long lists the first hundred are shown. */
export interface ScanFound extends ScanCost {
  readonly kind: "scanned";
  readonly purls: readonly string[];
  readonly packages: number;
  /** `path: reason` */
  readonly warnings: readonly string[];
  readonly warned: number;
  readonly paths: readonly string[];
  readonly files: number;
}

/** A refusal with a coded error. */
export interface ScanRefusal extends ScanCost {
  readonly kind: "refused";
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What must not be: any other error. */
export interface ScanFailure extends ScanCost {
  readonly kind: "broken";
  readonly error: string;
}

const shown = 100;

// Run by tests as a process of its own: node scan-program.ts '{"directory":…}' prints what came of it.
const request: ScanRequest = JSON.parse(process.argv[2] ?? "");
const start = performance.now();
const outcome = await scan().catch((cause: unknown) =>
  cause instanceof CodedError
    ? { kind: "refused", code: cause.code, message: cause.message, hint: cause.hint ?? "" }
    : { kind: "broken", error: cause instanceof Error ? cause.stack : String(cause) },
);
const peakMegabytes = peakMemory() ?? process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ...outcome, milliseconds: performance.now() - start, peakMegabytes }));

async function scan() {
  const source = await openLayout(request.directory);
  const descriptor = await source.choose(null);
  const image = await openImage(source, descriptor, { platform: { os: "linux", architecture: "amd64" } });
  const { limits } = request;
  const seen = { paths: [] as string[], files: 0 };
  const { sbom } = await scanImage(source, image, {
    reference: "test",
    see({ files }) {
      seen.paths = [...files.keys().take(shown)].map((path) => path.slice(0, 200)).sort();
      seen.files = files.size;
    },
    ...(limits === undefined ? {} : { limits }),
  });
  const warnings = sbom.warnings.map(({ path, reason }) => `${path.slice(0, 200)}: ${reason.slice(0, 500)}`);
  return {
    kind: "scanned",
    purls: sbom.packages.slice(0, shown).map(({ purl }) => purl.slice(0, 200)),
    packages: sbom.packages.length,
    warnings: warnings.slice(0, shown),
    warned: warnings.length,
    ...seen,
  };
}
