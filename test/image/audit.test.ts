import { describe, expect, it } from "vitest";
import { brokenClaims } from "../../src/image/audit.ts";
import { audited } from "../facts/audit/audited.ts";
import { program, type TestLayer } from "../facts/layers.ts";
import { dynamicElf } from "../support/dynamic-program.ts";

async function problems(packages: string[], names: readonly string[]): Promise<readonly string[]> {
  const programs = names.map((name) => [`usr/bin/${name}`, program(dynamicElf())]);
  const layer: TestLayer = { "etc/passwd": "app:x:1000:1000::/:\n", ...Object.fromEntries(programs) };
  const facts = await audited(layer, { user: "app" });
  return brokenClaims({ variant: "runtime", labels: {}, contents: { packages } }, facts).map(
    ({ rule, path }) => `${rule} ${path ?? "-"}`,
  );
}

describe("brokenClaims, of shells and package managers", () => {
  it.each<[readonly string[], readonly string[]]>([
    [["dash"], ["dash", "sh"]],
    [["bash"], ["bash", "rbash", "sh"]],
    [["busybox"], ["ash", "busybox", "sh"]],
    [
      ["bash", "dash"],
      ["bash", "dash", "rbash", "sh"],
    ],
    [["tcsh"], ["tcsh", "csh"]],
    [["csh"], ["bsd-csh"]],
    [["fish"], ["fish"]],
    [["bash-static"], ["bash-static"]],
    [
      ["zsh", "zsh-static"],
      ["rzsh", "zsh", "zsh5", "zsh-static"],
    ],
    [["posh"], ["posh"]],
    [["sash"], ["sash"]],
    [["toybox"], ["toybox"]],
    [
      ["apt", "dpkg"],
      ["apt", "apt-get", "dpkg"],
    ],
    [["pipx"], ["pipx"]],
    [["yarnpkg"], ["yarnpkg"]],
    [["cargo"], ["cargo"]],
    [["composer"], ["composer"]],
  ])("has nothing to say of what the packages %j bring", async (packages, names) => {
    expect(await problems([...packages, "base-files"], names)).toEqual([]);
  });

  it("finds shells beside those of the packages that are listed", async () => {
    expect(await problems(["base-files", "dash"], ["dash", "sh", "zsh", "bash"])).toEqual([
      "shell-in-runtime /usr/bin/bash",
      "shell-in-runtime /usr/bin/zsh",
    ]);
  });

  it("misses what a listed package should have brought", async () => {
    expect(await problems(["dash", "npm"], [])).toEqual(["not-as-claimed -", "not-as-claimed -"]);
  });
});
