import type { ListedImage, ListedVariant } from "../../flow/catalog/list/model.ts";
import { versionOf } from "../../flow/catalog/list/order.ts";
import type { CatalogPage, Counterpart } from "../../flow/catalog/page/model.ts";
import { codeMarkdown, escapeMarkdown, tableMarkdown } from "../../vuln/report/markdown-text.ts";
import { inMegabytes } from "../../vuln/report/words.ts";
import { kindOf, userText } from "./words.ts";

/** The page as Markdown; `command` is what made it. */
export function catalogPageMarkdown(page: CatalogPage, { command }: { readonly command: string }): string {
  const definitions = page.images.reduce((sum, { variants }) => sum + variants.length, 0);
  return [
    "# The catalogue\n",
    `${page.images.length} images in ${definitions} definitions. This page is written by \`${command}\`; it is of ${page.madeOn}.\n`,
    "`hardpan catalog show NAME` shows what stands here and more: tags, support, packages, vulnerabilities.\n",
    "## Images\n",
    tableMarkdown(["image", "what it is", "versions", "variants", "Debian", "user", "shell", "size"], {
      rows: page.images.map(imageRow),
    }),
    "User, shell and size are those of the runtime image of the newest version; the size is as pulled.\n",
    ...(page.counterparts.length === 0 ? [] : beside(page)),
    ...(page.leftOut.length === 0
      ? []
      : ["## Left out\n", tableMarkdown(["what", "why"], { rows: page.leftOut.map(leftOutRow) })]),
  ].join("\n");
}

function imageRow({ name, displayName, description, variants }: ListedImage): readonly string[] {
  const runtime = variants.find(({ variant }) => variant === "runtime") ?? variants[0];
  const distros = [...new Set(variants.map(({ distro }) => distro.replace("debian-", "")))].toSorted();
  const called = escapeMarkdown(displayName);
  const what = description === null ? called : `**${called}**. ${escapeMarkdown(description)}`;
  return [
    codeMarkdown(name),
    what,
    versionsOf(variants).join(", "),
    [...new Set(variants.map((variant) => kindOf(variant) || "runtime"))].join(", "),
    distros.toReversed().join(", "),
    runtime === undefined ? "" : userText(runtime),
    runtime?.shell === null ? "?" : runtime?.shell || "none",
    runtime?.size === null || runtime === undefined ? "?" : inMegabytes(runtime.size),
  ];
}

/** Versions of the runtime images, newest first. */
function versionsOf(variants: readonly ListedVariant[]): readonly string[] {
  const runtime = variants.filter(({ variant }) => variant === "runtime");
  return [...new Set(runtime.map((variant) => versionOf(variant).split("-", 1)[0] ?? ""))];
}

function beside({ counterparts, medians, advisories, madeOn }: CatalogPage): readonly string[] {
  const oldest = advisories.map(({ asOf }) => asOf).toSorted()[0];
  return [
    "## Beside the usual images\n",
    `Each hardened image beside reconstructions of the conventional ones that people use, from the same Debian archive, of ${madeOn}: all have all of Debian's fixes. Packages are those of the bill of materials, sizes are as pulled${
      oldest === undefined
        ? ""
        : `, vulnerabilities those that a newer version mends (advisories of ${oldest.slice(0, 10)} and newer)`
    }.\n`,
    tableMarkdown(["image", "in place of", "packages", "", "size", "", "fixable"], {
      rows: counterparts.map(counterpartRow),
    }),
    ...(medians === null
      ? []
      : [`In the middle: ${share(medians.packages)} fewer packages, ${share(medians.size)} smaller.\n`]),
  ];
}

function counterpartRow({ image, baseline, before, after }: Counterpart): readonly string[] {
  const fixable =
    before.fixable === null || after.fixable === null ? "unknown" : `${before.fixable} → ${after.fixable}`;
  return [
    codeMarkdown(image),
    codeMarkdown(baseline),
    `${before.packages} → ${after.packages}`,
    change(before.packages, after.packages),
    `${inMegabytes(before.size)} → ${inMegabytes(after.size)}`,
    change(before.size, after.size),
    fixable,
  ];
}

function leftOutRow({ name, reason }: { readonly name: string; readonly reason: string }): readonly string[] {
  return [escapeMarkdown(name), escapeMarkdown(reason)];
}

function change(before: number, after: number): string {
  return before === 0 ? "" : `${after <= before ? "−" : "+"}${share(Math.abs(1 - after / before))}`;
}

function share(part: number): string {
  return `${Math.round(part * 100)} %`;
}
