import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chainId, chainIds } from "../../src/oci/chain-id.ts";

describe("chainIds", () => {
  it("hashes each layer's digest with the chain below it", () => {
    const joined = `sha256:${createHash("sha256").update("sha256:aa sha256:bb").digest("hex")}`;
    expect(chainIds(["sha256:aa", "sha256:bb"])).toEqual(["sha256:aa", joined]);
    expect(chainId(["sha256:aa", "sha256:bb"])).toBe(joined);
    expect(chainIds([])).toEqual([]);
    expect(chainId([])).toBe("");
  });
});
