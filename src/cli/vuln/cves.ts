import type { Cves } from "../../flow/vuln/cves.ts";
import { VulnError } from "../../vuln/error.ts";
import type { Explanation } from "../../vuln/explain/model.ts";
import type { CvesReport } from "../../vuln/model.ts";
import type { Command, Options, Outcome, Terminal } from "../command.ts";
import type { Context } from "../context.ts";
import { CliError } from "../error.ts";
import { billHelp } from "../sbom/options.ts";
import { reportOut, writeOut } from "../sbom/output.ts";
import { platformOption, supplyOptions } from "../shared-options.ts";
import { keepHeapSmall } from "../small-heap.ts";
import {
  filterOf,
  filterOptions,
  identifierOf,
  matchingOf,
  matchOptions,
  refuseServiceOptions,
  serviceOptions,
  vexOptions,
} from "./options.ts";

const formats = [
  ...["packages", "only-packages", "json", "sarif", "gitlab", "markdown", "html", "cyclonedx", "spdx", "sbom"],
];

/** `hardpan cves`: what is wrong with an image. */
export const cvesCommand: Command = {
  name: "cves",
  summary: "show the vulnerabilities of an image, a folder or a bill of materials, and why each counts",
  description: `Show the vulnerabilities of an image, a folder or a bill of materials by package, worst first. Each names the records and the rule it rests on; --explain shows every step. Advisories come from hardpan db update or hardpan db import.\n\n${billHelp}`,
  arguments: [["[REF]", "what to look into (default: the image that the local engine built last)"]],
  options: [
    { form: "--explain <CVE>", explanation: "show every step of what is decided about one vulnerability" },
    {
      form: "--format <FORMAT>",
      explanation:
        "packages or only-packages, for people; sarif for code scanning, gitlab for its reports, markdown for pull requests, cyclonedx (VEX) and spdx for other tools, sbom for all packages too",
      choices: formats,
      default: "packages",
    },
    { form: "-o, --output <FILE>", explanation: "write to a file" },
    { form: "-e, --exit-code", explanation: "exit with 2 where there are vulnerabilities that count" },
    { form: "--details", explanation: "show summary, ratings, records and rule of each vulnerability" },
    { form: "--epss", explanation: "show EPSS scores, the most probable first" },
    { form: "--locations", explanation: "show where in the image each package is" },
    { form: "--only-vuln-packages", explanation: "with only-packages: leave out packages without vulnerabilities" },
    ...filterOptions,
    ...matchOptions,
    ...vexOptions,
    platformOption,
    { form: "--ref <NAME>", explanation: "which image of a layout or archive: a name, tag or digest" },
    { form: "--base <REF>", explanation: "the image it is made from: tells its packages from your own" },
    ...supplyOptions,
    ...serviceOptions,
  ],
  examples: [
    ["hardpan cves catalog://node:24-debian13", "lists vulnerabilities by package"],
    [
      "hardpan cves baseline://node:24-bookworm-slim --only-severity critical,high --only-fixed",
      "lists what an update mends",
    ],
    ["hardpan cves baseline://node:24-bookworm-slim --debian-policy scout", "counts as docker scout does"],
    ["hardpan cves baseline://node:24-bookworm-slim --explain CVE-2011-3374", "shows every step of one decision"],
    [
      "hardpan cves catalog://node:24-debian13 --format sarif --output node.sarif.json",
      "writes SARIF for code scanning",
    ],
  ],
  async run({ arguments: [reference], options }, context) {
    keepHeapSmall();
    refuseServiceOptions(options);
    const vulnerability = explainedOf(options);
    const request = {
      reference: reference ?? null,
      platform: options.text("platform"),
      within: options.text("ref"),
      base: options.text("base"),
      filter: filterOf(options),
      ...matchingOf(options),
    };
    const { createPorts } = await import("../wiring.ts");
    const ports = await createPorts(options, context);
    if (vulnerability !== null) {
      const { explainCve } = await import("../../flow/vuln/explain.ts");
      const explanation = await explainCve(request, vulnerability, ports);
      requireAdvisories(explanation, options);
      return await explained(explanation, options);
    }
    const { findCves } = await import("../../flow/vuln/cves.ts");
    const found = await findCves(request, ports);
    requireAdvisories(found.report, options);
    for (const note of found.report.notes) context.note(note);
    return await printed(found, options, context);
  },
};

/** The vulnerability that --explain names. Throws CLI_USAGE for none, and for a format that explanations do not have. */
function explainedOf(options: Options): string | null {
  const vulnerability = options.text("explain");
  if (vulnerability === null) return null;
  const id = identifierOf(vulnerability);
  if (id === "") throw new CliError("CLI_USAGE", "--explain names no vulnerability", { hint: "say --explain CVE-…" });
  const format = options.text("format");
  if (format === null || format === "packages" || format === "json") return id;
  throw new CliError("CLI_USAGE", `--explain has no format ${format}`, { hint: "leave out --format, or say json" });
}

async function explained(explanation: Explanation, options: Options): Promise<Outcome> {
  const { renderExplanation } = await import("../../vuln/explain/text.ts");
  const counts = explanation.packages.some(({ verdict }) => verdict === "counts");
  const exitCode = options.flag("exitCode") && counts ? 2 : 0;
  const outcome = await reportOut({ json: explanation, text: () => renderExplanation(explanation) }, options);
  return { ...outcome, exitCode };
}

async function printed(found: Cves, options: Options, { now }: Context): Promise<Outcome> {
  const { report, sbom } = found;
  const { cvesFormatNamed, renderCves } = await import("../../vuln/report/format.ts");
  const named = options.flag("json") ? "json" : (options.text("format") ?? "packages");
  const format = cvesFormatNamed(named) ?? "packages";
  const { toolVersion } = await import("../version.ts");
  const render = async ({ columns, color }: Terminal) =>
    await renderCves(report, format, {
      ...{ sbom, columns, color, toolVersion, created: now().toISOString() },
      ...{ details: options.flag("details"), locations: options.flag("locations"), epss: options.flag("epss") },
      onlyVulnerable: options.flag("onlyVulnPackages"),
    });
  const exitCode = options.flag("exitCode") && report.vulnerabilities.total > 0 ? 2 : 0;
  const file = options.text("output");
  if (file === null && format === "packages") return { json: report, text: render, exitCode };
  const text = await render({ columns: 100, color: false });
  return { ...(await writeOut({ file, format, text: [text] })), exitCode };
}

/** A gate that knows of no vulnerabilities at all cannot say that there are none. Throws VULN_NO_ADVISORIES. */
function requireAdvisories({ advisories }: Pick<CvesReport, "advisories">, options: Options): void {
  if (!options.flag("exitCode") || advisories.length > 0) return;
  throw new VulnError("VULN_NO_ADVISORIES", "--exit-code cannot be answered: there are no advisories to look in", {
    hint: "run `hardpan db update`, or `hardpan db import FOLDER`",
  });
}
