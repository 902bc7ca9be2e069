// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this
import { describe, expect, it } from "vitest";
import { expandDefinition } from "../../src/definition/expand.ts";
import { readDefinition } from "../../src/definition/parse.ts";
import { type TakenPackage, trueTags, upstreamVersion } from "../../src/definition/true-tags.ts";

interface Image {
  readonly image: string;
  readonly tags: readonly string[];
  readonly version?: string;
  readonly packages: readonly string[];
}

function tagsFor({ image, tags, version, packages }: Image, taken: readonly TakenPackage[]) {
  const vars = version === undefined ? "" : `vars: { VERSION: "${version}" }\n`;
  const text = `# syntax=dhi.io/build:2-debian13\nimage: dhi.io/${image}\ntags: ${JSON.stringify(tags)}\n${vars}contents: { packages: ${JSON.stringify(packages)} }\n`;
  const { definition } = readDefinition(text, { file: "x.yaml" });
  const target = { arch: "amd64", dev: false, fips: false, flavor: "" };
  const versions = Object.fromEntries(taken.map((item) => [item.name, item.version]));
  return trueTags(definition, {
    expanded: expandDefinition(definition, { target, packages: versions }),
    packages: taken,
  });
}

const caddy = { name: "caddy", of: "caddy", version: "2.6.2-12" };

describe("the tags of an image", () => {
  it("named after a package are those of the version that was packaged", () => {
    const image = { image: "caddy", version: "2.11.4", packages: ["base-files", "caddy"] };
    const tags = ["2", "2-debian13", "2.11", "2.11-debian13", "2.11.4", "2.11.4-debian13"];
    expect(tagsFor({ ...image, tags }, [caddy])).toEqual({
      tags: ["2", "2.6", "2.6.2", "2-debian13", "2.6-debian13", "2.6.2-debian13"],
      dropped: ["2.11", "2.11-debian13", "2.11.4", "2.11.4-debian13"],
      version: "2.6.2",
      package: "caddy",
    });
  });

  it("of a substitute follow what was taken, and lose another publisher's revision", () => {
    const node = { name: "nodejs-24", of: "node", version: "24.21.0" };
    const tags = ["24", "24.19", "24.19.0", "24.19.0-0", "24-debian13-dev"];
    expect(tagsFor({ image: "node", tags, version: "24.19.0", packages: ["nodejs-24"] }, [node])).toMatchObject({
      tags: [...["24", "24.21", "24.21.0", "24-debian13-dev"], ...["24.21-debian13-dev", "24.21.0-debian13-dev"]],
      dropped: ["24.19", "24.19.0", "24.19.0-0"],
    });
  });

  it("are never of another line of versions", () => {
    const node = { name: "nodejs", of: "nodejs", version: "20.19.2+dfsg-1" };
    const image = { image: "node", tags: ["24", "24-debian13", "24.19.0"], version: "24.19.0", packages: ["nodejs"] };
    expect(tagsFor(image, [node]).tags).toEqual(["20", "20.19.2", "20-debian13"]);
  });

  it("stay in the order of the file when they are true", () => {
    const bash = { name: "bash", of: "bash", version: "5.2.37-2+b10" };
    const tags = ["5.2.37", "5", "5.2"];
    expect(tagsFor({ image: "bash", tags, packages: ["bash"] }, [bash])).toEqual({
      tags,
      dropped: [],
      version: "5.2.37",
      package: "bash",
    });
  });

  it.each<[string, Omit<Image, "tags">, TakenPackage]>([
    [
      "its source package",
      { image: "redis", packages: ["redis-tools"] },
      { name: "redis-tools", of: "redis", version: "5:8.0.2-3" },
    ],
    [
      "its line",
      { image: "postgres", packages: ["postgresql-17"] },
      { name: "postgresql-17", of: "x", version: "8.0.2-1" },
    ],
    [
      "its server",
      { image: "valkey", packages: ["valkey-server"] },
      { name: "valkey-server", of: "x", version: "8.0.2+dfsg1-1" },
    ],
  ])("may come from a package by %s", (_how, image, taken) => {
    expect(tagsFor({ ...image, tags: ["8", "8.1"] }, [taken])).toMatchObject({ version: "8.0.2", dropped: ["8.1"] });
  });

  it("stay when no package names the image: its sources are pinned", () => {
    const tags = ["1", "1.31", "trixie", "20250419"];
    const taken = [caddy, { name: "bash", of: "bash", version: "5.2" }];
    const image = { image: "example", tags, version: "1.31", packages: ["bash", "!caddy"] };
    expect(tagsFor(image, taken)).toEqual({ tags, dropped: [], version: "1.31", package: null });
    expect(tagsFor({ ...image, image: "caddy" }, taken)).toMatchObject({ tags, package: null });
  });

  it("stay when two versions could name it", () => {
    const taken = ["example-1", "example-2"].map((name) => ({ name, of: name, version: name.slice(-1) }));
    const image = { image: "example", tags: ["1"], packages: ["example-1", "example-2"] };
    expect(tagsFor(image, taken).package).toBeNull();
  });

  it("follow a version that is a template, which is right by itself", () => {
    const image = { image: "x", tags: ["2", "3"], version: "${package.caddy.version}", packages: ["caddy"] };
    expect(tagsFor(image, [{ ...caddy, version: "2.6.2" }])).toEqual({
      tags: ["2", "2.6", "2.6.2"],
      dropped: ["3"],
      version: "2.6.2",
      package: null,
    });
  });

  it("keep words and a leading v, but nothing that says another version is meant", () => {
    const java = { name: "java", of: "java", version: "21.0.13~7-1" };
    const image = { image: "java", packages: ["java"] };
    const tags = ["21-jdk-debian13", "v21", "21.0.5-jdk", "lts", "21.0.13-rc"];
    expect(tagsFor({ ...image, tags }, [java])).toMatchObject({
      dropped: ["21.0.5-jdk", "21.0.13-rc"],
      tags: [
        ...["lts", "v21", "v21.0", "21.0.13", "v21.0.13", "21.0.13-jdk"],
        ...["21-jdk-debian13", "21.0-jdk-debian13", "21.0.13-jdk-debian13"],
      ],
    });
  });
});

describe("the upstream version of a Debian version", () => {
  it.each([
    ["1:2.47.3-0+deb13u1", "2.47.3"],
    ["5.2.37-2+b10", "5.2.37"],
    ["20250419", "20250419"],
    ["1.2+really1.1.5-1", "1.1.5"],
    ["14.35.4+ds1-3", "14.35.4"],
    ["3.0~rc1-1", "3.0"],
    ["1.1.1w-0+deb11u2", "1.1.1w"],
    ["24.21.0", "24.21.0"],
  ])("of %s is %s", (version, expected) => {
    expect(upstreamVersion(version)).toBe(expected);
  });
});
