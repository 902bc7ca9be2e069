// biome-ignore-all lint/suspicious/noTemplateCurlyInString: .npmrc files name variables so
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseNpmrc, readNpmConfig } from "../../src/npm/config.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("an .npmrc", () => {
  it("is read as npm reads it", () => {
    const text = [
      "; comment",
      "# comment",
      "registry = https://example.org/npm/ ; said so",
      'quoted="a b"',
      "//example.org/npm/:_authToken=${TOKEN}",
      "ca[]=one",
      "ca[]=two",
      "flag",
      "unknown=${NOBODY}",
      "maybe=${NOBODY?}",
      "[section]",
    ].join("\n");
    expect(Object.fromEntries(parseNpmrc(text, { TOKEN: "secret" }))).toEqual({
      registry: "https://example.org/npm/",
      quoted: "a b",
      "//example.org/npm/:_authToken": "secret",
      ca: "one\ntwo",
      flag: "true",
      unknown: "${NOBODY}",
      maybe: "",
    });
  });
});

describe("npm's configuration", () => {
  async function folders(files: Readonly<Record<string, string>>) {
    const root = await temporaryFolder();
    for (const folder of ["home", "project", "prefix/etc", "prefix/bin"])
      await mkdir(join(root, folder), { recursive: true });
    for (const [path, content] of Object.entries(files)) await writeFile(join(root, path), content);
    const environment: Record<string, string> = {};
    const sources = {
      environment,
      home: join(root, "home"),
      directory: join(root, "project"),
      execPath: join(root, "prefix/bin/node"),
    };
    return { root, environment, sources };
  }

  it("takes the registry from environment, project, user and global file, in this order", async () => {
    const { environment, sources, root } = await folders({
      "project/.npmrc": "registry=https://project.example/\n",
      "home/.npmrc": "registry=https://user.example/\nstrict-ssl=false\n//user.example/:_authToken=t\n",
      "prefix/etc/npmrc": "registry=https://global.example/\n@scope:registry=https://scope.example/\n",
    });
    const config = await readNpmConfig(sources);
    expect(config.registry).toBe("https://project.example/");
    expect(config.options).toMatchObject({
      strictSSL: false,
      "//user.example/:_authToken": "t",
      "@scope:registry": "https://scope.example/",
    });
    const variables = { ...environment, npm_config_registry: "https://environment.example/" };
    expect((await readNpmConfig({ ...sources, environment: variables })).registry).toBe("https://environment.example/");
    expect((await readNpmConfig({ ...sources, environment: {}, directory: root })).registry).toBe(
      "https://user.example/",
    );
    expect((await readNpmConfig({ ...sources, environment: {}, directory: root, home: root })).registry).toBe(
      "https://global.example/",
    );
  });

  it("takes files named by npm_config_userconfig and npm_config_globalconfig", async () => {
    const { root, sources } = await folders({
      mine: "registry=https://mine.example/\n",
      theirs: "proxy=http://proxy.example:3128\n",
    });
    const environment = { NPM_CONFIG_USERCONFIG: join(root, "mine"), npm_config_globalconfig: join(root, "theirs") };
    const config = await readNpmConfig({ ...sources, environment });
    expect(config.registry).toBe("https://mine.example/");
    expect(config.options).toMatchObject({ proxy: "http://proxy.example:3128" });
  });

  it("without a registry leaves it to npm", async () => {
    const { root, sources } = await folders({});
    const environment = { npm_config_globalconfig: join(root, "none") };
    const config = await readNpmConfig({ ...sources, environment });
    expect(config.registry).toBeNull();
    expect(config.options).toEqual({ strictSSL: true, replaceRegistryHost: "npmjs" });
  });

  it("reads the certificates of cafile", async () => {
    const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`;
    const { root, sources } = await folders({ "ca.pem": `${pem("AAAA")}\nx\n${pem("BBBB")}\n` });
    await writeFile(join(root, "project/.npmrc"), `cafile=${join(root, "ca.pem")}\n`);
    expect((await readNpmConfig(sources)).options).toMatchObject({ ca: [pem("AAAA"), pem("BBBB")] });
  });

  it.each([
    ["registry=example.org", /setting registry is not a web address/],
    ["registry=file:///x", /setting registry is not a web address/],
    ["https-proxy=x", /setting https-proxy is not a web address/],
    ["cafile=/no/such/file.pem", /cafile names \/no\/such\/file\.pem, which cannot be read/],
  ])("%s is refused", async (line, message) => {
    const { sources } = await folders({ "project/.npmrc": `${line}\n` });
    await expect(readNpmConfig(sources)).rejects.toEqual(
      expect.objectContaining({ code: "NPM_CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
  });
});
