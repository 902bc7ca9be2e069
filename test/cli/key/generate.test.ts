import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { schemaProblems } from "../../integration/json-schema.ts";
import { hardpan, hardpanJson } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/temporary.ts";

describe("hardpan key generate", () => {
  it("writes a pair of keys, says which, and that the private one is not encrypted", async () => {
    const cwd = await temporaryFolder();
    const { stdout, stderr, exitCode } = await hardpan(["key", "generate"], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^hardpan\.key: the private key.*\nhardpan\.pub: the public key.*\nkey [a-f0-9]{64}\n$/);
    expect(stderr).toContain("hardpan.key is not encrypted");
    expect(await readdir(cwd)).toEqual(["hardpan.key", "hardpan.pub"]);
    const again = await hardpan(["key", "generate"], { cwd });
    expect(again).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("FLOW_KEY_EXISTS") });
  });

  it("encrypts with the passphrase of its variable, which it never prints, and gives JSON of its schema", async () => {
    const cwd = await temporaryFolder();
    const environment = { HARDPAN_KEY_PASSWORD: "a very secret sentence" };
    const args = ["key", "generate", "--output-key-prefix", "keys/release"];
    const document = await hardpanJson(args, { cwd, environment });
    expect(schemaProblems("key-generate", document)).toEqual([]);
    expect(document).toMatchObject({ privateKey: "keys/release.key", publicKey: "keys/release.pub", encrypted: true });
    const { stderr } = await hardpan([...args, "--json"], { cwd, environment });
    expect(stderr).not.toMatch(/secret sentence|not encrypted/);
  });
});
