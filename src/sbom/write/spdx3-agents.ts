import type { SbomPackage } from "../model.ts";
import { parseSupplier, spdxSupplier } from "../supplier.ts";
import type { Element, MakeElement } from "./spdx3-element.ts";

/** Who supplies the packages of a bill, as elements of SPDX 3. */
export interface Agents {
  readonly all: readonly Element[];
  /** The identifier of the supplier of `item`; null where it has none. */
  of(item: SbomPackage): string | null;
}

/** One person or organisation for every supplier there is. */
export function agentsOf(packages: readonly SbomPackage[], element: MakeElement): Agents {
  const agents = new Map<string, Element>();
  for (const { supplier } of packages) {
    if (supplier === null || agents.has(supplier)) continue;
    const kind = spdxSupplier(supplier);
    if (kind === "NOASSERTION") continue;
    const { name, email } = parseSupplier(supplier);
    const identifiers = [{ type: "ExternalIdentifier", externalIdentifierType: "email", identifier: email }];
    const type = kind.startsWith("Person") ? "Person" : "Organization";
    agents.set(
      supplier,
      element(`Supplier-${agents.size + 1}`, {
        type,
        name,
        ...(email === null ? {} : { externalIdentifier: identifiers }),
      }),
    );
  }
  return {
    all: [...agents.values()],
    of({ supplier }) {
      const id = supplier === null ? undefined : agents.get(supplier)?.["spdxId"];
      return typeof id === "string" ? id : null;
    },
  };
}
