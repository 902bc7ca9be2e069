import { packageRequest } from "../definition/package.ts";
import type { Definition } from "../definition/schema.ts";
import { auditImage, neededForAudit } from "../facts/audit/audit.ts";
import { checkClaims, type FactProblem } from "../facts/claims.ts";
import { exceptionsIn } from "../facts/exception.ts";
import type { AuditedFacts } from "../facts/model.ts";
import { parseConfig } from "../oci/config.ts";
import type { BuiltImage } from "./built.ts";
import { ImageError } from "./error.ts";
import { fragmentContents } from "./layer/content.ts";
import type { Packing } from "./layer/fragment.ts";
import { traitsIn } from "./layer/root.ts";
import type { Stack } from "./layer/stack.ts";

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
  const paths = needed.map(({ path }) => path);
  return auditImage({
    files: root,
    contents: await fragmentContents(fragments, paths, packing),
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

const shellPackages = new Set(["bash", "busybox", "busybox-static", "dash", "ksh", "mksh", "yash", "zsh"]);
const managerPackages: Readonly<Record<string, string>> = {
  apt: "apt",
  dpkg: "dpkg",
  "python3-pip": "pip",
  npm: "npm",
};

/** Where an image is not what its definition says, or has what the definition does not explain. */
export function brokenClaims(definition: Definition, facts: AuditedFacts): readonly FactProblem[] {
  const listed = packageRequest(definition.contents.packages).packages.map(({ name }) => name);
  return checkClaims(facts, {
    variant: definition.variant === "dev" ? "dev" : "runtime",
    fips: definition["fips-compliant"] === true,
    shell: listed.some((name) => shellPackages.has(name)),
    packageManagers: listed.flatMap((name) => managerPackages[name] ?? []),
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
