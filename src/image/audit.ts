import type { Definition, DefinitionContents } from "../definition/schema.ts";
import { auditImage, neededForAudit } from "../facts/audit/audit.ts";
import { checkClaims, type FactProblem } from "../facts/claims.ts";
import { exceptionsIn } from "../facts/exception.ts";
import type { AuditedFacts } from "../facts/model.ts";
import { linkedAccountFiles } from "../facts/user.ts";
import { parseConfig } from "../oci/config.ts";
import type { BuiltImage } from "./built.ts";
import { ImageError } from "./error.ts";
import { fragmentContents } from "./layer/content.ts";
import type { Packing } from "./layer/fragment.ts";
import { traitsIn } from "./layer/root.ts";
import type { Stack } from "./layer/stack.ts";
import { listedPrograms } from "./listed-programs.ts";

/**
 * What an image really has, computed from its configuration as it is written and from what its fragments are known to
 * hold: the same as reading the image would give.
 */
export async function auditStack(
  { root, fragments }: Pick<Stack, "root" | "fragments">,
  { layers, config: document }: Pick<BuiltImage, "layers" | "config">,
  packing: Packing,
): Promise<AuditedFacts> {
  const { container, platform } = parseConfig(document.bytes, "the image configuration");
  const needed = [...root.values()].filter(
    ({ path, type }) => (type === "file" || type === "link") && neededForAudit(path, container.environment),
  );
  const paths = new Set([...needed, ...linkedAccountFiles(root).values()].map(({ path }) => path));
  return auditImage({
    files: root,
    contents: await fragmentContents(fragments, [...paths], packing),
    traits: traitsIn(root, fragments),
    architecture: platform.architecture,
    container,
    size: {
      compressed: layers.reduce((sum, layer) => sum + layer.size, document.descriptor.size),
      unpacked: layers.reduce((sum, layer) => sum + layer.unpackedSize, 0),
    },
    layers: layers.length,
  });
}

/** What a definition says of an image that its facts can be held against. */
export interface Claiming extends Pick<Definition, "variant" | "fips-compliant" | "labels"> {
  readonly contents: Pick<DefinitionContents, "packages">;
}

/** Where an image is not what its definition says, or has what the definition does not explain. */
export function brokenClaims(definition: Claiming, facts: AuditedFacts): readonly FactProblem[] {
  const { shells, packageManagers } = listedPrograms(definition.contents);
  return checkClaims(facts, {
    variant: definition.variant === "dev" ? "dev" : "runtime",
    fips: definition["fips-compliant"] === true,
    shells,
    packageManagers,
    allowed: exceptionsIn(definition.labels),
  });
}

/** Throws IMAGE_CLAIM_BROKEN, with every problem, where there is any. */
export function refuseBrokenClaims(problems: readonly FactProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const shown = problems.slice(0, 20).map(({ rule, message }) => `${rule}: ${message}`);
  const more = problems.length > 20 ? `\nand ${problems.length - 20} more` : "";
  throw new ImageError("IMAGE_CLAIM_BROKEN", `${shown.join("\n")}${more}`, {
    hint: first.hint,
  });
}
