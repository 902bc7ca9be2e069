import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeLayout } from "../../../../src/content/layout.ts";
import { identify, requireWatchable } from "../../../../src/flow/vuln/watch/identity.ts";
import { smallWorld } from "../../../support/flow.ts";
import { temporaryFolder } from "../../../support/temporary.ts";
import { pushTinyImage } from "../../../support/tiny-image.ts";

describe("what a reference stands for now", () => {
  it("is the digest that a layout has under the name", async () => {
    const { ports } = await smallWorld({});
    const folder = join(await temporaryFolder(), "layout");
    const push = async (text: string) => {
      let digest = "";
      await writeLayout(folder, async (target) => {
        const image = await pushTinyImage(target, { layers: [{ text }] });
        await target.tag(image, "1");
        digest = image.digest;
      });
      return digest;
    };
    const first = await push("one");
    expect(await identify(`oci-dir://${folder}:1`, null, ports)).toBe(first);
    const second = await push("two");
    expect(await identify(`oci-dir://${folder}:1`, null, ports)).toBe(second);
    expect(second).not.toBe(first);
  });

  it.each(["archive", "sbom"])("changes with the file of %s://, replaced or written to", async (kind) => {
    const { ports } = await smallWorld({});
    const folder = await temporaryFolder();
    const file = join(folder, "file");
    const now = async () => await identify(`${kind}://${file}`, null, ports);
    await writeFile(file, "1");
    const first = await now();
    expect(await now()).toBe(first);
    await writeFile(file, "12");
    const second = await now();
    await writeFile(join(folder, "other"), "12");
    await rename(join(folder, "other"), file);
    expect(new Set([first, second, await now()]).size).toBe(3);
  });

  it("is the digest that a registry's reference has, which is not asked", async () => {
    const { ports } = await smallWorld({});
    const digest = `sha256:${"a".repeat(64)}`;
    expect(await identify(`registry://127.0.0.1:9/app@${digest}`, null, ports)).toBe(digest);
  });

  it("is the digest of what the catalogue's image would be built to", async () => {
    const { ports } = await smallWorld();
    const first = await identify("catalog://small:1", null, ports);
    expect(first).toMatch(/^sha256:/);
    expect(await identify("catalog://small:1", null, ports)).toBe(first);
  });

  it("throws where there is no such file", async () => {
    const { ports } = await smallWorld({});
    await expect(identify("sbom:///absent.json", null, ports)).rejects.toMatchObject({
      code: "FLOW_UNSUPPORTED_REFERENCE",
    });
  });
});

describe("what can be watched", () => {
  it.each(["fs://.", "sbom://", "sbom://-", "archive://-"])("is not %s", (text) => {
    expect(() => requireWatchable(text)).toThrow(`${text} cannot be watched`);
  });

  it.each(["node:24", "registry://node", "oci-dir://x", "archive://x.tar", "sbom://x.json", "catalog://node"])(
    "is %s",
    (text) => {
      expect(() => requireWatchable(text)).not.toThrow();
    },
  );
});
