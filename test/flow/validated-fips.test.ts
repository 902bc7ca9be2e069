import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { buildFromCatalog } from "../../src/flow/build.ts";
import { parseConfig } from "../../src/oci/config.ts";
import { root } from "../support/cli.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { smallWorld } from "../support/flow.ts";
import { serveFolder } from "../support/serve-folder.ts";
import { temporaryFolder } from "../support/temporary.ts";

const provider = (version: string) =>
  Buffer.concat([dynamicElf(), Buffer.from(`\0OpenSSL FIPS Provider\0buildinfo\0${version}\0status\0`)]);
const packaged = { "usr/lib/x86_64-linux-gnu/ossl-modules/fips.so": { content: provider("3.5.9"), mode: 0o644 } };

async function build(definition: string, requireValidatedFips: boolean) {
  const module: TestPackage = {
    name: "openssl-provider-fips",
    version: "3.5.9-1",
    architecture: "amd64",
    files: packaged,
  };
  const text = `# syntax=hardpan/build:1-debian13
image: acme/small
tags: [1-debian13]
platforms: [linux/amd64]
accounts: { run-as: "1000", users: [{ name: app, uid: 1000, gid: 1000 }] }
${definition}`;
  const { ports } = await smallWorld({ "image/small/debian-13/1.yaml": text }, [module]);
  const request = { kind: "image", name: "small:1-debian13", platforms: [], locked: null } as const;
  const built = await buildFromCatalog({ ...request, requireValidatedFips }, ports);
  const [image] = built.index.images;
  if (image === undefined) throw new Error("no image");
  return { ...built, labels: parseConfig(image.config.bytes, "the configuration").container.labels };
}

describe("an image in FIPS mode", () => {
  it("is said to have a validated module where its definition brings one as docs/definition.md shows", async () => {
    const page = await readFile(join(root, "docs", "definition.md"), "utf8");
    const [, example = ""] = /```yaml\n(fips-compliant: true\n[\s\S]*?)```/.exec(page) ?? [];
    const folder = await temporaryFolder();
    const module = provider("3.1.2");
    await writeFile(join(folder, "fips.so"), module);
    const server = await serveFolder(folder);
    onTestFinished(async () => await server.close());
    const definition = example
      .replace(/url: .*/, `url: ${server.url}/fips.so`)
      .replace(/sha256:[0-9a-f]{64}/, `sha256:${createHash("sha256").update(module).digest("hex")}`);
    const { labels, fips } = await build(definition, true);
    expect(labels).toMatchObject({
      "io.hardpan.compliance": "fips",
      "io.hardpan.fips.module": "OpenSSL FIPS Provider 3.1.2",
    });
    expect(fips).toBe("FIPS mode on, validated module: certificate CMVP #4985 (OpenSSL FIPS Provider 3.1.2)");
  });

  it("is refused with Debian's module where a validated one is required, and else says that it is not", async () => {
    const definition = `fips-compliant: true
contents: { packages: [openssl-provider-fips] }
environment: { OPENSSL_CONF: /etc/ssl/openssl-fips.cnf }
`;
    await expect(build(definition, true)).rejects.toMatchObject({ code: "FLOW_FIPS_NOT_VALIDATED" });
    const { labels, fips, facts } = await build(definition, false);
    expect(labels["io.hardpan.compliance"]).toBe("fips-mode");
    expect(fips).toBe("FIPS mode on, module not validated (OpenSSL FIPS Provider 3.5.9)");
    expect(facts[0]?.fips).toMatchObject({ activated: true, enforced: true, intact: true, certificate: null });
  });

  it("fails without a module", async () => {
    await expect(build("fips-compliant: true\n", false)).rejects.toMatchObject({ code: "IMAGE_FIPS_INVALID" });
  });
});
