import { readFile, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { loadMapping, type Mapping, mappingFor } from "../catalog/mapping.ts";
import { renderReportHtml } from "../compare/trial/report-html.ts";
import { renderReportJson } from "../compare/trial/report-json.ts";
import { renderReportMarkdown } from "../compare/trial/report-md.ts";
import type { TrialFile, TrialMigration, TrialReport } from "../compare/trial/trial-report.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import { dockerfileText } from "../dockerfile/text.ts";
import { type BaseSearch, findBase } from "../migrate/base.ts";
import { hardenedImage } from "../migrate/hardened-image.ts";
import { parseOfficialImage } from "../migrate/official-image.ts";
import { type SwapResult, swapBase } from "../migrate/swap.ts";
import { type ComparedImages, compareReferences } from "./compare.ts";
import { FlowError } from "./error.ts";
import { hardenedReference } from "./image/build-report.ts";
import { writeLock } from "./image/lock-file.ts";
import type { Ports } from "./ports.ts";
import { archiveDate } from "./reference/built.ts";
import { renderSbom } from "./sbom.ts";
import { unpatchedFigures } from "./unpatched.ts";
import { fetchFirstAdvisories } from "./vuln/live-advisories.ts";
import { writeText } from "./write-text.ts";

/** A service to try a hardened base on. Paths are as the user gave them; null takes the usual. */
export interface TrialRequest {
  readonly directory: string;
  readonly dockerfile: string | null;
  /** Folder of reports; the trial's own is `<output>/<service>`. */
  readonly output: string;
  /** A real conventional image in place of a reconstruction. */
  readonly baseline: string | null;
  readonly organisation: string;
  readonly unpatched: boolean;
  readonly platform: string | null;
}

/** Finds the service's base, obtains it and its hardened counterpart, compares them and writes the report. */
export async function runTrial(request: TrialRequest, ports: Ports): Promise<TrialReport> {
  const service = basename(resolve(request.directory));
  const path = request.dockerfile ?? join(request.directory, "Dockerfile");
  const text = await readDockerfile(path);
  const base = findBase(parseDockerfile(text));
  const wanted = await mapBase(base, path, ports);
  const baseline = request.baseline ?? `baseline://${wanted.baseline}`;

  await fetchFirstAdvisories(ports);
  const compared = await compareReferences(
    { analysed: `catalog://${wanted.mapping.image}`, baseline },
    { platform: request.platform },
    ports,
  );
  const swap = swapBase(parseDockerfile(text), swapOptions(compared, wanted, request));

  const folder = join(request.output, service);
  const report: TrialReport = {
    service,
    created: ports.now().toISOString(),
    dockerfile: { path, base: wanted.reference, line: base.position.line },
    conventional: conventional(compared, baseline),
    hardened: hardened(compared, wanted, request),
    migration: migration(swap, join(folder, "Dockerfile.hardened")),
    compare: compared.comparison,
    origins: originsOf(compared),
    unpatched:
      request.unpatched && request.baseline === null
        ? await unpatchedFigures(wanted.baseline, compared.baseline.sbom.image.platform ?? "", ports)
        : null,
    files: filesOf(folder, swap),
  };
  await writeReport(folder, { report, compared, swap }, ports);
  return report;
}

async function readDockerfile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new FlowError("FLOW_NO_DOCKERFILE", `cannot read ${path}`, {
      hint: "give the service's folder, or its Dockerfile with --file",
      cause,
    });
  });
  return dockerfileText(bytes);
}

interface WantedImage {
  /** The base as the Dockerfile resolves to it. */
  readonly reference: string;
  readonly mapping: Mapping;
  /** `node:24-bookworm-slim`. */
  readonly baseline: string;
}

async function mapBase(base: BaseSearch, path: string, ports: Ports): Promise<WantedImage> {
  if (base.kind !== "image") throw noHardenedImage(base.kind === "scratch" ? "scratch" : base.written, path);
  const official = parseOfficialImage(base.reference);
  const mapping = official === null ? null : mappingFor(official, await loadMapping(ports.catalog));
  if (mapping === null || mapping.baseline === null) throw noHardenedImage(base.reference, path);
  return { reference: base.reference, mapping, baseline: mapping.baseline };
}

function noHardenedImage(reference: string, path: string): FlowError {
  return new FlowError("FLOW_NO_HARDENED_IMAGE", `no hardened image for ${reference} yet (the base in ${path})`, {
    hint: "the catalogue folder's image/ shows which images there are",
  });
}

function swapOptions(compared: ComparedImages, wanted: WantedImage, request: TrialRequest) {
  const to = hardenedName(compared, wanted, request);
  const has = hardenedImage(wanted.mapping.image.split(":")[0] ?? "", compared.analysed.facts);
  const image = { catalog: wanted.mapping.image, baseline: wanted.baseline, to, image: has };
  return { mapping: (reference: string) => (reference === wanted.reference ? image : null) };
}

function hardenedName({ analysed }: ComparedImages, { mapping }: WantedImage, { organisation }: TrialRequest): string {
  return analysed.built === null ? mapping.image : hardenedReference(analysed.built, organisation);
}

function conventional({ baseline }: ComparedImages, reference: string): TrialReport["conventional"] {
  if (baseline.built === null) return { kind: "image", reference, date: null };
  return { kind: "reconstruction", reference, date: archiveDate(baseline.built) };
}

function hardened(compared: ComparedImages, wanted: WantedImage, request: TrialRequest): TrialReport["hardened"] {
  const { digest, platform } = compared.analysed.sbom.image;
  return {
    reference: hardenedName(compared, wanted, request),
    catalog: wanted.mapping.image,
    digest: digest ?? "",
    platform: platform ?? "",
  };
}

function originsOf({ analysed }: ComparedImages): readonly string[] {
  return analysed.built?.origins ?? [];
}

function migration(swap: SwapResult, file: string): TrialMigration {
  if (swap.kind === "refused") return { kind: "refused", reasons: swap.reasons };
  return { kind: "swapped", file, edits: swap.edits, checks: swap.checks };
}

function filesOf(folder: string, swap: SwapResult): readonly TrialFile[] {
  return [
    { path: join(folder, "report.html"), description: "this report, for a browser" },
    { path: join(folder, "report.md"), description: "the same as markdown" },
    { path: join(folder, "report.json"), description: "the same as data" },
    {
      path: join(folder, "hardened.lock.json"),
      description: "every input of the hardened image, for build --lock-file",
    },
    ...["conventional", "hardened"].flatMap((side) => [
      { path: join(folder, `${side}.spdx.json`), description: `SBOM of the ${side} image, SPDX 2.3` },
      { path: join(folder, `${side}.cdx.json`), description: `SBOM of the ${side} image, CycloneDX 1.6` },
    ]),
    ...(swap.kind === "swapped"
      ? [{ path: join(folder, "Dockerfile.hardened"), description: "the migrated Dockerfile" }]
      : []),
  ];
}

interface Results {
  readonly report: TrialReport;
  readonly compared: ComparedImages;
  readonly swap: SwapResult;
}

async function writeReport(folder: string, { report, compared, swap }: Results, { toolVersion }: Ports): Promise<void> {
  const { baseline, analysed } = compared;
  for (const [side, scanned] of [
    ["conventional", baseline],
    ["hardened", analysed],
  ] as const) {
    await writeText(join(folder, `${side}.spdx.json`), renderSbom(scanned, "spdx", toolVersion));
    await writeText(join(folder, `${side}.cdx.json`), renderSbom(scanned, "cyclonedx", toolVersion));
  }
  if (analysed.built !== null) await writeLock(join(folder, "hardened.lock.json"), analysed.built.lock);
  const hardened = join(folder, "Dockerfile.hardened");
  if (swap.kind === "swapped") await writeText(hardened, swap.text);
  else await rm(hardened, { force: true });
  await writeText(join(folder, "report.md"), renderReportMarkdown(report));
  await writeText(join(folder, "report.json"), renderReportJson(report));
  await writeText(join(folder, "report.html"), renderReportHtml(report));
}
