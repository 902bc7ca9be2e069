import { auditImage, neededForAudit } from "../../../src/facts/audit/audit.ts";
import { factsInput } from "../../../src/facts/facts.ts";
import { openImage } from "../../../src/facts/image.ts";
import type { AuditedFacts } from "../../../src/facts/model.ts";
import { traitInspector } from "../../../src/facts/trait.ts";
import { walkImage } from "../../../src/facts/walk.ts";
import type { ContainerConfig } from "../../../src/oci/config.ts";
import { type TestLayer, testImage } from "../layers.ts";

/** The facts of a real image made of `layers`, read as `hardpan facts` reads one. */
export async function audited(
  layers: TestLayer | readonly TestLayer[],
  container: Partial<ContainerConfig> = {},
): Promise<AuditedFacts> {
  const { store } = await testImage(isList(layers) ? layers : [layers], { container });
  const image = await openImage(store, "test");
  const { environment } = image.config.container;
  const tree = await walkImage(store, image.manifest, {
    keep: (path, file) => (neededForAudit(path, environment) ? file.size : 0),
    inspector: traitInspector,
  });
  return auditImage(factsInput(tree, image));
}

function isList(layers: TestLayer | readonly TestLayer[]): layers is readonly TestLayer[] {
  return Array.isArray(layers);
}
