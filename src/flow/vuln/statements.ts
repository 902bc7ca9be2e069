import type { PublicKey } from "../../attest/key/model.ts";
import { CodedError } from "../../error.ts";
import type { Sbom } from "../../sbom/model.ts";
import type { AdvisoryIndex } from "../../vuln/index/read.ts";
import type { MatchOptions } from "../../vuln/match.ts";
import type { SourcedDocument } from "../../vuln/vex/model.ts";
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
 * those of feeds; undefined where there are none. Documents that come with an image and cannot be read are noted. Throws as
 * `readVexKeys` and `readVexLocations` do.
 */
export async function statementsOf(sources: StatementSources): Promise<MatchOptions["applyStatements"]> {
  const { sbom, comesWith: found, index, request, note } = sources;
  // A key that cannot be read is a mistake, also where nothing is signed.
  const keys = await readVexKeys(request);
  const hasFeeds = index?.hasStatements() === true;
  const isEmpty = request.locations.length + found.vexDocuments.length + found.attestedVex.length === 0;
  if (isEmpty && !hasFeeds) return undefined;
  // Most images come without: what reads and applies documents is loaded only for those that do not.
  const { applyVex } = await import("../../vuln/vex/apply.ts");
  const { feedDocuments } = await import("./feed-statements.ts");
  const documents = [...(await readNamed(request, note)), ...(await readWith(found, keys, note))];
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
  keys: readonly PublicKey[],
  note: StatementSources["note"],
): Promise<readonly SourcedDocument[]> {
  if (vexDocuments.length + attestedVex.length === 0) return [];
  const { readVex } = await import("../../vuln/vex/read.ts");
  const { signedPayload } = await import("./embedded-vex.ts");
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
