import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKeyPair } from "../../../src/attest/key/generate.ts";
import { readPrivateKey } from "../../../src/attest/key/read.ts";
import { cvesCommand } from "../../../src/cli/vuln/cves.ts";
import { cvesFormats } from "../../../src/vuln/report/format.ts";
import { signedVex, vex } from "../../flow/vuln/vex-documents.ts";
import { cve, debian, writeImages } from "../../flow/vuln/world.ts";
import { syftDocument } from "../../sbom/foreign.ts";
import { ourProblems } from "../../sbom/schema.ts";
import { type CliOptions, hardpan, type Json } from "../../support/cli.ts";
import { lines, osvDebian } from "../../vuln/examples.ts";
import { gitlabProblems, sarifProblems } from "../../vuln/report/schema.ts";

/** A layout with images, feeds, VEX documents and a key, that all runs share. */
let folder = "";
let options: CliOptions = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hardpan-test-"));
  const pair = generateKeyPair();
  const key = readPrivateKey(Buffer.from(pair.privateKey), "ann");
  const place = "usr/share/vex/x.vex.json";
  await writeImages(join(folder, "layout"), {
    app: { layers: [debian] },
    planted: { layers: [debian, { [place]: JSON.stringify(vex()) }] },
    signed: { layers: [debian, { [place]: signedVex(vex({ author: "Ann" }), key) }] },
    none: { layers: [{ "etc/os-release": debian["etc/os-release"] ?? "" }] },
  });
  const feeds = join(folder, "feeds");
  await mkdir(feeds);
  await writeFile(
    join(feeds, "osv.ndjson"),
    lines(
      osvDebian(cve, { bash: null }, { ecosystem: "Debian:13", urgency: "high" }),
      osvDebian("CVE-2026-0002", { zlib: "1:1.3-2" }, { ecosystem: "Debian:13", urgency: "low" }),
    ),
  );
  await writeFile(join(folder, "ann.pub"), pair.publicKey);
  await writeFile(join(folder, "own.json"), JSON.stringify(vex({ author: "Ann" })));
  await writeFile(join(folder, "bill.json"), JSON.stringify(syftDocument));
  options = { cwd: folder, cache: join(folder, "cache"), environment: { HARDPAN_ADVISORIES: feeds } };
});

afterAll(async () => await rm(folder, { recursive: true, force: true }));

async function cves(args: string, more: CliOptions = {}) {
  return await hardpan(["cves", ...args.split(" ").filter((word) => word !== "")], { ...options, ...more });
}

const app = "oci-dir://layout:app --archive never";

async function json(args: string): Promise<Json> {
  const { stdout, stderr } = await cves(`${args} --json`);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("hardpan cves", () => {
  it("prints JSON that docs/schema describes, the same as with --format json", async () => {
    const [one, other] = [await cves(`${app} --json`), await cves(`${app} --format json`)];
    expect(one).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining("error") });
    expect(other.stdout).toBe(one.stdout);
    expect(ourProblems(JSON.parse(one.stdout), "cves.schema.json")).toEqual([]);
    expect(JSON.parse(one.stdout)).toMatchObject({ schema: "hardpan/cves/1", vulnerabilities: { total: 2 } });
  });

  it("takes every option of its help at once, and says by which filters it narrowed", async () => {
    const all =
      "--details --epss --locations --only-vuln-packages --only-severity high --only-cve-id cve-2026-0001 --only-package bash " +
      "--only-package-type deb --only-unfixed --ignore-base --only-cisa-kev --only-metric AV:N --epss-score 0.1 " +
      "--epss-percentile 0.2 --only-vex-affected --ignore-suppressed --debian-policy grype --archive never --vex-location " +
      "own.json --vex-author Ann --vex-key ann.pub --max-age 3650d --advisories feeds --platform linux/amd64 --ref app --exit-code --offline --quiet --json";
    const others =
      "--explain --format --output --base --catalog --only-fixed --only-base --env --only-stage --multi-stage";
    const flags = cvesCommand.options.map(({ form }) => /--[a-z-]+/.exec(form)?.[0] ?? form);
    expect(flags.filter((flag) => !`${all} ${others} `.includes(`${flag} `))).toEqual([]);
    const { stdout, stderr, exitCode } = await cves(`oci-dir://layout ${all}`);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ policy: "grype", vulnerabilities: { total: 0 } });
    expect(report.filters).toEqual([
      ...["--only-severity high", "--only-cve-id CVE-2026-0001", "--only-package bash", "--only-package-type deb"],
      ...["--only-unfixed", "--ignore-base", "--only-cisa-kev", "--only-metric AV:N", "--epss-score 0.1"],
      ...["--epss-percentile 0.2", "--only-vex-affected", "--ignore-suppressed"],
    ]);
  });

  it.each(cvesFormats)("writes %s whole to a file, as it is printed", async (format) => {
    const file = join(folder, `report.${format}`);
    const written = await cves(`${app} --format ${format} --output ${file}`);
    expect(written).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(file) });
    const text = await readFile(file, "utf8");
    expect(text).toContain(format === "only-packages" ? "zlib1g" : cve);
    if (["packages", "markdown", "cyclonedx"].includes(format)) {
      const printed = await cves(`${app} --format ${format}`);
      expect(timeless(text)).toBe(timeless(printed.stdout));
    }
    if (format === "sarif") expect(sarifProblems(JSON.parse(text))).toEqual([]);
    if (format === "gitlab") expect(gitlabProblems(JSON.parse(text))).toEqual([]);
  });

  it("leaves a file as it was where it cannot do its work, and no other behind", async () => {
    const file = join(folder, "kept.json");
    await writeFile(file, "before");
    const failed = await cves(`oci-dir://absent --output ${file}`);
    expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
    expect(await readFile(file, "utf8")).toBe("before");
    const nowhere = await cves(`${app} --output ${file}/report.json`);
    expect(nowhere).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("(CONTENT_UNWRITABLE") });
  });

  it("reads a bill of materials from standard input", async () => {
    const input = await readFile(join(folder, "bill.json"));
    const { stdout, exitCode } = await cves("sbom://- --archive never --json", { input });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ distribution: { codename: "trixie" }, packages: { total: 3 } });
    expect(await cves("sbom://- --archive never", { input: "" })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("(SBOM_DOCUMENT_INVALID"),
    });
  });
});

/** Without the times of documents that are of their making. */
function timeless(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, "TIME").replace(/urn:uuid:[0-9a-f-]+/g, "UUID");
}

describe("the exit code of hardpan cves", () => {
  it.each([
    ["without -e", app, 0],
    ["with -e where something counts", `${app} -e`, 2],
    ["with --exit-code where a file is written", `${app} --exit-code -o report.txt`, 2],
    ["where nothing is affected", "oci-dir://layout:none --archive never -e", 0],
    ["where a filter leaves all out", `${app} -e --only-severity critical`, 0],
    ["where a filter leaves something", `${app} -e --only-fixed`, 2],
    ["where all is suppressed by the user's VEX", `${app} -e --only-package bash --vex-location own.json`, 0],
    ["where other authors are asked for", `${app} -e --only-package bash --vex-location own.json --vex-author Bob`, 2],
    ["where VEX in the image is unsigned", "oci-dir://layout:planted --archive never -e --only-package bash", 2],
    [
      "where it is unsigned and a key is named",
      "oci-dir://layout:planted --archive never -e --only-package bash --vex-key ann.pub",
      2,
    ],
    ["where it is signed and no key is named", "oci-dir://layout:signed --archive never -e --only-package bash", 2],
    [
      "where it is signed with the key",
      "oci-dir://layout:signed --archive never -e --only-package bash --vex-key ann.pub",
      0,
    ],
    ["where what is explained counts", `${app} -e --explain ${cve}`, 2],
    ["where what is explained does not", `${app} -e --explain ${cve} --vex-location own.json`, 0],
  ])("%s", async (_, args, exitCode) => {
    const result = await cves(args);
    expect({ exitCode: result.exitCode, stderr: result.stderr }).toEqual({
      exitCode,
      stderr: expect.not.stringContaining("error:"),
    });
    expect(result.stdout).not.toBe("");
  });

  it.each(["--debian-policy scout", "--debian-policy trivy --only-severity high"])(
    "goes by what counts for the policy: %s",
    async (policy) => {
      const report = await json(`${app} ${policy}`);
      const { exitCode } = await cves(`${app} -e ${policy}`);
      expect(exitCode).toBe(report.vulnerabilities.total > 0 ? 2 : 0);
    },
  );

  it("is 1 where there are no advisories, as nothing is known then", async () => {
    const empty = { environment: { HARDPAN_ADVISORIES: undefined }, cache: join(folder, "empty") };
    const result = await cves(`${app} -e`, empty);
    expect(result).toMatchObject({ exitCode: 1, stdout: "", stderr: expect.stringContaining("(VULN_NO_ADVISORIES)") });
    expect(result.stderr).toContain("hardpan db update");
    expect(await cves(app, empty)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Nothing is known of vulnerabilities"),
    });
  });
});

describe("a VEX document that an image brings", () => {
  it("is shown as claimed in text and in JSON, and its author as trusted where it is signed", async () => {
    const text = await cves("oci-dir://layout:planted --archive never --details");
    expect(text.stdout).toContain("claimed, not trusted");
    const planted = await json("oci-dir://layout:planted --archive never");
    const plain = await json(app);
    expect(planted.vulnerabilities).toEqual(plain.vulnerabilities);
    expect(planted.findings[0].statements).toMatchObject([{ by: "Mallory", trust: "claimed, not trusted" }]);
    const signed = await cves("oci-dir://layout:signed --archive never --vex-key ann.pub");
    expect(signed.stdout).toMatch(
      /Suppressed \(1\)\n.*CVE-2026-0001 in bash.*\n *not_affected by Ann: vulnerable_code_not_in_execute_path\n/,
    );
  });
});

describe("hardpan cves --explain", () => {
  it("tells every step, takes an id in small letters, and its JSON is what docs/schema describes", async () => {
    const text = await cves(`${app} --explain cve-2026-0001`);
    expect(text).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^CVE-2026-0001 in .*\n\nbash 5\.2-1: counts/),
    });
    for (const flag of ["--json", "--format json"]) {
      const explanation = JSON.parse(
        (await cves(`oci-dir://layout:planted --archive never --explain ${cve} ${flag}`)).stdout,
      );
      expect(ourProblems(explanation, "explain.schema.json")).toEqual([]);
      expect(explanation.packages).toMatchObject([{ verdict: "counts", finding: { statements: [{ by: "Mallory" }] } }]);
      const steps = explanation.packages[0].steps.filter(({ step }: Json) => step === "vex");
      expect(steps).toEqual([
        { step: "vex", text: expect.stringMatching(/^claimed, not trusted: not_affected by Mallory on 2026-01-10/) },
      ]);
    }
  });

  it("writes to a file", async () => {
    const file = join(folder, "explained.json");
    expect(await cves(`${app} --explain ${cve} --json --output ${file}`)).toMatchObject({ exitCode: 0 });
    expect(ourProblems(JSON.parse(await readFile(file, "utf8")), "explain.schema.json")).toEqual([]);
  });

  it("says so where no record speaks of it", async () => {
    const { stdout, exitCode } = await cves(`${app} --explain CVE-1999-9999`);
    expect({ stdout, exitCode }).toEqual({ exitCode: 0, stdout: expect.stringContaining("No record speaks of it") });
  });
});

describe("a command line that cannot be met", () => {
  it.each([
    ["a severity that is none", `${app} --only-severity hihg`, "hihg"],
    ["an empty list", `${app} --only-cve-id ,`, "--only-cve-id names nothing"],
    ["a pattern that is none", `${app} --only-package (`, "--only-package"],
    ["an author that is no pattern", `${app} --vex-author [`, "--vex-author"],
    ["a number that is none", `${app} --epss-score high`, "--epss-score high"],
    ["what contradicts itself", `${app} --only-fixed --only-unfixed`, "--only-fixed and --only-unfixed"],
    ["what is not available", `${app} --env production`, "--env is not available"],
    ["a stage", `${app} --only-stage build`, "--only-stage is not available"],
    ["stages", `${app} --multi-stage`, "--multi-stage is not available"],
    ["a format there is not", `${app} --format xml`, "xml"],
    [
      "a format that explanations do not have",
      `${app} --explain ${cve} --format sarif`,
      "--explain has no format sarif",
    ],
    ["a policy there is not", `${app} --debian-policy snyk`, "snyk"],
    ["an archive that is asked otherwise", "oci-dir://layout:app --archive maybe", "maybe"],
    ["an option there is not", `${app} --nope`, "--nope"],
    ["two references", `${app} oci-dir://layout:none`, "too many arguments"],
  ])("with %s ends with 1 and says what to do, before anything is read", async (_, args, message) => {
    const { exitCode, stdout, stderr } = await cves(args.replace("layout", "absent"));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/hint: |--help/);
    expect(stderr).toContain("(CLI_USAGE)");
  });

  it.each([
    ["a VEX file that is not there", `${app} --vex-location absent.json`, "FLOW_FILE_INVALID", "absent.json"],
    ["a VEX file that is none", `${app} --vex-location bill.json`, "VULN_VEX_INVALID", "bill.json"],
    ["a key that is not there", `${app} --vex-key absent.pub`, "FLOW_FILE_INVALID", "absent.pub"],
    ["a key that is none", `${app} --vex-key own.json`, "ATTEST_KEY_INVALID", "own.json"],
    ["a base that it is not made from", `${app} --base oci-dir://layout:none`, "FLOW_BASE_DIFFERS", "layout:none"],
    ["a platform it is not for", `${app} --platform linux/s390x`, "OCI_PLATFORM_ABSENT", "linux/amd64"],
    ["a platform for a bill", "sbom://bill.json --platform linux/amd64", "FLOW_UNSUPPORTED_REFERENCE", "--platform"],
  ])("with %s ends with 1, and names it", async (_, args, code, message) => {
    const { exitCode, stdout, stderr } = await cves(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain(`(${code}`);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^hint: /m);
  });
});
