import type { Definition } from "../../definition/schema.ts";
import type { ListedVariant } from "../../flow/catalog/list/model.ts";
import { callTag } from "../../flow/catalog/list/order.ts";
import type { ShownImage } from "../../flow/catalog/list/show.ts";
import { type Piece, painted, paragraph, type Terminal } from "../../vuln/report/text/terminal.ts";
import { countsText, splitText } from "../../vuln/report/words.ts";
import { headLine, programsText, sizeText, supportText, userText } from "./words.ts";

/** How a page is shown: `variant` asks for one variant with all there is to say of it. */
export interface ShowTextOptions extends Terminal {
  readonly isVariant: boolean;
}

/** The page on an image for people. */
export function catalogShowText({ listing, info, definitions }: ShownImage, options: ShowTextOptions): string {
  const { isVariant } = options;
  return listing.images
    .map((image) => {
      const about = image.description === null ? "" : paragraph([image.description], { indent: 0, terminal: options });
      const facts = rowsText(
        [
          ["Categories", image.categories.join(", ")],
          ["Licence", image.licence],
          ["Home page", info?.homeUrl ?? null],
          ["Dates from", sourceText(info?.endOfLifeSource ?? null)],
        ],
        options,
      );
      const variants = image.variants.map((variant) =>
        isVariant ? variantPage(variant, definitions.get(variant.definition), options) : variantText(variant, options),
      );
      return `${headLine(image, options)}${about}\n${facts}\n${variants.join("\n")}`;
    })
    .join("\n");
}

function sourceText(source: string | null): string | null {
  return source === "debian" ? "Debian's list of releases" : source;
}

function variantText(variant: ListedVariant, terminal: Terminal): string {
  const tag = callTag(variant.tags);
  const others = variant.tags.filter((other) => other !== tag);
  const lines = [
    ...(others.length === 0 ? [] : [`also ${others.join(", ")}`]),
    [userText(variant), programsText(variant), ...variant.compliance, variant.platforms.join(", ")].join("; "),
    `support: ${supportText(variant.support)}${variant.endOfLife === null ? "" : `; end of life ${variant.endOfLife}`}`,
    buildText(variant),
    ...(variant.digest === null ? [] : [vulnerabilitiesText(variant)]),
  ];
  const title: Piece = { text: tag, style: "strong", pad: tag.length + 1 };
  const head = paragraph([title, `${variant.variant}, ${variant.distro}`], { indent: 0, hang: 2, terminal });
  return `${head}${lines.map((line) => paragraph([line], { indent: 4, hang: 6, terminal })).join("")}`;
}

function variantPage(variant: ListedVariant, definition: Definition | undefined, terminal: Terminal): string {
  const starts = [...(definition?.entrypoint ?? []), ...(definition?.cmd ?? [])];
  return rowsText(
    [
      ["Definition", `${variant.definition}.yaml`],
      ["Variant", [variant.variant, ...(variant.flavor === null ? [] : [variant.flavor]), variant.distro].join(", ")],
      ["Tags", variant.tags.join(", ")],
      ["Platforms", variant.platforms.join(", ")],
      ["Runs as", userText(variant)],
      ["Programs", programsText(variant)],
      ["Compliance", variant.compliance.join(", ") || null],
      ["Starts", starts.length === 0 ? null : starts.join(" ")],
      ["Works in", definition?.["work-dir"] ?? null],
      ["Ports", definition?.ports.join(", ") || null],
      ["Volumes", definition?.volumes.join(", ") || null],
      ["Support", supportText(variant.support)],
      ["End of life", variant.endOfLife ?? "not known"],
      ["Built", variant.builtAt === null ? "not built here" : timeText(variant.builtAt)],
      ["Digest", variant.digest],
      ["Size", variant.size === null ? null : sizeText(variant.size)],
      ["Packages", variant.digest === null ? null : (variant.packages?.toString() ?? "not counted")],
      ["Vulnerabilities", variant.digest === null ? null : longCounts(variant)],
    ],
    terminal,
  );
}

function buildText(variant: ListedVariant): string {
  const { digest, builtAt, size } = variant;
  if (digest === null || builtAt === null) return "not built here";
  return `${sizeText(size)}, ${packagesText(variant)}, built ${timeText(builtAt)}: ${digest}`;
}

function packagesText({ packages }: ListedVariant): string {
  return packages === null ? "packages not counted" : `${packages} packages`;
}

function vulnerabilitiesText({ vulnerabilities }: ListedVariant): string {
  if (vulnerabilities === null) return `vulnerabilities ${howToCount}`;
  return `${countsText(vulnerabilities)}, by advisories of ${vulnerabilities.asOf}`;
}

const howToCount = "not counted: `hardpan cves` scans the image and counts them";

function longCounts(variant: ListedVariant): string {
  const { vulnerabilities } = variant;
  if (vulnerabilities === null) return howToCount;
  return `${vulnerabilitiesText(variant)}: ${splitText(vulnerabilities)}`;
}

/** `2026-11-27 12:31 UTC`. */
function timeText(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}

/** Rows of a label and a text; those without a text are left out. */
function rowsText(rows: readonly (readonly [label: string, text: string | null])[], terminal: Terminal): string {
  const margin = "Vulnerabilities".length + 4;
  return rows
    .filter(([, text]) => text !== null && text !== "")
    .map(([label, text]) => {
      const lines = paragraph([text ?? ""], { indent: margin, terminal });
      return `  ${painted(label, "soft", terminal)}${lines.slice(label.length + 2)}`;
    })
    .join("");
}
