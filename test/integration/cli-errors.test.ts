import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardpan, hardpanJson, type Json } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { cacheOfInputs, catalogWith, long, missingNetwork, newFolder, removeFolder, titled, warmUp } from "./shared.ts";

const missing = await missingNetwork();
const node = "node:24-debian13";

describe("what cannot be done", () => {
  it.each([
    ["an unknown image", ["build", "nodee:24"], "no image nodee", "CATALOG_NOT_FOUND"],
    ["an unknown tag", ["build", "node:99"], "no node:99", "CATALOG_NOT_FOUND"],
    [
      "a platform it is not made for",
      ["build", node, "--platform", "linux/s390x"],
      "s390x",
      "FLOW_PLATFORM_UNSUPPORTED",
    ],
    ["an unknown option", ["build", node, "--nope"], "unknown option '--nope'", "CLI_USAGE"],
    ["an unknown command", ["biuld", node], "unknown command 'biuld'", "CLI_USAGE"],
    ["a missing name", ["build"], "nothing to build", "CLI_USAGE"],
    ["a missing option", ["compare", "oci-dir://x"], "--to", "CLI_USAGE"],
    ["a format there is not", ["sbom", "oci-dir://x", "--format", "xml"], "xml", "CLI_USAGE"],
    ["a layout that is not there", ["sbom", "oci-dir:///nowhere"], "/nowhere", "CONTENT_NOT_FOUND"],
    ["an archive that is not there", ["sbom", "archive:///nowhere.tar"], "/nowhere.tar", "CONTENT_NOT_FOUND"],
    ["a service without Dockerfile", ["trial", "/nowhere"], "/nowhere/Dockerfile", "FLOW_NO_DOCKERFILE"],
    ["a catalogue that is not there", ["build", node, "--catalog", "/nowhere"], "/nowhere", "CATALOG_"],
    ["feeds that are not there", ["db", "import", "/nowhere"], "/nowhere", "VULN_"],
  ])("%s is named, with what to do and a code", async (_, args, what, code) => {
    const { exitCode, stdout, stderr } = await hardpan(args, { cache: await temporaryFolder() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/^error: /m);
    expect(stderr).toContain(what);
    expect(stderr).toContain(`(${code}`);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("an unknown key in a definition is named with file, line and column", async () => {
    const catalog = await catalogWith(await temporaryFolder(), (definition) =>
      definition.replace(/^variant:/m, "varaint:"),
    );
    const text = await readFile(join(catalog, "image", "node", "debian-13", "24.yaml"), "utf8");
    const line = text.split("\n").findIndex((candidate) => candidate.startsWith("varaint:")) + 1;
    const { exitCode, stderr } = await hardpan(["build", node, "--catalog", catalog]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`24.yaml:${line}:1: varaint: unknown key; did you mean \`variant\`?`),
    });
    expect(stderr).toContain("(DEFINITION_INVALID)");
  });
});

describe.skipIf(missing !== null)(titled("when inputs cannot be had", missing), () => {
  let folder = "";
  let lock: Json;
  beforeAll(async () => {
    await warmUp();
    folder = await newFolder();
    lock = await hardpanJson(["lock", node, "--output", join(folder, "node.lock.json")]);
  }, long);
  afterAll(async () => await removeFolder(folder));

  it(
    "a mirror that does not answer is named, and the next run with one works",
    async () => {
      const cache = await cacheOfInputs(lock, await temporaryFolder());
      const unreachable = { cache, environment: { HARDPAN_DEBIAN_MIRROR: "http://127.0.0.1:9/" } };
      const { exitCode, stderr } = await hardpan(["lock", node, "--output", join(cache, "lock.json")], unreachable);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/cannot fetch http:\/\/127\.0\.0\.1:9\/\S*InRelease/);
      expect(stderr).toContain("(HTTP_NETWORK");
      expect(await readdir(cache)).toEqual(["hardpan"]);
      expect(await hardpan(["lock", node, "--output", join(cache, "lock.json")], { cache })).toMatchObject({
        exitCode: 0,
      });
    },
    long,
  );

  it("without network and cache it says so", async () => {
    const { exitCode, stderr } = await hardpan(["build", node, "--offline"], { cache: await temporaryFolder() });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/without the network/) });
  });
});
