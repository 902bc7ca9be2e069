import { inputMirrorAddress } from "../../apt/package-download.ts";
import { download } from "../../http/download.ts";
import { HttpError, isGone } from "../../http/error.ts";
import type { Ports } from "../ports.ts";

/** An input of a build, of any kind: a package, a tarball, a file, a tree, a layer. */
export interface KnownInput {
  /** For messages and progress: `libc6 2.41-12 amd64`. */
  readonly name: string;
  /** In hex. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** Whether an input is in the cache now; `reasons` are of mirrors that do not simply lack it. */
export type MirrorOutcome =
  | { readonly kind: "found" }
  | { readonly kind: "missing"; readonly reasons: readonly string[] };

/**
 * Brings an input into the cache from the input mirrors, where it lies as `<base>/sha256/<hex>`: for when the places it
 * came from have it no longer. Asks nobody offline. Throws CACHE_UNWRITABLE and the reason of `ports.signal`.
 */
export async function fetchBySha256(
  input: KnownInput,
  ports: Pick<Ports, "http" | "cache" | "inputMirrors" | "offline" | "signal">,
): Promise<MirrorOutcome> {
  const { http, cache, signal } = ports;
  const { sha256 } = input;
  if (ports.offline) return { kind: "missing", reasons: [] };
  const reasons: string[] = [];
  for (const base of ports.inputMirrors) {
    try {
      await download({ ...input, urls: [inputMirrorAddress(base, sha256)], files: true }, { http, cache, signal });
      return { kind: "found" };
    } catch (cause) {
      if (!(cause instanceof HttpError)) throw cause;
      if (!isGone(cause.status)) reasons.push(cause.message);
    }
  }
  return { kind: "missing", reasons };
}
