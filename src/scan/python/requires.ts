const longestName = 200;

/**
 * The normalised names of what `Requires-Dist` fields ask for (PEP 508). What only an extra asks for is left out; other
 * markers are not looked at.
 */
export function requiredNames(requirements: readonly string[]): readonly string[] {
  const names = requirements.flatMap((requirement) => (asksForExtra(requirement) ? [] : nameOf(requirement)));
  return [...new Set(names)].sort();
}

/** The same of an egg's `requires.txt`: its sections are extras, unless they have a condition alone (`[:marker]`). */
export function requiredNamesOfEgg(text: string): readonly string[] {
  const requirements: string[] = [];
  let isExtra = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("[")) isExtra = !line.startsWith("[:");
    else if (!isExtra && !line.startsWith("#")) requirements.push(line);
  }
  return requiredNames(requirements);
}

/** A name as package indexes compare it (PEP 503): in lower case, with one `-` for each run of `-`, `_` and `.`. */
export function normalizedName(name: string): string {
  return name.replaceAll(/[-_.]+/g, "-").toLowerCase();
}

function asksForExtra(requirement: string): boolean {
  const marker = requirement.indexOf(";");
  return marker >= 0 && /\bextra\b/.test(requirement.slice(marker));
}

function nameOf(requirement: string): readonly string[] {
  const [name] = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(requirement.trim()) ?? [];
  return name === undefined || name.length > longestName ? [] : [normalizedName(name)];
}
