import { describe, expect, it } from "vitest";
import type { Fragment } from "../../../src/image/layer/fragment.ts";
import { groupPackages } from "../../../src/image/package/groups.ts";

interface Made {
  /** Unpacked. */
  readonly size?: number;
  readonly packed?: number;
  readonly section?: string;
  readonly essential?: boolean;
  readonly priority?: string;
  readonly depends?: string;
}

function made(
  name: string,
  { size = 1000, packed = 1000, section = "misc", essential, priority, depends }: Made = {},
): Fragment {
  const control = [
    `Package: ${name}`,
    `Section: ${section}`,
    ...(essential === true ? ["Essential: yes"] : []),
    ...(priority === undefined ? [] : [`Priority: ${priority}`]),
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
  ];
  const record = { control: `${control.join("\n")}\n`, conffiles: [], triggers: "", aliases: [] };
  const nothing = { directories: [], files: [], traits: [] };
  return { key: name, sha256: name, size: packed, unpackedSize: size, newest: 0, package: record, ...nothing };
}

const large = 2.5 * 2 ** 20;
const shown = (fragments: readonly Fragment[]) =>
  groupPackages(fragments).map(({ name, fragments: members }) => `${name}: ${members.map(({ key }) => key).join(" ")}`);

describe("groups of packages", () => {
  const packages = [
    made("bash", { essential: true, depends: "libreadline8 (>= 8), absent | base-files" }),
    made("base-files", { priority: "required" }),
    made("libreadline8", { section: "libs", depends: "readline-common" }),
    made("readline-common"),
    made("libz1", { section: "libs" }),
    made("liboss", { section: "contrib/oldlibs" }),
    made("curl", { section: "web" }),
    made("huge", { size: large }),
    made("almost", { size: large - 1 }),
  ];

  it("are base with all it needs, libraries, what is large alone, and the rest", () => {
    expect(shown(packages)).toEqual([
      "base: bash base-files libreadline8 readline-common",
      "libraries: libz1 liboss",
      "package huge: huge",
      "runtime: curl almost",
    ]);
  });

  it("keep the order of packages, and are the same groups whatever it is", () => {
    const members = (list: readonly Fragment[]) =>
      groupPackages(list).map((group) => [group.name, group.fragments.map(({ key }) => key).toSorted()]);
    expect(members(packages.toReversed())).toEqual(members(packages));
    expect(shown(packages.toReversed())[1]).toBe("libraries: liboss libz1");
  });

  it("hold large base packages alone too, and at most forty of them, the largest", () => {
    const many = Array.from({ length: 45 }, (_, index) => made(`p${index}`, { size: large + index, essential: true }));
    const groups = groupPackages(many);
    expect(groups.filter(({ name }) => name.startsWith("package ")).map(({ name }) => name)).not.toContain(
      "package p4",
    );
    expect(groups).toHaveLength(41);
    expect(groups[0]?.fragments.map(({ key }) => key)).toEqual(["p0", "p1", "p2", "p3", "p4"]);
  });

  it("do not change for the others when a program comes along", () => {
    const without = shown(packages);
    const more = shown([...packages, made("wget", { section: "web" })]);
    expect(more.filter((line) => !line.startsWith("runtime"))).toEqual(
      without.filter((line) => !line.startsWith("runtime")),
    );
  });

  it("do not depend on how well a package packs, which another zlib or zstd may do otherwise", () => {
    const packing = (packed: number) => shown([made("one", { size: large, packed }), made("two", { packed })]);
    expect(packing(10)).toEqual(packing(10 * large));
  });
});
