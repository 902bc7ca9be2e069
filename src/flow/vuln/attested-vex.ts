import { type AttestedImage, findAttestations } from "../../attest/discover.ts";
import type { PublicKey } from "../../attest/key/model.ts";
import { parseStatement } from "../../attest/statement.ts";
import { describeVerdict } from "../../attest/verdict.ts";
import { type VerifiedStatement, verifiedStatements } from "../../attest/verify.ts";
import { CodedError } from "../../error.ts";

/** An image, with whose keys to check what is attested for it, and the image it is made from, if that is known. */
export interface AttestedVexRequest extends AttestedImage {
  readonly keys: readonly PublicKey[];
  readonly base?: Omit<AttestedImage, "signal">;
  /** Is told what could not be read, in sentences. */
  readonly note?: (line: string) => void;
}

/** A VEX document that is attested for an image. */
export interface AttestedVex {
  /**
   * As JSON: the statement that has an OpenVEX document as its predicate and says what it is about where that names no
   * products, else the document itself.
   */
  readonly bytes: Uint8Array;
  /** `attestation sha256:…`, with the digest of the attestation's manifest. */
  readonly source: string;
  readonly of: "image" | "base";
  /** Whether it is about this image and signed with one of the keys. */
  readonly verified: boolean;
  /** Why, in a few words: the key it is signed with, or what is amiss. */
  readonly reason: string;
}

/** How many attestations are read, and the bytes of all VEX statements in them. */
const limits = { manifests: 20, bytes: 64 * 2 ** 20 };

/**
 * The VEX documents that are attested for an image, and those for its base: statements in its index, among its referrers and
 * those of its index, and under cosign's tags. Those that are not verified are listed too, with the reason. What is not there
 * or cannot be read suppresses nothing. Throws what reading the index does.
 */
export async function attestedVex(request: AttestedVexRequest): Promise<readonly AttestedVex[]> {
  const { base, signal } = request;
  const own = await vexOf(request, { ...request, of: "image" });
  return base === undefined ? own : [...own, ...(await vexOf({ ...base, signal }, { ...request, of: "base" }))];
}

type Choice = Pick<AttestedVexRequest, "keys" | "note"> & Pick<AttestedVex, "of">;

async function vexOf(image: AttestedImage, { keys, of, note = () => {} }: Choice): Promise<readonly AttestedVex[]> {
  const { source, signal, manifest, descriptor } = image;
  const { found, problems } = await findAttestations(image);
  for (const problem of problems) note(problem);
  if (found.length > limits.manifests) {
    note(`${manifest.digest} has ${found.length} attestations, of which ${limits.manifests} are looked at for VEX`);
  }
  const subjects = [manifest.digest, descriptor.digest];
  const documents: AttestedVex[] = [];
  let room = limits.bytes;
  for (const attestation of found.slice(0, limits.manifests)) {
    try {
      const read = await verifiedStatements(source, attestation, { keys, subjects, wanted: isVex, room, signal });
      for (const problem of read.problems) note(problem);
      for (const statement of read.statements) {
        room -= statement.bytes.length;
        documents.push(documentOf(statement, `attestation ${attestation.digest}`, of));
      }
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
      note(`the attestation ${attestation.digest} cannot be read: ${cause.message}`);
    }
  }
  return documents;
}

/** Whether a predicate is a VEX document. CSAF has no predicate type of its own; all in use have its name in them. */
function isVex(predicateType: string): boolean {
  return isOpenvex(predicateType) || /csaf/i.test(predicateType);
}

function isOpenvex(predicateType: string): boolean {
  return /^https:\/\/openvex\.dev\/ns(?:[/@]|$)/.test(predicateType);
}

function documentOf(statement: VerifiedStatement, source: string, of: AttestedVex["of"]): AttestedVex {
  const { bytes, verdict } = statement;
  const document = isOpenvex(statement.predicateType) ? (wrappedIn(bytes, source) ?? bytes) : bareIn(bytes, source);
  return { bytes: document, source, of, verified: verdict.kind === "verified", reason: describeVerdict(verdict) };
}

function bareIn(bytes: Uint8Array, source: string): Uint8Array {
  return wrappedIn(bytes, source) ?? encoded(parseStatement(bytes, source).predicate);
}

/** cosign puts what it does not know the type of into a member `Data`, and so do others after it. */
function wrappedIn(bytes: Uint8Array, source: string): Uint8Array | null {
  const { predicate } = parseStatement(bytes, source);
  const wrapped = typeof predicate === "object" && predicate !== null && "Data" in predicate ? predicate.Data : null;
  return wrapped === null ? null : encoded(wrapped);
}

function encoded(document: unknown): Uint8Array {
  return new TextEncoder().encode(typeof document === "string" ? document : JSON.stringify(document));
}
