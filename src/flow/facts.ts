import { auditImage, neededForAudit } from "../facts/audit/audit.ts";
import { factsInput } from "../facts/facts.ts";
import { type OpenImage, openImage } from "../facts/image.ts";
import type { AuditedFacts } from "../facts/model.ts";
import { traitInspector } from "../facts/trait.ts";
import { walkImage } from "../facts/walk.ts";
import type { Source } from "../oci/graph.ts";
import { catalogTree } from "../scan/catalog.ts";
import { catalogers } from "../scan/catalogers.ts";
import { createFinder } from "../scan/finder.ts";
import { keep } from "../scan/scan.ts";
import type { Built } from "./build.ts";
import type { Ports } from "./ports.ts";
import { openReference } from "./reference.ts";

/** What an image really has, as `hardpan facts --json` prints it (docs/schema/facts.schema.json). */
export interface FactsReport extends AuditedFacts {
  readonly schema: "hardpan/facts/1";
  readonly image: OpenImage["identity"];
  readonly packages: { readonly total: number; readonly byType: Readonly<Record<string, number>> };
}

/** The report of an image, and what a reader must know of the image. */
export interface ReferenceFacts {
  readonly report: FactsReport;
  readonly notes: readonly string[];
}

/** The largest text an audit reads, in bytes. */
const textLimit = 2 ** 20;

/** Bump when other packages are found in the same image, or facts take another form. */
const rules = "facts/2";

/**
 * Says what the image a reference stands for has. What was built here is known since then, and its packages since they
 * were asked for first; any other image is read once.
 */
export async function factsOfReference(
  text: string,
  options: { readonly platform: string | null },
  ports: Ports,
): Promise<ReferenceFacts> {
  await using opened = await openReference(text, options, ports);
  const { source, descriptor, choice, notes, reference } = opened;
  const { signal } = ports;
  const image = await openImage(source, descriptor, { signal, ...choice });
  const identity = { ...image.identity, reference };
  const known = knownFacts(opened.built, image.identity.digest);
  const key = `${rules} ${image.identity.digest}`;
  const counted = known === null ? null : await ports.cache.record("package-count", key);
  if (known !== null && isPackageCount(counted)) return { report: reportOf(identity, known, counted), notes };
  ports.report.step(`reading the files of ${reference}`);
  const walked = await walkFacts(image, source, { reference, signal });
  if (known !== null) await ports.cache.writeRecord("package-count", key, walked.packages);
  return { report: reportOf(identity, known ?? walked.facts, walked.packages), notes };
}

/** What an image was found to have when it was built, by the digest of its manifest; null where it was not built here. */
function knownFacts(built: Built | null, digest: string): AuditedFacts | null {
  const index = built?.index.images.findIndex((candidate) => candidate.manifest.descriptor.digest === digest) ?? -1;
  return built?.facts[index] ?? null;
}

async function walkFacts(
  image: OpenImage,
  source: Source,
  { reference, signal }: { readonly reference: string; readonly signal: AbortSignal },
) {
  const { environment } = image.config.container;
  const finder = createFinder(catalogers);
  const tree = await walkImage(source, image.manifest, {
    keep: (path, file) => {
      const isText = neededForAudit(path, environment) && (file.type === "link" || file.size <= textLimit);
      return Math.max(keep(path, file), isText ? textLimit : 0);
    },
    inspector: traitInspector,
    finder,
    diffIds: image.config.diffIds,
    signal,
  }).finally(() => finder.close());
  const { packages } = catalogTree(tree, {
    image: { ...image.identity, reference },
    config: image.config,
    base: null,
  });
  return { facts: auditImage(factsInput(tree, image)), packages: countByType(packages) };
}

function reportOf(image: OpenImage["identity"], facts: AuditedFacts, packages: FactsReport["packages"]): FactsReport {
  return { schema: "hardpan/facts/1", image, ...facts, packages };
}

function isPackageCount(value: unknown): value is FactsReport["packages"] {
  return typeof value === "object" && value !== null && "total" in value && "byType" in value;
}

function countByType(packages: readonly { readonly type: string }[]): FactsReport["packages"] {
  const byType: Record<string, number> = {};
  for (const { type } of packages) byType[type] = (byType[type] ?? 0) + 1;
  return { total: packages.length, byType };
}
