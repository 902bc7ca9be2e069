import { readFile } from "node:fs/promises";
import type { PublicKey } from "../../attest/key/model.ts";
import { FlowError } from "../error.ts";

/** Which VEX documents to heed. */
export interface VexRequest {
  /** Files and folders that the user names, and so trusts. */
  readonly locations: readonly string[];
  /** Whose statements count; none for everybody's. */
  readonly authors: readonly RegExp[];
  /** Files of public keys: what comes with an image counts where its signature verifies with one of them. */
  readonly keys: readonly string[];
}

/** Nothing named, nobody's key. */
export const noVex: VexRequest = { locations: [], authors: [], keys: [] };

/** The keys in the files that a request names. Throws FLOW_FILE_INVALID and ATTEST_KEY_INVALID. */
export async function readVexKeys({ keys }: VexRequest): Promise<readonly PublicKey[]> {
  if (keys.length === 0) return [];
  const { readPublicKey } = await import("../../attest/key/read.ts");
  return await Promise.all(
    keys.map(async (path) => {
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw new FlowError("FLOW_FILE_INVALID", `cannot read the key ${path}`, {
          hint: "name a file with a public key in PEM",
          cause,
        });
      });
      return readPublicKey(bytes, path);
    }),
  );
}
