import { megabytes } from "../../compare/figures.ts";
import { fipsProblem } from "../../facts/audit/fips.ts";
import type { Grade, ScriptFact } from "../../facts/model.ts";
import { foundFipsStatement } from "../../image/fips.ts";
import type { FactsReport, ReferenceFacts } from "../facts.ts";

/** How many lines of a list are shown; the JSON has all. */
const lineLimit = 12;

/** The facts in two columns for people; what cannot work is said in words. */
export function renderFacts({ report, notes }: ReferenceFacts): string {
  const rows = [...identityRows(report), ...startRows(report), ...accessRows(report), ...soundnessRows(report)];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.flatMap(([label, values]) =>
    shortened(values).map((value, index) => `${(index === 0 ? label : "").padEnd(width)}  ${printable(value)}`),
  );
  return [...lines, ...notes.map((note) => `note: ${printable(note)}`)].map((line) => `${line}\n`).join("");
}

type Row = readonly [label: string, values: readonly string[]];

function identityRows({ image, packages, size, layers, fips, labels }: FactsReport): readonly Row[] {
  const types = Object.entries(packages.byType).map(([type, count]) => `${count} ${type}`);
  const { compressed, unpacked } = size;
  return [
    ["Image", [image.reference]],
    ["Digest", [image.digest]],
    ["Platform", [image.platform]],
    ["Size", [`${megabytes(compressed)} compressed, ${megabytes(unpacked)} unpacked, in ${counted(layers, "layer")}`]],
    ["Packages", [types.length === 0 ? "none" : `${packages.total}: ${types.join(", ")}`]],
    ["FIPS", fipsLines(fips, labels)],
    ["Labels", Object.entries(labels).map(([name, value]) => `${name}=${value}`)],
  ];
}

function startRows(report: FactsReport): readonly Row[] {
  const { command, entrypoint, cmd, workingDir, environment, ports } = report;
  const missing = command !== null && command.path === null;
  return [
    ["Entrypoint", entrypoint.length === 0 ? [] : [JSON.stringify(entrypoint)]],
    ["Command", cmd.length === 0 ? [] : [JSON.stringify(cmd)]],
    ["Starts", command === null ? [] : [missing ? `${command.word}, which is missing` : `${command.path}`]],
    ["Working directory", [workingDir || "/"]],
    ["Ports", ports.length === 0 ? [] : [ports.join(", ")]],
    ["Environment", environment],
  ];
}

function accessRows(report: FactsReport): readonly Row[] {
  const { user, uid, gid, groups, shells, packageManagers, setuid, capabilities } = report;
  const further = groups.length === 0 ? "" : `, further groups ${groups.join(" ")}`;
  return [
    ["User", [`${user} (uid ${uid ?? "unknown"}, gid ${gid ?? "unknown"}${further})`]],
    ["Shells", shells],
    ["Package managers", packageManagers.length === 0 ? [] : [packageManagers.join(", ")]],
    ["Writable for the user", report.writable ?? ["unknown"]],
    ["World-writable", report.worldWritable],
    ["Sticky", report.sticky],
    ["Setuid or setgid", setuid],
    ["Capabilities", capabilities.map(({ path, capabilities: sets }) => `${path} ${sets}`)],
  ];
}

function soundnessRows({ scripts, missingLoaders, missingLibraries }: FactsReport): readonly Row[] {
  const broken = (grade: Grade) => [
    ...scripts
      .filter((script) => script.missing && script.grade === grade)
      .map(({ path, interpreter }) => `${path} needs ${interpreter}`),
    ...missingLoaders.filter((one) => one.grade === grade).map(({ path, loader }) => `${path} needs ${loader}`),
    ...missingLibraries.filter((one) => one.grade === grade).map(({ path, library }) => `${path} needs ${library}`),
  ];
  return [
    ["Scripts", scriptLines(scripts)],
    ["Cannot run", broken("certain")],
    ["May not run", broken("possible")],
  ];
}

/** Scripts counted by what runs them, the most frequent first. */
function scriptLines(scripts: readonly ScriptFact[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { interpreter, missing } of scripts) {
    const key = `${interpreter}${missing ? " (missing)" : ""}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} for ${name}`);
}

function fipsLines(fips: FactsReport["fips"], labels: FactsReport["labels"]): readonly string[] {
  if (fips.provider === null) return ["no provider"];
  const problem = fipsProblem(fips);
  return [
    problem === null ? foundFipsStatement(labels, fips.version) : `off: ${problem}`,
    `${fips.provider}, version ${fips.version ?? "unknown"}`,
    `certificate ${fips.certificate ?? "not stated"}`,
    ...fips.outside.map(({ path, what }) => `outside of it: ${what} (${path})`),
  ];
}

function shortened(values: readonly string[]): readonly string[] {
  if (values.length === 0) return ["none"];
  if (values.length <= lineLimit) return values;
  return [...values.slice(0, lineLimit), `and ${values.length - lineLimit} more`];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Names and values are the image's: none may steer a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
