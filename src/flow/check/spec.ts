import { join } from "node:path";
import { loadSpec } from "../../check/spec/load.ts";
import type { CheckSpec } from "../../check/spec/model.ts";
import { parseLocator } from "../../oci/locator.ts";
import { FlowError } from "../error.ts";
import type { Ports } from "../ports.ts";

/** A run verification, and the file it is in: as it was given, or its path below the catalogue. */
export interface FoundSpec {
  readonly spec: CheckSpec;
  readonly file: string;
}

/**
 * The run verification of an image: `given`, or the check.yaml of the catalogue's image. Throws FLOW_SPEC_MISSING, and
 * CHECK_SPEC_INVALID with file, line and column.
 */
export async function specFor(
  reference: string,
  given: string | null,
  ports: Pick<Ports, "catalog">,
): Promise<FoundSpec> {
  const { file, path } = placeOf(reference, given, ports);
  const spec = await loadSpec(path, { shown: file });
  if (spec !== null) return { spec, file };
  throw new FlowError("FLOW_SPEC_MISSING", `there is no ${file} that says what ${reference} must do`, { hint });
}

const hint = "write a check.yaml as docs/guides/checking.md shows, and name it with --spec FILE";

function placeOf(reference: string, given: string | null, { catalog }: Pick<Ports, "catalog">) {
  if (given !== null) return { file: given, path: given };
  const locator = parseLocator(reference);
  if (locator.kind !== "catalog") {
    throw new FlowError("FLOW_SPEC_MISSING", `nothing says what ${reference} must do`, { hint });
  }
  const file = `image/${locator.name}/check.yaml`;
  return { file, path: join(catalog, file) };
}
