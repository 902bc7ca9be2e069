import { describe, expect, it } from "vitest";
import { resolve } from "../../src/apt/resolve.ts";
import { acquireIndex } from "../../src/apt/suite.ts";
import type { TestPackage } from "../support/debian-archive.ts";
import { has } from "../support/program.ts";
import { aptFor } from "./apt-program.ts";
import { testArchive, testPorts } from "./archives.ts";

const packages: readonly TestPackage[] = [
  {
    name: "app",
    version: "1",
    architecture: "amd64",
    depends: "libone (>= 1.2), awk, libtwo:any | libthree",
    preDepends: "base (>> 1~)",
  },
  { name: "base", version: "1", essential: true, architecture: "amd64" },
  { name: "libone", version: "1.1", architecture: "amd64" },
  {
    name: "libone",
    version: "1.2-1+deb13u1",
    architecture: "amd64",
    pocket: "security",
    depends: "data (= 1.2-1+deb13u1)",
  },
  { name: "data", version: "1.1" },
  { name: "data", version: "1.2-1+deb13u1", pocket: "security" },
  { name: "libthree", version: "3", architecture: "amd64", provides: "plugin-abi (= 3)", depends: "plugin" },
  { name: "plugin", version: "1", depends: "plugin-abi (>= 3)", recommends: "extra" },
  { name: "extra", version: "1" },
  { name: "mawk", version: "1", provides: "awk", priority: "required", architecture: "amd64" },
  { name: "zone", version: "2025a" },
  { name: "zone", version: "2025b", pocket: "updates" },
  { name: "broken", version: "1", depends: "libone (>= 9)" },
];

describe.skipIf(!has("apt-get"))("judged by apt-get (skipped where it is not installed)", () => {
  it("the test archive is a Debian archive: signature, indices and hashes", async () => {
    const apt = await aptFor(await testArchive({ packages }));
    expect(apt("update")).toMatch(/trixie-security InRelease/);
  });

  it.each(["app zone", "plugin", "app zone=2025a", "libone extra"])(
    "resolves %s to the same packages in the same versions",
    async (request) => {
      const archive = await testArchive({ packages });
      const apt = await aptFor(archive);
      apt("update");
      // Essential packages come by themselves for apt alone.
      const output = apt("--simulate", "install", ...request.split(" "), "base");
      const theirs = [...output.matchAll(/^Inst (\S+) \((\S+)/gm)].map(([, name, version]) => `${name} ${version}`);
      const index = await acquireIndex({ codename: "trixie", architecture: "amd64" }, await testPorts(archive));
      const ours = resolve({ packages: [...request.split(" "), "base"] }, index).packages;
      index.close();
      expect(theirs.length).toBeGreaterThan(1);
      expect(ours.map(({ name, version }) => `${name} ${version}`)).toEqual(theirs.sort());
    },
  );

  it("what we cannot resolve, apt cannot either", async () => {
    const archive = await testArchive({ packages });
    const apt = await aptFor(archive);
    apt("update");
    expect(() => apt("--simulate", "install", "broken")).toThrow(/unmet dependencies|Command failed/);
    const index = await acquireIndex({ codename: "trixie", architecture: "amd64" }, await testPorts(archive));
    expect(() => resolve({ packages: ["broken"] }, index)).toThrow(
      expect.objectContaining({ code: "APT_UNSATISFIABLE" }),
    );
    index.close();
  });
});
