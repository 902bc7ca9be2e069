import { describe, expect, it } from "vitest";
import { supportIn } from "../../../../src/vuln/match/debian/support.ts";
import { match } from "../../../../src/vuln/match.ts";
import { brief, deb, type Feeds, indexOf, lines, osvDebian, sbom } from "../../examples.ts";

const cve = "CVE-2026-0001";
const ended = `# List of packages whose security support ends before the distribution EOL
lxd\t5.0.2-5\t2026-06-12\tToo complex
soon\t1-1\t2026-12-31\tLater
php-horde.*\t0\t2025-03-22\t
g++.*\t0\t2025-03-22\t
`;
const limited = "# List of packages where security support is limited\ngolang.*\tStatic linking\n";
const lifetimes = `version,codename,series,created,release,eol,eol-lts,eol-elts
12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-07-11,2028-06-30,2033-06-30
13,Trixie,trixie,2023-06-10,2025-08-09,2028-08-09
`;

const names = [
  "bash",
  "lxd",
  "soon",
  "php-horde",
  "php-horde-core",
  "phphorde",
  "my-php-horde",
  "g++-12",
  "golang-1.19",
];
const open = (release: string) => {
  return osvDebian(cve, Object.fromEntries(names.map((name) => [name, null])), { ecosystem: `Debian:${release}` });
};
const feeds: Feeds = {
  "security-support-ended.deb12": ended,
  "security-support-limited": limited,
  "debian.csv": lifetimes,
  "a.ndjson": lines({ ...open("12"), affected: [...open("12").affected, ...open("13").affected] }),
};

/** The packages whose support has ended. */
async function endedOn(today: string, distribution = sbom([]).distribution): Promise<readonly string[]> {
  const image = sbom(
    names.map((name) => deb(name, "9-1")),
    { distribution },
  );
  const { findings } = match(image, { index: await indexOf(feeds), policy: "all", today });
  expect(findings).toHaveLength(names.length);
  return findings.filter(({ state }) => state === "end-of-life").map((one) => one.package.name);
}

describe("support of a source package that is limited", () => {
  it("is what a list names, but not what it takes out by its own name", async () => {
    const title = "# List of packages whose security support is limited or ends before the distribution EOL\n";
    const list = `${title}rust.*\tlimited\tStatic linking\nrust-sequoia-sqv\tsupported\n`;
    const index = await indexOf({ "security-support.deb13": list });
    const support = supportIn("13", { index, today: "2026-11-23" });
    expect(support("rust-base64").limited).toMatchObject({ package: "rust.*", note: "Static linking" });
    expect([support("rust-sequoia-sqv"), support("bash")]).toEqual([
      { ended: null, limited: null },
      { ended: null, limited: null },
    ]);
  });
});

describe("support of a source package that has ended", () => {
  it("is what the list names, by whole name or by its beginning, whatever the version, from the day on", async () => {
    expect(await endedOn("2026-11-23")).toEqual(["g++-12", "lxd", "php-horde", "php-horde-core"]);
    expect(await endedOn("2026-06-12")).toContain("lxd");
    expect(await endedOn("2026-06-11")).not.toContain("lxd");
    expect(await endedOn("2026-12-31")).toContain("soon");
  });

  it("is of one release alone", async () => {
    const trixie = { id: "debian", versionId: "13", codename: "trixie", prettyName: null };
    expect(await endedOn("2026-11-23", trixie)).toEqual([]);
  });

  it("is of all packages where the release is past its end of life, long-term support included", async () => {
    expect(await endedOn("2028-06-30")).not.toContain("bash");
    expect(await endedOn("2028-07-01")).toEqual(names.toSorted());
    const trixie = { id: "debian", versionId: "13", codename: "trixie", prettyName: null };
    expect(await endedOn("2028-08-09", trixie)).toEqual([]);
    expect(await endedOn("2028-08-10", trixie)).toEqual(names.toSorted());
  });

  it("is among the records of the finding, and leaves what has a fix alone", async () => {
    const index = await indexOf({ ...feeds, "a.ndjson": lines(osvDebian(cve, { bash: "9-2", lxd: null })) });
    const image = sbom([deb("bash", "9-1"), deb("lxd", "5-1")]);
    const { findings } = match(image, { index, policy: "all", today: "2028-07-01" });
    expect(brief(findings)).toEqual([
      `bash ${cve} fixed 9-2 unspecified debian-fixed`,
      `lxd ${cve} end-of-life - unspecified debian-open`,
    ]);
    expect(findings.map(({ records }) => records.map(({ source, id }) => `${source} ${id}`))).toEqual([
      [`osv-debian ${cve}`],
      [`osv-debian ${cve}`, "debian-security-support lxd"],
    ]);
  });
});
