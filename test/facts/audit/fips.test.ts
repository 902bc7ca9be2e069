import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fipsProblem } from "../../../src/facts/audit/fips.ts";
import { fipsStatement, foundFipsStatement } from "../../../src/image/fips.ts";
import { dynamicElf } from "../../support/dynamic-program.ts";
import { symlink, type TestLayer } from "../layers.ts";
import { audited } from "./audited.ts";

const module = Buffer.concat([dynamicElf(), Buffer.from("\0OpenSSL FIPS Provider\0buildinfo\x003.5.9\0status\0")]);
const key = Buffer.from("f4556650ac31d35461610bac4ed81b1a181b2d8a43ea2854cbae22ca74560813", "hex");
const mac = createHmac("sha256", key)
  .update(module)
  .digest("hex")
  .toUpperCase()
  .replaceAll(/..(?!$)/g, "$&:");
const provider = "usr/lib/x86_64-linux-gnu/ossl-modules/fips.so";

const moduleConfig = `[fips_sect]\nactivate = 1\nmodule-mac = ${mac}\n`;
const config = `# FIPS
openssl_conf = openssl_init
.include /etc/ssl/fipsmodule.cnf

[openssl_init]
providers = provider_sect # which
alg_section = algorithm_sect
[ provider_sect ]
fips = fips_sect
base = base_sect
[base_sect]
activate = 1
[algorithm_sect]
default_properties = fips=yes
`;
const image: TestLayer = {
  [provider]: module,
  "etc/ssl/openssl.cnf": config,
  "etc/ssl/fipsmodule.cnf": moduleConfig,
  "usr/lib/ssl/openssl.cnf": symlink("/etc/ssl/openssl.cnf"),
};

describe("auditImage, of FIPS", () => {
  it("sees that a configured provider is on, its version, integrity and certificate", async () => {
    const { fips } = await audited(image, { labels: { "io.hardpan.fips.certificate": "CMVP #4985" } });
    expect(fips).toEqual({
      provider: `/${provider}`,
      version: "3.5.9",
      configuration: "/etc/ssl/openssl.cnf",
      activated: true,
      enforced: true,
      intact: true,
      unreadable: null,
      certificate: "CMVP #4985",
      outside: [],
    });
    expect(fipsProblem(fips)).toBeNull();
  });

  it.each<[string, TestLayer, string]>([
    ["no provider", { "etc/.wh.x": "", [`${provider.replace("fips.so", ".wh.fips.so")}`]: "" }, "there is no provider"],
    ["no configuration", { "etc/ssl/.wh.openssl.cnf": "" }, "there is no openssl.cnf"],
    [
      "a provider that is not activated",
      { "etc/ssl/fipsmodule.cnf": moduleConfig.replace("= 1", "= no") },
      "does not activate",
    ],
    ["a module configuration that is missing", { "etc/ssl/.wh.fipsmodule.cnf": "" }, "does not activate"],
    [
      "a commented start",
      { "etc/ssl/openssl.cnf": config.replace("openssl_conf", "#openssl_conf") },
      "does not activate",
    ],
    [
      "other algorithms by default",
      { "etc/ssl/openssl.cnf": config.replace("fips=yes", "fips=no") },
      "default_properties",
    ],
    ["a module without its sum", { "etc/ssl/fipsmodule.cnf": "[fips_sect]\nactivate = 1\n" }, "has no module-mac for"],
    [
      "a configuration for Node.js alone where others read it",
      { "etc/ssl/openssl.cnf": config.replace("openssl_conf", "nodejs_conf") },
      "does not activate",
    ],
    [
      "one that says nothing to the Node.js there is",
      { "usr/local/bin/node": dynamicElf(), "usr/lib/libcrypto.so.3": dynamicElf() },
      "does not activate",
    ],
    ["another provider than was configured", { [provider]: Buffer.concat([module, Buffer.alloc(1)]) }, "module-mac"],
  ])("says what is wrong with %s", async (_, upper, problem) => {
    const { fips } = await audited([image, upper]);
    expect(fipsProblem(fips)).toContain(problem);
  });

  it("reads the configuration and the module the environment names, and included folders", async () => {
    const layer: TestLayer = {
      "opt/modules/fips.so": module,
      [provider]: Buffer.concat([module, Buffer.alloc(1)]),
      "etc/own.conf": config
        .replace("/etc/ssl/fipsmodule.cnf", "= /etc/ssl/conf.d")
        .replace("openssl_conf", "nodejs_conf"),
      "usr/local/bin/node": dynamicElf(),
      "etc/ssl/conf.d/fips.cnf": moduleConfig,
      "etc/ssl/conf.d/README": "[fips_sect]\nactivate = 0\n",
    };
    const environment = ["OPENSSL_CONF=/etc/own.conf", "OPENSSL_MODULES=/opt/modules"];
    const { fips } = await audited(layer, { environment });
    expect(fips).toMatchObject({ provider: "/opt/modules/fips.so", configuration: "/etc/own.conf" });
    expect(fipsProblem(fips)).toBeNull();
  });

  it.each<[string, TestLayer, string]>([
    ["the configuration", { "etc/ssl/openssl.cnf": { content: config, mode: 0o600 } }, "/etc/ssl/openssl.cnf"],
    [
      "what it includes",
      { "etc/ssl/fipsmodule.cnf": { content: moduleConfig, mode: 0o600 } },
      "/etc/ssl/fipsmodule.cnf",
    ],
    ["the module", { [provider]: { content: module, mode: 0o700 } }, `/${provider}`],
  ])("sees that the image's user cannot read %s, and others can", async (_, upper, path) => {
    const { fips } = await audited([image, upper], { user: "65532" });
    expect(fips.unreadable).toBe(path);
    expect(fipsProblem(fips)).toBe(`the image's user cannot read ${path}`);
    expect((await audited([image, upper], { user: "0" })).fips.unreadable).toBeNull();
  });

  it("takes no configuration whose place depends on where a program starts", async () => {
    const { fips } = await audited(image, { environment: ["OPENSSL_CONF=etc/ssl/openssl.cnf"] });
    expect(fipsProblem(fips)).toContain("there is no openssl.cnf");
  });

  it.each([[" "], ["none yet"], [""]])("takes %j for no certificate", async (stated) => {
    const labels = { "io.hardpan.fips.certificate": stated };
    expect((await audited(image, { labels })).fips.certificate).toBeNull();
    expect(fipsStatement({ ...labels, "io.hardpan.fips.module": "X 1" })).toContain("module not validated");
  });

  it("believes labels of the module that is there, and of no other", () => {
    const labels = (version: string) => ({
      "io.hardpan.fips.module": `OpenSSL FIPS Provider ${version}`,
      "io.hardpan.fips.certificate": "CMVP #4985",
    });
    expect(foundFipsStatement(labels("3.5.9"), "3.5.9")).toContain("validated module: certificate CMVP #4985");
    const unproven = "FIPS mode on, module not validated (OpenSSL FIPS Provider 3.5.9)";
    expect(foundFipsStatement(labels("3.1.2"), "3.5.9")).toBe(unproven);
    expect(foundFipsStatement({}, "3.5.9")).toBe(unproven);
  });

  it("takes the module its section names, and no other", async () => {
    const layer = (path: string): TestLayer => ({
      ...image,
      [provider]: Buffer.concat([module, Buffer.alloc(1)]),
      "opt/fips.so": module,
      "etc/ssl/fipsmodule.cnf": `${moduleConfig}module = ${path}\n`,
    });
    expect((await audited(layer("/opt/fips.so"))).fips).toMatchObject({ provider: "/opt/fips.so", intact: true });
    expect((await audited(layer("/opt/gone.so"))).fips.provider).toBeNull();
  });

  it("does not end up in a file that includes itself", async () => {
    const { fips } = await audited({ [provider]: module, "etc/ssl/openssl.cnf": ".include /etc/ssl/openssl.cnf\n" });
    expect(fips).toMatchObject({ activated: false, enforced: false, intact: null });
  });

  it("says nothing of an image without FIPS", async () => {
    expect((await audited({})).fips).toEqual({
      provider: null,
      version: null,
      configuration: null,
      activated: false,
      enforced: false,
      intact: null,
      unreadable: null,
      certificate: null,
      outside: [],
    });
  });

  it("names programs and libraries that bring cryptography of their own, which the provider has no part in", async () => {
    const { fips } = await audited({
      ...image,
      "usr/bin/python3.13": module,
      "usr/bin/tool": module,
      "usr/lib/x86_64-linux-gnu/libgcrypt.so.20": dynamicElf({ soname: "libgcrypt.so.20" }),
    });
    expect(fips.outside).toEqual([
      { path: "/usr/bin/python3.13", what: expect.stringContaining("_md5") },
      { path: "/usr/lib/x86_64-linux-gnu/libgcrypt.so.20", what: "libgcrypt" },
    ]);
  });
});
