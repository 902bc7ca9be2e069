import type { ListedImage, ListedVariant } from "../list/model.ts";
import type { CatalogPage, Counterpart } from "./model.ts";

/** The page as Markdown; `command` is what made it. */
export function catalogPageMarkdown(page: CatalogPage, { command }: { readonly command: string }): string {
  const definitions = page.images.reduce((sum, { variants }) => sum + variants.length, 0);
  return [
    "# The catalogue\n",
    `${page.images.length} images in ${definitions} definitions. This page is written by \`${command}\`; it is of ${page.madeOn}.\n`,
    "`hardpan catalog show NAME` shows what stands here and more: tags, support, packages, vulnerabilities.\n",
    "## Images\n",
    table(
      ["image", "what it is", "versions", "variants", "Debian", "user", "shell", "size"],
      page.images.map(imageRow),
    ),
    "User, shell and size are those of the runtime image of the newest version; the size is as pulled.\n",
    ...(page.counterparts.length === 0 ? [] : beside(page)),
    ...(page.leftOut.length === 0 ? [] : ["## Left out\n", table(["what", "why"], page.leftOut.map(leftOutRow))]),
  ].join("\n");
}

function imageRow({ name, displayName, description, variants }: ListedImage): readonly string[] {
  const runtime = variants.find(({ variant }) => variant === "runtime") ?? variants[0];
  const distros = [...new Set(variants.map(({ distro }) => distro.replace("debian-", "")))].toSorted();
  const what = description === null ? displayName : `**${displayName}**. ${description}`;
  return [
    `\`${name}\``,
    what,
    versionsOf(variants).join(", "),
    variantsOf(variants).join(", "),
    distros.toReversed().join(", "),
    runtime === undefined ? "" : `${runtime.user}${numbered(runtime)}`,
    runtime?.shell === null ? "?" : runtime?.shell || "none",
    runtime?.size === null || runtime === undefined ? "?" : megabytes(runtime.size),
  ];
}

function numbered({ user, uid }: ListedVariant): string {
  return uid === null || user === String(uid) ? "" : ` (${uid})`;
}

/** The shortest tag's version of each runtime definition, newest first. */
function versionsOf(variants: readonly ListedVariant[]): readonly string[] {
  const short = variants.flatMap(({ variant, tags }) => {
    const [first] = tags.toSorted((a, b) => a.length - b.length);
    return variant === "runtime" && first !== undefined ? [first.split("-", 1)[0] ?? first] : [];
  });
  return [...new Set(short)];
}

function variantsOf(variants: readonly ListedVariant[]): readonly string[] {
  const words = variants.map(({ variant, flavor, compliance, tags }) => {
    const isFips = compliance.length > 0 || tags.every((tag) => /-fips(-dev)?$/.test(tag));
    const parts = [flavor ?? "", isFips ? "fips" : "", variant === "dev" ? "dev" : ""].filter((part) => part !== "");
    return parts.length === 0 ? "runtime" : parts.join("-");
  });
  return [...new Set(words)];
}

function beside({ counterparts, medians, advisories, madeOn }: CatalogPage): readonly string[] {
  const oldest = advisories.map(({ asOf }) => asOf).toSorted()[0];
  return [
    "## Beside the usual images\n",
    `Each hardened image beside a reconstruction of the conventional one from the same Debian archive, of ${madeOn}: both have all of Debian's fixes. Packages are those of the bill of materials, sizes are as pulled${
      oldest === undefined
        ? ""
        : `, vulnerabilities those that a newer version mends (advisories of ${oldest.slice(0, 10)} and newer)`
    }.\n`,
    table(["image", "in place of", "packages", "", "size", "", "fixable"], counterparts.map(counterpartRow)),
    ...(medians === null
      ? []
      : [`In the middle: ${share(medians.packages)} fewer packages, ${share(medians.size)} smaller.\n`]),
  ];
}

function counterpartRow({ image, baseline, before, after }: Counterpart): readonly string[] {
  const fixable =
    before.fixable === null || after.fixable === null ? "unknown" : `${before.fixable} → ${after.fixable}`;
  return [
    `\`${image}\``,
    `\`${baseline}\``,
    `${before.packages} → ${after.packages}`,
    change(before.packages, after.packages),
    `${megabytes(before.size)} → ${megabytes(after.size)}`,
    change(before.size, after.size),
    fixable,
  ];
}

function leftOutRow({ name, reason }: { readonly name: string; readonly reason: string }): readonly string[] {
  return [name, reason];
}

function change(before: number, after: number): string {
  return before === 0 ? "" : `${after <= before ? "−" : "+"}${share(Math.abs(1 - after / before))}`;
}

function share(part: number): string {
  return `${Math.round(part * 100)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line), ""].join("\n");
}
