import type { DocumentOptions } from "../../sbom/identity.ts";
import type { Sbom } from "../../sbom/model.ts";
import type { CvesReport } from "../model.ts";
import type { TextOptions } from "./text/options.ts";

/** The forms a report on vulnerabilities has; `cyclonedx` is the vulnerabilities alone (VEX), `sbom` all packages with them. */
export const cvesFormats = [
  "packages",
  "only-packages",
  "json",
  "sarif",
  "gitlab",
  "markdown",
  "html",
  "cyclonedx",
  "spdx",
  "sbom",
] as const;

/** One of the forms. */
export type CvesFormat = (typeof cvesFormats)[number];

/** The form called `name`; null where none is. */
export function cvesFormatNamed(name: string): CvesFormat | null {
  return cvesFormats.find((format) => format === name) ?? null;
}

/** How a report is rendered: `created` dates documents and is what ages of advisories are measured from. */
export interface CvesOptions extends TextOptions, DocumentOptions {
  /** The bill of materials the report is of: all packages of `only-packages` and `sbom`. */
  readonly sbom: Sbom;
  /** In `only-packages`: leaves out packages without vulnerabilities. */
  readonly onlyVulnerable?: boolean;
}

/**
 * The report in a format; only what that needs is loaded. The same report and options always give the same text. Throws
 * SBOM_TIME_INVALID where `created` is not a time, and what `renderSbom` throws for `cyclonedx`, `spdx` and `sbom`.
 */
export async function renderCves(report: CvesReport, format: CvesFormat, options: CvesOptions): Promise<string> {
  switch (format) {
    case "packages":
      return (await import("./text/packages.ts")).renderPackages(report, options);
    case "only-packages": {
      const { renderOnlyPackages } = await import("./text/only-packages.ts");
      return renderOnlyPackages(report, { ...options, packages: options.sbom.packages });
    }
    case "json":
      return (await import("./json.ts")).renderJson(report);
    case "sarif":
      return (await import("./sarif.ts")).renderSarif(report, options);
    case "gitlab":
      return (await import("./gitlab.ts")).renderGitlab(report, options);
    case "markdown":
      return (await import("./markdown.ts")).renderMarkdown(report, options);
    case "html":
      return (await import("./page/page.ts")).renderHtml(report, options);
    case "cyclonedx":
      return (await import("./cyclonedx.ts")).renderVex(report, options);
    case "spdx":
      return (await import("./spdx.ts")).renderSpdx(report, options);
    case "sbom":
      return (await import("./cyclonedx.ts")).renderSbomWithVulnerabilities(report, options);
  }
}
