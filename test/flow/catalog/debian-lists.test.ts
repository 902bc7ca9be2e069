import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { acquireIndex } from "../../../src/apt/suite.ts";
import { readDebianSupport } from "../../../src/flow/catalog/debian-lists.ts";
import { aptOptions, aptPorts } from "../../../src/flow/supply/apt-ports.ts";
import type { TestFiles } from "../../support/deb.ts";
import { makeDebianArchive, type TestPackage } from "../../support/debian-archive.ts";
import { flowPorts } from "../../support/flow.ts";
import { supportLists } from "../../support/support-lists.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const release = { codename: "trixie", release: "13", today: "2026-01-15" };

async function read(packages: readonly TestPackage[], asked = release) {
  const folder = await temporaryFolder();
  const archive = await makeDebianArchive({ directory: join(folder, "archive"), packages });
  const ports = await flowPorts({ archive, catalog: folder, cache: join(folder, "cache") });
  const index = await acquireIndex({ codename: "trixie", architecture: "amd64" }, aptPorts(ports), aptOptions(ports));
  const support = async (offline = false) => await readDebianSupport(index, asked, { ...ports, offline });
  return { support: await support(), again: async () => await support(true) };
}

const withFiles = (files: TestFiles) => supportLists.map((one, at) => (at === 0 ? { ...one, files } : one));
const folder = "usr/share/debian-security-support";

describe("what Debian says of a release", () => {
  it("is in two packages of its own archive, and stays known without the network", async () => {
    const { support, again } = await read(supportLists);
    expect(support?.lifetime).toEqual({ series: "trixie", eol: "2026-12-31", lts: "2028-12-31" });
    expect(support?.listed("consul").ended).toMatchObject({ date: "2025-09-20", note: "No longer free" });
    expect(support?.listed("golang-1.24").limited).toMatchObject({ note: "See the release notes" });
    // That it lost support in another release says nothing of this one.
    expect(support?.listed("nginx")).toEqual({ ended: null, limited: null });
    expect((await again())?.lifetime).toEqual(support?.lifetime);
  });

  it("is read in the form of before 2025 too, with a list for all releases", async () => {
    const files = {
      [`${folder}/security-support-ended.deb13`]:
        "# List of packages whose security support ends before the distribution EOL\nxen 4.1 2021-08-28 Old\n",
      [`${folder}/security-support-ended`]: { symlink: "security-support-ended.deb13" },
      [`${folder}/security-support-limited`]:
        "# List of packages where security support is limited\nadns Only with trusted recursors\n",
    };
    const { support } = await read(withFiles(files));
    expect(support?.listed("xen").ended).toMatchObject({ note: "Old" });
    expect(support?.listed("adns").limited).toMatchObject({ note: "Only with trusted recursors" });
  });

  it.each<[string, readonly TestPackage[], typeof release]>([
    ["the archive lacks one of the packages", supportLists.slice(0, 1), release],
    ["there is no list of the release", withFiles({ [`${folder}/README`]: "none" }), release],
    ["a list is damaged", withFiles({ [`${folder}/security-support.deb13`]: "# List of packages where security support is limited\n# List of packages whose security support ends before the distribution EOL\nxen\n" }), release], // biome-ignore format: one line
    ["the release is in no list of releases", supportLists, { ...release, codename: "forky", release: "14" }],
  ])("is not known where %s", async (_why, packages, asked) => {
    expect((await read(packages, asked)).support).toBe(null);
  });
});
