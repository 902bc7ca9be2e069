import type { PublicKey } from "./key/model.ts";

/** What a signature was found on. */
export type Means = "blob" | "envelope" | "bundle" | "manifest";

/** What became of checking signatures. A verdict that is not `verified` says why in `reason`. */
export type Verdict =
  | { readonly kind: "verified"; readonly keyId: string; readonly by: Means }
  | { readonly kind: "unsigned"; readonly reason: string }
  | { readonly kind: "not verified"; readonly reason: string };

/** Verified with `key`. */
export function verified({ id }: PublicKey, by: Means): Verdict {
  return { kind: "verified", keyId: id, by };
}

/** Signed, and for `reason` not to be relied on. */
export function notVerified(reason: string): Verdict {
  return { kind: "not verified", reason };
}

/** The verdict on signatures of which none is by any of `keys`. */
export function byAnother(keys: readonly PublicKey[]): Verdict {
  if (keys.length === 0) return notVerified("it is signed, and no key was given to check the signature with");
  return notVerified(
    `its signature is not by ${keys.length === 1 ? "the key" : "any of the keys"} ${keys.map(({ name }) => name).join(", ")}`,
  );
}

/** `verdict` in a few words. */
export function describeVerdict(verdict: Verdict): string {
  return verdict.kind === "verified" ? `signed with the key ${verdict.keyId}` : verdict.reason;
}
