import { CodedError } from "../../error.ts";
import type { Sbom } from "../../sbom/model.ts";
import type { AdvisoryIndex } from "../../vuln/index/read.ts";
import { originsOf } from "../../vuln/match/origins.ts";
import type { MatchOptions } from "../../vuln/match.ts";
import type { Finding } from "../../vuln/model.ts";
import type { SourcedDocument, VexStatement } from "../../vuln/vex/model.ts";
import type { ComesWith } from "./comes-with.ts";
import { readVexKeys, type VexRequest } from "./vex-request.ts";

/** What is needed to say which statements there are. */
export interface StatementSources {
  readonly sbom: Sbom;
  readonly comesWith: ComesWith;
  readonly index: AdvisoryIndex | null;
  readonly request: VexRequest;
  readonly note: (line: string) => void;
}

/**
 * A function that says of findings what VEX documents say of them: those the user names, those that came with the image and
 * those of feeds; undefined where there are none. Documents that come with an image and cannot be read are noted.
 */
export async function statementsOf(sources: StatementSources): Promise<MatchOptions["applyStatements"]> {
  const { sbom, comesWith: found, index, request, note } = sources;
  const hasFeeds = index?.hasStatements() === true;
  const isEmpty = request.locations.length + found.vexDocuments.length + found.attestedVex.length === 0;
  if (isEmpty && !hasFeeds) return undefined;
  // Most images come without: what reads and applies documents is loaded only for those that do not.
  const { applyVex } = await import("../../vuln/vex/apply.ts");
  const documents = [...(await readNamed(request, note)), ...(await readWith(found, request, note))];
  const image = { ...sbom.image, names: found.names, digests: found.digests };
  return (findings) =>
    applyVex(findings, {
      ...{ image, distribution: sbom.distribution, base: sbom.base, authors: request.authors },
      documents: hasFeeds ? [...documents, ...feedDocuments(findings, index)] : documents,
    });
}

async function readNamed(
  { locations }: VexRequest,
  note: StatementSources["note"],
): Promise<readonly SourcedDocument[]> {
  if (locations.length === 0) return [];
  const { readVexLocations } = await import("./vex-files.ts");
  const documents = await readVexLocations(locations);
  for (const { document, source } of documents) for (const problem of document.problems) note(`${source}: ${problem}`);
  return documents;
}

/** Foreign documents: what is wrong with them is said, and stops nothing. */
async function readWith(
  { vexDocuments, attestedVex }: ComesWith,
  request: VexRequest,
  note: StatementSources["note"],
): Promise<readonly SourcedDocument[]> {
  if (vexDocuments.length + attestedVex.length === 0) return [];
  const { readVex } = await import("../../vuln/vex/read.ts");
  const { signedPayload } = await import("./embedded-vex.ts");
  const keys = vexDocuments.length > 0 ? await readVexKeys(request) : [];
  const candidates = [
    ...vexDocuments.map(({ path, text, of }) => {
      const bytes = new TextEncoder().encode(text);
      const source = `/${path} in the image`;
      // What is read is what was signed, not what else may stand beside it.
      const signed = signedPayload(bytes, { name: source, keys });
      return { bytes: signed ?? bytes, source, origin: "embedded", verified: signed !== null, scope: of } as const;
    }),
    ...attestedVex.map(({ bytes, source, verified, of }) => {
      return { bytes, source, origin: "attestation", verified, scope: of } as const;
    }),
  ];
  return candidates.flatMap(({ bytes, source, origin, verified, scope }): readonly SourcedDocument[] => {
    try {
      return [{ document: readVex(bytes, source), source, origin, verified, scope }];
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      note(`VEX that comes with the image cannot be read: ${cause.message}`);
      return [];
    }
  });
}

/** The feeds' statements about findings, those of each feed as one document. */
function feedDocuments(findings: readonly Finding[], index: AdvisoryIndex): readonly SourcedDocument[] {
  const origins = originsOf(index);
  const ids = new Set(findings.flatMap(({ id, aliases }) => [id, ...aliases]));
  const rows = [...ids].flatMap((id) => index.statements(id));
  return [...Map.groupBy(rows, (row) => row.origin)].map(([origin, group]) => {
    const source = origins.name(origin);
    // What the index has under `statement` was written by the reader of feeds, from statements of this very shape.
    const statements = group.map(({ statement }) => statement as VexStatement);
    const document = { format: "feed", id: source, author: source, timestamp: null, statements, problems: [] };
    return { document, source, origin: "feed", verified: false, scope: "image" };
  });
}
