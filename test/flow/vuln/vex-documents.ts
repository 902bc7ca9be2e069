import { signEnvelope } from "../../../src/attest/dsse.ts";
import type { PrivateKey } from "../../../src/attest/key/model.ts";
import { cve } from "./world.ts";

/** An OpenVEX document that differs from `planted` as said. */
export interface VexParts {
  readonly author?: string;
  readonly timestamp?: string;
  readonly vulnerability?: string;
  readonly status?: string;
  readonly justification?: string | null;
  /** None leaves products out. */
  readonly products?: readonly object[] | null;
}

/** An OpenVEX document by Mallory of one statement: `cve` is no matter in bash. */
export function vex(parts: VexParts = {}): object {
  const { author = "Mallory", timestamp = "2026-01-10T00:00:00Z", vulnerability = cve } = parts;
  const { status = "not_affected", products = [{ "@id": "pkg:deb/debian/bash" }] } = parts;
  const justification =
    parts.justification === undefined && status === "not_affected"
      ? "vulnerable_code_not_in_execute_path"
      : (parts.justification ?? null);
  return {
    ...{ "@context": "https://openvex.dev/ns/v0.2.0", "@id": `https://vex.example/${author}`, author, timestamp },
    version: 1,
    statements: [
      {
        ...{ vulnerability: { name: vulnerability }, status },
        ...(products === null ? {} : { products }),
        ...(justification === null ? {} : { justification }),
      },
    ],
  };
}

/** A DSSE envelope of `document`, signed with `keys`, as text of a file. */
export function signedVex(document: object, ...keys: readonly PrivateKey[]): string {
  const payload = Buffer.from(JSON.stringify(document));
  return Buffer.from(signEnvelope(payload, { payloadType: "application/vnd.openvex+json", keys })).toString();
}

/** An envelope as data, to change something in. */
export function opened(envelope: string): { payload: string; payloadType: string; signatures: { sig: string }[] } {
  return JSON.parse(envelope);
}
