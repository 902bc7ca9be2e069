import { editSource } from "../dockerfile/edit.ts";
import { instructionsOf, parseDockerfile } from "../dockerfile/parse.ts";
import { chainOf, type Stage } from "../dockerfile/stages.ts";
import type { Dockerfile, Instruction } from "../dockerfile/tree.ts";
import { type BaseOptions, type BaseSearch, findBase } from "./base.ts";
import { type FromEdit, planFromEdit } from "./from-edit.ts";
import { type HardenedImage, hardenedImage } from "./hardened-image.ts";
import { parseOfficialImage } from "./official-image.ts";
import { type Refusal, ranAsRoot, refuse, type SwapView } from "./refusal.ts";
import { runRule, startRule } from "./rules-command.ts";
import { leavesOf, movedPathRule, searchPathRule, workingDirectoryRule } from "./rules-path.ts";
import { ownerRule, rootRule, userRule } from "./rules-user.ts";

/** The hardened image for a reference: its catalogue name, the conventional image to measure against, what to write. */
export interface ImageMapping {
  /** `node:24-debian13` */
  readonly catalog: string;
  /** `node:24-slim/debian-13` */
  readonly baseline: string;
  /** `hardpan/dhi-node:24-debian13` */
  readonly to: string;
  /** What the hardened image has; `hardenedImage` of the catalogue name when absent. */
  readonly image?: HardenedImage;
}

/** What a swap needs: which image takes the place of which, and which stage is built. */
export interface SwapOptions extends BaseOptions {
  readonly mapping: (reference: string) => ImageMapping | null;
}

/** A change, and why. Line and column are of the original. */
export interface SwapEdit {
  readonly line: number;
  readonly column: number;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Something that no file shows, to look at once the service runs on the hardened image. */
export interface SwapCheck {
  readonly line: number;
  readonly text: string;
}

/** The migrated Dockerfile, or every line because of which swapping FROM alone would not be right. */
export type SwapResult =
  | {
      readonly kind: "swapped";
      readonly text: string;
      readonly edits: readonly SwapEdit[];
      readonly checks: readonly SwapCheck[];
    }
  | { readonly kind: "refused"; readonly reasons: readonly Refusal[] };

/** Rules look at what comes before each instruction: longer files, which no builder makes an image of, are refused. */
const maximumInstructions = 1000;

const rules = [runRule, startRule, userRule, ownerRule, rootRule, workingDirectoryRule, movedPathRule, searchPathRule];

/**
 * Puts the hardened image in place of the base of the final stage, where that alone is right; every other byte stays.
 * Refuses rather than guesses. Throws what `findBase` does.
 */
export function swapBase(dockerfile: Dockerfile, options: SwapOptions): SwapResult {
  const instructions = instructionsOf(dockerfile);
  const excess = instructions[maximumInstructions];
  if (excess !== undefined) return { kind: "refused", reasons: [tooMany(excess)] };
  if (dockerfile.diagnostics.length > 0) return { kind: "refused", reasons: invalid(dockerfile) };
  const base = findBase(dockerfile, options);
  const mapped = base.kind === "image" ? options.mapping(base.reference) : null;
  const first = base.chain[0];
  const target = base.chain.at(-1);
  if (base.kind !== "image" || mapped === null || first === undefined || target === undefined) {
    return { kind: "refused", reasons: [notMapped(base)] };
  }
  const image = mapped.image ?? hardenedImage(mapped.catalog.split(":")[0] ?? "");
  const affected = base.stages.filter((stage) => chainOf(base.stages, stage)[0] === first);
  const view: SwapView = { dockerfile, stages: base.stages, affected, leaves: leavesOf(affected, target), image };

  const plan = planFromEdit(dockerfile, { stage: first, stages: base.stages, to: mapped.to, options });
  const reasons = [...baseRefusals(first, mapped), ...plan.refusals, ...rules.flatMap((rule) => rule(view))];
  if (plan.edit === null || reasons.length > 0) return { kind: "refused", reasons: inOrder(reasons) };
  const text = editSource(dockerfile.source, [plan.edit]);
  const after = findBase(parseDockerfile(text), options);
  if (after.kind !== "image" || after.reference !== mapped.to)
    return { kind: "refused", reasons: [unproved(first, mapped)] };
  return { kind: "swapped", text, edits: [described(plan.edit, mapped)], checks: checksOf(base, view) };
}

function described(edit: FromEdit, mapped: ImageMapping): SwapEdit {
  const reason = `${mapped.catalog} takes the place of the conventional base image`;
  return { ...edit.position, from: edit.from, to: edit.text, reason };
}

function baseRefusals(first: Stage, mapped: ImageMapping): readonly Refusal[] {
  const official = first.base.kind === "image" ? parseOfficialImage(first.base.reference) : null;
  const refusals: Refusal[] = [];
  if (official?.distro?.startsWith("alpine") === true && !mapped.to.includes("alpine")) {
    const reason = "is Alpine (musl); the hardened image is Debian (glibc): native modules have to be built again";
    refusals.push(refuse(first.from, { rule: "libc-changes", reason }));
  }
  if (first.resolved.text.includes("@") && !mapped.to.includes("@")) {
    const reason = "is pinned by digest, and the digest of the hardened image is not known here: the pin would be lost";
    refusals.push(refuse(first.from, { rule: "digest-pinned", reason }));
  }
  if (first.platform !== null && !/^(?:\$|linux\/(?:amd64|arm64)(?:\/v8)?$)/.test(first.platform)) {
    const reason = `asks for ${first.platform}; hardened images are for linux/amd64 and linux/arm64`;
    refusals.push(refuse(first.from, { rule: "platform-missing", reason }));
  }
  return refusals;
}

function notMapped(base: BaseSearch): Refusal {
  const place = base.chain[0]?.from;
  if (place === undefined) throw new Error("a base without a stage");
  if (base.kind === "image") {
    return refuse(place, { rule: "no-image", reason: `no hardened image for ${base.reference} yet` });
  }
  if (base.kind === "scratch")
    return refuse(place, { rule: "no-image", reason: "starts from scratch: there is no base to swap" });
  const reason = `the image depends on ${base.missing.join(", ")}, which has no value in the Dockerfile`;
  return refuse(place, { rule: "base-unresolved", reason });
}

function unproved(first: Stage, mapped: ImageMapping): Refusal {
  const reason = `writing ${mapped.to} here would not make it the base`;
  return refuse(first.from, { rule: "base-unresolved", reason });
}

function tooMany(instruction: Instruction): Refusal {
  const reason = `is instruction ${maximumInstructions + 1} of a file that should have no more than ${maximumInstructions}`;
  return refuse(instruction, { rule: "dockerfile-invalid", reason });
}

function invalid(dockerfile: Dockerfile): readonly Refusal[] {
  const lines = dockerfile.source.split("\n");
  return dockerfile.diagnostics.map(({ position, message }) => ({
    ...position,
    instruction: (lines[position.line - 1] ?? "").trim().slice(0, 120),
    reason: message,
    rule: "dockerfile-invalid",
  }));
}

function checksOf(base: BaseSearch, view: SwapView): readonly SwapCheck[] {
  const checks: SwapCheck[] = [];
  const target = base.chain.at(-1);
  if (target !== undefined && ranAsRoot(view, target)) {
    const text = `runs as uid ${view.image.uid ?? "not root"} instead of root: the files it writes must be writable for that user`;
    checks.push({ line: base.position.line, text });
  }
  for (const { reference, position } of base.copiedFrom) {
    checks.push({
      line: position.line,
      text: `what is copied from ${reference} must find its libraries in the hardened image`,
    });
  }
  return checks;
}

function inOrder(reasons: readonly Refusal[]): readonly Refusal[] {
  return reasons.toSorted((left, right) => left.line - right.line || left.column - right.column);
}
