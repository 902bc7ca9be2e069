import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { buildFromCatalog } from "../../src/flow/build.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { dynamicElf } from "../support/dynamic-program.ts";
import { buildAndWalk, smallDefinition, smallSystem, smallWorld } from "../support/flow.ts";
import { serveContent } from "../support/serve-content.ts";

const provider = (version: string) =>
  Buffer.concat([dynamicElf(), Buffer.from(`\0OpenSSL FIPS Provider\0buildinfo\0${version}\0`)]);
const integrityKey = Buffer.from("f4556650ac31d35461610bac4ed81b1a181b2d8a43ea2854cbae22ca74560813", "hex");
const packaged: TestPackage = {
  name: "openssl-provider-fips",
  version: "3.5.4-1",
  architecture: "amd64",
  files: { "usr/lib/x86_64-linux-gnu/ossl-modules/fips.so": provider("3.5.4") },
};
const openssl: TestPackage = {
  name: "openssl",
  version: "3.5.4-1",
  architecture: "amd64",
  files: { "usr/lib/ssl/openssl.cnf": { symlink: "/etc/ssl/openssl.cnf" }, "etc/ssl/openssl.cnf": "# plain\n" },
};

const fipsDefinition = (packages: string, { contents = "", labels = "{}" } = {}) =>
  smallDefinition
    .replace("contents:\n", `fips-compliant: true\nlabels: ${labels}\ncontents:\n${contents}`)
    .replace("libz1, tzdata", `libz1, tzdata${packages}`);

async function world(definition: string) {
  return await smallWorld({ "image/small/debian-13/1.yaml": definition }, [...smallSystem, openssl, packaged]);
}

const colons = (hex: string) => hex.toUpperCase().match(/../g)?.join(":");

/** A definition that brings a module by checksum from a server of its own. */
async function bringing(version: string, labels?: string): Promise<string> {
  const module = provider(version);
  const port = await serveContent(module);
  const contents = `  files:
    - url: http://127.0.0.1:${port}/fips.so
      checksum: sha256:${createHash("sha256").update(module).digest("hex")}
      path: /usr/local/lib/ossl-modules/fips.so
      spdx: { name: module, version: "${version}", packages: [{ name: module, purl: "pkg:generic/module@${version}" }] }
`;
  return fipsDefinition(", openssl, openssl-provider-fips", { contents, ...(labels === undefined ? {} : { labels }) });
}

const certified = '{ io.hardpan.fips.certificate: "CMVP #4985" }';
const request = { kind: "image", name: "small:1", platforms: [], locked: null } as const;

describe("an image in FIPS mode", () => {
  it("switches the packaged module on for all programs, with the value it checks itself with", async () => {
    const { ports } = await world(fipsDefinition(", openssl, openssl-provider-fips"));
    const { built, text, tree, opened } = await buildAndWalk("small:1", ports);
    const mac = createHmac("sha256", integrityKey).update(provider("3.5.4")).digest("hex");
    expect(text("etc/ssl/fipsmodule.cnf")).toContain(`module-mac = ${colons(mac)}\n`);
    expect(text("etc/ssl/fipsmodule.cnf")).toContain("module = /usr/lib/x86_64-linux-gnu/ossl-modules/fips.so\n");
    expect(tree.files.get("usr/lib/ssl/openssl.cnf")).toMatchObject({ linkPath: "/etc/ssl/openssl-fips.cnf" });
    expect(text("etc/ssl/openssl.cnf")).toBe("# plain\n");
    expect(opened.config.container.labels).toMatchObject({
      "io.hardpan.compliance": "fips-mode",
      "io.hardpan.fips.module": "OpenSSL FIPS Provider 3.5.4",
    });
    expect(built.fips).toBe("FIPS mode on, module not validated (OpenSSL FIPS Provider 3.5.4)");
    expect(built.facts[0]?.fips).toMatchObject({ activated: true, enforced: true, intact: true, certificate: null });
    expect([...tree.files.keys()].filter((path) => path.includes(".wh."))).toEqual([]);
  });

  it("takes a module the definition brings before the packaged one; with its certificate the image is compliant", async () => {
    const { ports } = await world(await bringing("3.1.2", certified));
    const { built, text, opened } = await buildAndWalk("small:1", ports);
    expect(text("etc/ssl/fipsmodule.cnf")).toContain("module = /usr/local/lib/ossl-modules/fips.so\n");
    expect(opened.config.container.labels["io.hardpan.compliance"]).toBe("fips");
    expect(built.fips).toContain("validated module: certificate CMVP #4985 (OpenSSL FIPS Provider 3.1.2)");
    await buildFromCatalog({ ...request, requireValidatedFips: true }, ports);
  });

  it("is no more than in FIPS mode without a certificate, and refused where one is required", async () => {
    const { ports } = await world(await bringing("3.1.2"));
    const { opened } = await buildAndWalk("small:1", ports);
    expect(opened.config.container.labels["io.hardpan.compliance"]).toBe("fips-mode");
    await expect(buildFromCatalog({ ...request, requireValidatedFips: true }, ports)).rejects.toMatchObject({
      code: "FLOW_FIPS_NOT_VALIDATED",
      message: "small:1: its FIPS module has no certificate",
    });
  });

  it("is not what a label alone makes of an image", async () => {
    const definition = smallDefinition.replace("contents:\n", `labels: ${certified}\ncontents:\n`);
    const { ports } = await world(definition);
    await expect(buildFromCatalog({ ...request, requireValidatedFips: true }, ports)).rejects.toMatchObject({
      code: "FLOW_FIPS_NOT_VALIDATED",
      message: "small:1: it is no FIPS image",
    });
    expect((await buildAndWalk("small:1", ports)).built.fips).toBeNull();
  });

  it("needs a module, and says how to get one", async () => {
    const { ports } = await world(fipsDefinition(", openssl"));
    await expect(buildFromCatalog(request, ports)).rejects.toMatchObject({
      code: "IMAGE_FIPS_INVALID",
      hint: expect.stringContaining("openssl-provider-fips"),
    });
  });

  it("is told where the definition switches it off again", async () => {
    const off = fipsDefinition(", openssl, openssl-provider-fips").replace(
      "paths:\n",
      "paths:\n  - { type: file, path: /etc/ssl/openssl-fips.cnf, content: '# nothing' }\n",
    );
    const { ports } = await world(off);
    await expect(buildFromCatalog(request, ports)).rejects.toMatchObject({
      code: "IMAGE_CLAIM_BROKEN",
      message: expect.stringContaining("fips-off"),
    });
  });
});
