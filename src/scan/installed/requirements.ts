/** What a package offers others, its own name among it, and what it asks of them. */
export interface Needs {
  readonly provides: readonly string[];
  readonly requires: readonly string[];
}

/** Of what more packages provide than these, it is not known which one is used: the first are taken. */
const maxProviders = 16;

/**
 * Positions of the packages that fulfil what each of `packages` requires, sorted; what nobody provides is left out, and
 * so is the package itself. Versions are not compared: the package manager has done that.
 */
export function resolveRequirements(packages: readonly Needs[]): readonly (readonly number[])[] {
  const wanted = new Set(packages.flatMap(({ requires }) => requires));
  const providers = new Map<string, number[]>();
  for (const [position, { provides }] of packages.entries()) {
    for (const name of provides) {
      if (!wanted.has(name)) continue;
      const known = providers.get(name);
      if (known === undefined) providers.set(name, [position]);
      else if (known.length < maxProviders && known.at(-1) !== position) known.push(position);
    }
  }
  return packages.map(({ requires }, position) => {
    const found = new Set(requires.flatMap((name) => providers.get(name) ?? []));
    found.delete(position);
    return [...found].sort((a, b) => a - b);
  });
}
