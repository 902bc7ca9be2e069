import { auditImage, neededForAudit } from "../facts/audit/audit.ts";
import { factsInput } from "../facts/facts.ts";
import { openImage } from "../facts/image.ts";
import type { AuditedFacts } from "../facts/model.ts";
import { traitInspector } from "../facts/trait.ts";
import { walkImage } from "../facts/walk.ts";
import type { ImageIdentity } from "../sbom/model.ts";
import { atMost } from "../scan/cataloger.ts";
import { catalogTree, keep } from "../scan/scan.ts";
import type { Ports } from "./ports.ts";
import { openReference } from "./reference.ts";

/** What an image really has, as `hardpan facts --json` prints it (docs/schema/facts.schema.json). */
export interface FactsReport extends AuditedFacts {
  readonly schema: "hardpan/facts/1";
  readonly image: ImageIdentity;
  readonly packages: { readonly total: number; readonly byType: Readonly<Record<string, number>> };
}

/** The report of an image, and what a reader must know of the image. */
export interface ReferenceFacts {
  readonly report: FactsReport;
  readonly notes: readonly string[];
}

/** The largest text an audit reads, in bytes. */
const textLimit = 2 ** 20;

/** Reads the image a reference stands for, once, and says what it has. */
export async function factsOfReference(
  text: string,
  options: { readonly platform: string | null },
  ports: Ports,
): Promise<ReferenceFacts> {
  await using opened = await openReference(text, options, ports);
  const { source, descriptor, platform, notes, reference } = opened;
  const { signal } = ports;
  const image = await openImage(source, descriptor, { signal, ...(platform === null ? {} : { platform }) });
  const { environment } = image.config.container;
  ports.report.step(`reading the files of ${reference}`);
  const tree = await walkImage(source, image.manifest, {
    keep: (path, file) => Math.max(keep(path, file), neededForAudit(path, environment) ? atMost(textLimit, file) : 0),
    inspector: traitInspector,
    diffIds: image.config.diffIds,
    signal,
  });
  const identity = { ...image.identity, reference };
  const { packages } = catalogTree(tree, { image: identity, config: image.config });
  const facts = auditImage(factsInput(tree, image));
  return {
    report: { schema: "hardpan/facts/1", image: identity, ...facts, packages: countByType(packages) },
    notes,
  };
}

function countByType(packages: readonly { readonly type: string }[]): FactsReport["packages"] {
  const byType: Record<string, number> = {};
  for (const { type } of packages) byType[type] = (byType[type] ?? 0) + 1;
  return { total: packages.length, byType };
}
