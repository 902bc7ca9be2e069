import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Distribution, SbomPackage } from "../../../src/sbom/model.ts";
import type { ArchiveEvidence } from "../../../src/vuln/archive/evidence.ts";
import { questionOf } from "../../../src/vuln/ecosystem.ts";
import { importAdvisories } from "../../../src/vuln/import.ts";
import { type AdvisoryIndex, openAdvisoryIndex } from "../../../src/vuln/index/read.ts";
import type { MatchOptions } from "../../../src/vuln/match.ts";
import { releaseOfImage } from "../../../src/vuln/release.ts";
import { announcement, deb, type Feeds, indexOf, lines, now, npm, osvDebian, osvNpm, sbom } from "../examples.ts";
import { sharedData } from "../shared-data.ts";
import { agreement } from "./agreement.ts";

const today = "2026-11-23";

/** Whether the index has a record of `vulnerability` about a package, in its own release or, for Debian's, in sid. */
function recorded(index: AdvisoryIndex, distribution: Distribution | null) {
  const release = releaseOfImage(distribution);
  return (one: SbomPackage, vulnerability: string): boolean => {
    if (one.type === "deb") {
      const rows = release === null ? [] : index.debian(one.source?.name ?? one.name, release);
      return rows.some((row) => row.vulnerability === vulnerability);
    }
    const question = questionOf(one, distribution);
    if (question === null || "reason" in question) return false;
    return index.affected(question.ecosystem, question.name).some((row) => {
      const aliases = index.vulnerability(row.vulnerability).advisories.flatMap((advisory) => advisory.aliases);
      return [row.vulnerability, row.record, ...aliases].includes(vulnerability);
    });
  };
}

describe("explanations and what is matched", () => {
  const cves = ["CVE-2026-0001", "CVE-2026-0002", "CVE-2026-0003"];
  const cve = fc.constantFrom(...cves);
  const version = fc.constantFrom("1-1", "2-1", "2-1+deb12u1", "3-1");
  const day = fc.constantFrom("2026-01-01", "2026-01-10", "2026-05-01");
  const state = fc.oneof(
    fc.record({ status: fc.constant("resolved"), fixed_version: fc.oneof(version, fc.constant("0")) }),
    fc.record({ status: fc.constant("open"), urgency: fc.constantFrom("low", "unimportant", "end-of-life") }),
    fc.record({ status: fc.constant("open"), nodsa: fc.constant("x"), nodsa_reason: fc.constantFrom("", "ignored") }),
    fc.constant({ status: "undetermined" }),
  );
  const releases = fc.dictionary(fc.constantFrom("bookworm", "sid"), state, { minKeys: 1 });
  const issues = fc.dictionary(cve, fc.record({ releases }), { minKeys: 1 });
  const tracker = fc.record({ bash: issues, dash: issues });
  const record = fc
    .tuple(cve, fc.option(version), fc.constantFrom("not yet assigned", "unimportant"))
    .map(([id, fixed, urgency]) => osvDebian(id, { bash: fixed }, { urgency }));
  const announced = fc.tuple(day, version, fc.uniqueArray(cve, { minLength: 1 }));
  const statement = fc.tuple(cve, fc.constantFrom("no-dsa", "ignored")).map(([id, decision]) => ({
    ...{ ns: "debian", name: "bash", version: "1-1", distro: "bookworm", cve: id, status: "not_affected" },
    justification: "vulnerable_code_cannot_be_controlled_by_adversary",
    ...{ notes: `Marked ${decision} by Debian Security Team; see x`, ts: "2026-03-20T09:31:26Z" },
  }));
  const ghsa = fc
    .tuple(fc.constantFrom("1.0.0", "2.0.0"), fc.uniqueArray(cve, { maxLength: 2 }))
    .map(([fixed, aliases]) => osvNpm("GHSA-1", "left", [{ introduced: "0" }, { fixed }], { aliases }));
  const feeds: fc.Arbitrary<Feeds> = fc
    .record({
      tracker: fc.option(tracker),
      osv: fc.uniqueArray(record, { selector: ({ id }) => id, minLength: 1 }),
      announced: fc.array(announced, { minLength: 1, maxLength: 4 }),
      statements: fc.array(statement, { minLength: 1, maxLength: 2 }),
      ghsa,
    })
    .map((all) => ({
      ...(all.tracker === null ? {} : { "tracker.json": all.tracker }),
      "osv.ndjson": lines(...all.osv),
      "announced.json": all.announced.map(([date, fixed, ids], i) =>
        announcement(`DSA-${i + 1}-1`, date, `bash ${fixed}`, ...ids),
      ),
      "statements.json": all.statements,
      "npm.json": [all.ghsa],
    }));
  const named = fc.record({ source: fc.constant("bash"), installed: version, vulnerability: cve, version });
  const archive: fc.Arbitrary<ArchiveEvidence> = fc.record({
    ...{ release: fc.constant("12"), asOf: fc.constantFrom("2026-01-05T00:00:00Z", "2026-06-30T00:00:00Z") },
    newest: fc.option(version).map((newest) => new Map(newest === null ? [] : [["bash", newest]])),
    ...{ fixes: fc.array(named, { maxLength: 3 }), mended: fc.array(named, { maxLength: 3 }), unread: fc.constant([]) },
  });
  const packages = fc.tuple(version, version).map(([installed, other]) => {
    const source = { name: "bash", version: installed };
    return [
      ...[deb("bash", installed), deb("bash-doc", installed, { source }), deb("dash", other), npm("left", "1.0.0")],
      deb("bash-static", other, { source: { name: "bash", version: other } }),
      deb("bash-builtins", installed, { source, supplier: "Docker <support@docker.com>" }),
    ];
  });
  const suppressed = fc.uniqueArray(fc.tuple(cve, fc.constantFrom("bash", "bash-doc", "left")), { maxLength: 3 });

  it("agree for every package, name and policy", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.record({ feeds, archive: fc.option(archive), packages, suppressed }),
        async ({ feeds: given, archive: evidence, packages: installed, suppressed: hidden }) => {
          const index = await indexOf(given);
          const image = sbom(installed);
          const applyStatements: MatchOptions["applyStatements"] = (findings) =>
            findings.map((one) =>
              hidden.some(([id, name]) => id === one.id && name === one.package.name)
                ? { ...one, suppressed: { by: "us", status: "not_affected", justification: null, statement: null } }
                : one,
            );
          const options = { index, today, applyStatements, ...(evidence === null ? {} : { archive: evidence }) };
          const { verdicts, disagreements } = agreement(image, options, {
            vulnerabilities: [...cves, "GHSA-1"],
            isRecorded: recorded(index, image.distribution),
          });
          for (const verdict of verdicts.keys()) seen.add(verdict);
          expect(disagreements).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
    expect([...seen].sort()).toEqual([
      ...["counts", "left out", "not affected", "not matched", "suppressed", "undetermined"],
    ]);
  }, 60_000);
});

describe.skipIf(sharedData === null)(
  "explanations and what is matched of real data (skipped where it is absent)",
  () => {
    let folder = "";
    let index: AdvisoryIndex;
    let names: DatabaseSync;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "hardpan-agreement-"));
      const path = join(folder, "index.sqlite");
      await importAdvisories([sharedData ?? ""], path, { now });
      index = openAdvisoryIndex(path);
      names = new DatabaseSync(path, { readOnly: true });
    }, 60_000);

    afterAll(async () => {
      names.close();
      index.close();
      await rm(folder, { recursive: true });
    });

    const release = (versionId: string, codename: string) => ({ id: "debian", versionId, codename, prettyName: null });
    const alpine = { id: "alpine", versionId: "3.20.3", codename: null, prettyName: null };

    it.each([
      ["deb", "SELECT package FROM debian WHERE release = '12'", release("12", "bookworm")],
      ["deb", "SELECT package FROM debian WHERE release = '13'", release("13", "trixie")],
      ["npm", "SELECT package FROM affected WHERE ecosystem = 'npm'", null],
      ["pypi", "SELECT package FROM affected WHERE ecosystem = 'pypi'", null],
      ["golang", "SELECT package FROM affected WHERE ecosystem = 'golang'", null],
      ["generic", "SELECT package FROM affected WHERE ecosystem = 'generic'", null],
      ["apk", "SELECT package FROM affected WHERE ecosystem = 'apk:3.20'", alpine],
    ])("agree for packages of every kind: %s, of %s", (type, sql, distribution) => {
      const all = names.prepare(`${sql} ORDER BY package`).all();
      const step = Math.max(1, Math.floor(all.length / 40));
      const chosen = all.filter((_, i) => i % step === 0).map((row) => String(row["package"]));
      const verdicts = new Set<string>();
      for (const [i, name] of chosen.entries()) {
        const { packages, vulnerabilities } = example(type, name, { distribution, i });
        const image = sbom(packages, { distribution });
        const isRecorded = recorded(index, distribution);
        const found = agreement(image, { index, today }, { vulnerabilities, isRecorded });
        expect(found.disagreements).toEqual([]);
        for (const verdict of found.verdicts.keys()) verdicts.add(verdict);
      }
      expect([...verdicts]).toEqual(expect.arrayContaining(["counts", "not affected"]));
    });

    /** Two packages at a version of which the records speak, and some of the vulnerabilities of which they do. */
    function example(
      type: string,
      name: string,
      { distribution, i }: { readonly distribution: Distribution | null; readonly i: number },
    ): { readonly packages: readonly SbomPackage[]; readonly vulnerabilities: readonly string[] } {
      const debian = type === "deb" ? index.debian(name, releaseOfImage(distribution) ?? "") : [];
      const ecosystem = type === "apk" ? "apk:3.20" : type;
      const affected = type === "deb" ? [] : index.affected(ecosystem, name);
      const events = affected.flatMap(({ ranges }) => ranges.flatMap((range) => range.events));
      const versions = [...debian.flatMap(({ fixed }) => fixed ?? []), ...events.map((event) => event.version)];
      const version = versions[i % Math.max(1, versions.length)] ?? "1.0";
      const source = type === "deb" ? { name, version } : null;
      const one = (installed: string): SbomPackage => {
        const purl = `pkg:${type}/${installed}@${version}`;
        return { ...npm(installed, version), type, purl, source };
      };
      const aliases = affected.flatMap((row) =>
        index.vulnerability(row.vulnerability).advisories.flatMap((each) => each.aliases),
      );
      const ids = [...debian, ...affected].map((row) => row.vulnerability);
      const vulnerabilities = [...new Set([...ids.slice(0, 3), ...ids.slice(-2), ...aliases.slice(0, 2)])];
      return { packages: [one(name), ...(type === "deb" ? [one(`${name}-doc`)] : [])], vulnerabilities };
    }
  },
);
