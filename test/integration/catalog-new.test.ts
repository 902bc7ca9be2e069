import { cp } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hardpan, hardpanJson, root } from "../support/cli.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { schemaProblems } from "./json-schema.ts";
import { long, missingNetwork, titled } from "./shared.ts";

const missing = await missingNetwork();

describe("hardpan catalog new", () => {
  it("does not write to the catalogue that comes with Hardpan", async () => {
    const { stderr, exitCode } = await hardpan(["catalog", "new", "jq"], { cwd: await temporaryFolder() });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("(CATALOG_NOT_YOURS)") });
  });

  it.skipIf(missing !== null).each([
    ["keyvalue", "redis-server", "8", "6379/tcp"],
    ["ping", "iputils-ping", "20240905", null],
  ])(
    titled("draws up %s, which passes the check and is built", missing),
    async (name, from, line, port) => {
      const cwd = await temporaryFolder();
      await cp(join(root, "catalog", "image", "debian-base"), join(cwd, "catalog", "image", "debian-base"), {
        recursive: true,
      });
      const made = await hardpanJson(
        ["catalog", "new", name, "--package", from, "--version", line, "--no-fips", "-q"],
        { cwd },
      );
      expect(schemaProblems("catalog-new", made)).toEqual([]);
      expect(made.notes).toEqual([]);
      if (port !== null) expect(made.guesses).toContainEqual(expect.objectContaining({ what: "ports", value: port }));
      const check = await hardpanJson(["catalog", "check", "--catalog", "catalog", "-q"], { cwd });
      expect(check.totals).toMatchObject({ invalid: 0, missingPackages: 0, needsSource: 0 });
      for (const tag of made.tags) {
        const words = ["build", `${name}:${tag}`, "--platform", "linux/amd64", "--catalog", "catalog", "-q"];
        expect(await hardpan(words, { cwd })).toMatchObject({ exitCode: 0 });
      }
    },
    long,
  );
});
