/** A supplier's name and address. */
export interface Supplier {
  readonly name: string;
  readonly email: string | null;
}

/** Reads `Name <address>`, as Debian's Maintainer field has it; a name alone is taken as it is. */
export function parseSupplier(text: string): Supplier {
  const [, name = "", email = ""] = /^([^<]*)<([^<>\s]+)>/.exec(text) ?? [];
  if (email === "") return { name: oneLine(text), email: null };
  return { name: oneLine(name) || email, email };
}

/**
 * `supplier` as SPDX writes it (SPDX 2.3, §7.5). Teams and distributions are organisations; whether a name is a person's
 * is a guess from its words.
 */
export function spdxSupplier(supplier: string | null): string {
  if (supplier === null || supplier.trim() === "") return "NOASSERTION";
  const { name, email } = parseSupplier(supplier);
  const kind = email === null || organisation.test(name) ? "Organization" : "Person";
  return `${kind}: ${name}${email === null ? "" : ` (${email})`}`;
}

const organisation =
  /\b(team|group|maintainers?|developers?|project|packagers?|list|foundation|inc|ltd|llc|gmbh|debian|ubuntu|packaging)\b/i;

function oneLine(text: string): string {
  return text.replaceAll(/[\s()]+/g, " ").trim();
}
