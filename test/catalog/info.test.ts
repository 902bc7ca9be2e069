import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type ImageInfo, type InfoForm, parseInfo, readInfo } from "../../src/catalog/info.ts";
import { printInfoJsonSchema } from "../../src/catalog/info-json-schema.ts";
import { printProblem } from "../../src/definition/problem.ts";
import { root } from "../support/cli.ts";
import { makeCatalog } from "../support/flow.ts";
import { temporaryFolder } from "../support/temporary.ts";

const file = "image/node/info.yaml";
const own = `metadata:
  display-name: Node.js
  short-description: A runtime.
  home-url: https://nodejs.org/
  categories:
    - web-servers
  licence: Apache-2.0 OR MIT
  end-of-life-source: debian
`;

async function infoOf(text: string, form: InfoForm): Promise<ImageInfo> {
  const read = await parseInfo(text, { file, form });
  if (read.ok) return read.info;
  throw new Error(read.problems.map((problem) => printProblem(problem, file)).join("\n"));
}

describe("the information on an image", () => {
  it("is read in Hardpan's own form", async () => {
    expect(await infoOf(own, "own")).toEqual({
      displayName: "Node.js",
      description: "A runtime.",
      featured: false,
      homeUrl: "https://nodejs.org/",
      categories: ["web-servers"],
      licence: "Apache-2.0 OR MIT",
      endOfLifeSource: "debian",
    });
  });

  it("may have the keys of the public format, whole or in part", async () => {
    const more = `${own}  featured: true
  fips-compliant: true
  fips-modules: ["4985"]
  stig-certified: false
  alternatives: [bun]
  included-tools: [{ name: node, description: The runtime. }]
  advisories: [{ type: nist, source: "a:b", format: nist }]
track-ignore: [{ type: github_tag, owner: a, repo: b, match: c }]
vex-sources: []
`;
    expect(await infoOf(more, "own")).toMatchObject({ featured: true });
  });

  it.each([
    ["  licence: Apache-2.0 OR MIT\n", "  licence: Apache 2\n", '7:12: metadata.licence: must be an SPDX expression such as Apache-2.0 OR MIT, not "Apache 2"'], // biome-ignore format: one line
    [
      "    - web-servers\n",
      "    - web\n",
      "6:7: metadata.categories[0]: must be api-management, content-management-system",
    ],
    ["  categories:\n    - web-servers\n", "  categories: []\n", "5:15: metadata.categories: must name at least one"],
    ["end-of-life-source: debian", "end-of-life-source: Debian", "8:23: metadata.end-of-life-source: must be debian or a web address"], // biome-ignore format: one line
    ["https://nodejs.org/", "http://nodejs.org/", "4:13: metadata.home-url: must be a web address: https://…"],
    ["  licence: Apache-2.0 OR MIT\n", "", "2:3: metadata.licence: is missing"],
    ["  licence:", "  license:", "7:3: metadata.license: unknown key"],
    ["metadata:", "metadata: [", "2:17: "],
  ])("that has a mistake is refused with its place: %j as %j", async (right, wrong, message) => {
    const read = await parseInfo(own.replace(right, wrong), { file, form: "own" });
    if (read.ok) throw new Error("it was read");
    expect(read.problems.map((problem) => printProblem(problem, file)).join("\n")).toContain(`${file}:${message}`);
  });

  it("of another publisher is read as far as it is known", async () => {
    const text = "metadata:\n  display-name: Example\n  categories: [gardening]\n  new-key: {a: 1}\nother: [1]\n";
    expect(await infoOf(text, "foreign")).toEqual({
      displayName: "Example",
      description: null,
      featured: false,
      homeUrl: null,
      categories: ["gardening"],
      licence: null,
      endOfLifeSource: null,
    });
  });

  it("is none where the file is absent", async () => {
    const directory = await makeCatalog(await temporaryFolder(), { [file]: own });
    expect(await readInfo(directory, "node", "own")).toMatchObject({ info: { displayName: "Node.js" } });
    expect(await readInfo(directory, "deno", "own")).toBe(null);
  });

  it("has a JSON Schema for editors in docs/schema, which accepts what an editor reads", () => {
    const text = readFileSync(join(root, "docs", "schema", "info.schema.json"), "utf8");
    expect(text).toBe(printInfoJsonSchema());
    const check = new Ajv2020({ strict: false }).compile(JSON.parse(text));
    expect(check(parse(own)), JSON.stringify(check.errors)).toBe(true);
    expect(check(parse(own.replace("licence", "license")))).toBe(false);
  });
});
