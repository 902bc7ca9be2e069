import type { ScaffoldPlan } from "../plan.ts";
import { readOnlyFolders } from "./check.ts";
import { type ScaffoldVariant, variantFile, variantsOf } from "./definition.ts";
import { volumesOf } from "./include.ts";
import { shortDescription } from "./info.ts";
import { fileText, oneLine } from "./yaml.ts";

/** `overview.md`, in the form that those of the catalogue have. */
export function overviewText(plan: ScaffoldPlan): string {
  const { request, main, packages } = plan;
  const listed = packages.map(({ value }) => value);
  const besides = listed.length === 0 ? "no shell, no package manager" : `and ${listed.join(", ")}; no package manager`;
  return fileText([
    `# ${request.name}`,
    "",
    prose(shortDescription(plan)),
    "",
    `Debian's package \`${main.name}\` with what it depends on, CA certificates and time zones: ${besides}.`,
    "",
    ...tableLines(plan),
    "",
    ...runLines(plan),
    "",
    "## Variants",
    "",
    "| tag | |",
    "| --- | --- |",
    ...variantsOf(plan).map((variant) => `| \`${tagOf(plan, variant)}\` | ${variantWords(variant)} |`),
    ...(request.fips ? ["", ...fipsLines] : []),
  ]);
}

const fipsLines = [
  "**-fips.** FIPS mode on, module not validated: the module is Debian's build of OpenSSL's FIPS provider, which has no",
  "certificate. It counts for what the program does with OpenSSL.",
];

function tableLines(plan: ScaffoldPlan): readonly string[] {
  const { user, ports, entrypoint, command, stopSignal, homeUrl, licence, service } = plan;
  const kept = volumesOf(plan).map((path) => `\`${path}\``);
  return [
    "| | |",
    "| --- | --- |",
    `| user | \`${user.value}\` (65532:65532) |`,
    ...(ports === null ? [] : [`| ports | ${ports.value.join(", ")} |`]),
    ...(kept.length === 0 ? [] : [`| data | ${kept.join(", ")}, ${kept.length > 1 ? "volumes" : "a volume"} |`]),
    `| starts | ${code([...entrypoint.value, ...(command?.value ?? [])].join(" "))} |`,
    ...(service === null ? [] : [`| stops | ${stopSignal?.value ?? "SIGTERM"} |`]),
    `| licence | ${prose(licence.value)} |`,
    `| home | <${homeUrl.value}> |`,
  ];
}

function runLines(plan: ScaffoldPlan): readonly string[] {
  const { request, service, versionArguments } = plan;
  const image = `hardpan/dhi-${request.name}:${tagOf(plan, { dev: false, fips: false })}`;
  if (service === null) return ["```sh", `docker run --rm ${image} ${versionArguments.value.join(" ")}`, "```"];
  const [data] = volumesOf(plan);
  const volume = data === undefined ? "" : ` --volume data:${data}`;
  const temporary = readOnlyFolders(plan).map((path) => `\`${path.split(":")[0] ?? ""}\``);
  return [
    "```sh",
    `docker run --detach --name ${request.name}${volume} ${image}`,
    "```",
    "",
    `A read-only root is enough where ${[temporary.slice(0, -1).join(", "), temporary.at(-1) ?? ""].filter((part) => part !== "").join(" and ")} can be written: give them with \`--tmpfs\`.`,
  ];
}

function tagOf(plan: ScaffoldPlan, variant: ScaffoldVariant): string {
  const { fips, dev } = variant;
  const plain = variantFile(plan, { fips: false, dev: false });
  return `${plain}-debian${plan.request.release}${fips ? "-fips" : ""}${dev ? "-dev" : ""}`;
}

function variantWords({ dev, fips }: ScaffoldVariant): string {
  const mode = fips ? "OpenSSL in FIPS mode" : "";
  if (!dev) return mode === "" ? "as above" : mode;
  return `a whole Debian with apt, bash and curl${mode === "" ? "" : `, ${mode}`}; runs as root`;
}

/** A text that means nothing to Markdown. */
function prose(text: string): string {
  return oneLine(text, 600).replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`);
}

function code(text: string): string {
  return `\`${oneLine(text, 600).replaceAll(/[`|]/g, "")}\``;
}
