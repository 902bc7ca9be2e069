/** The value of a variable of an image's environment, `NAME=value` each; null where it has none, or an empty one. */
export function environmentValue(environment: readonly string[], name: string): string | null {
  return environment.findLast((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) || null;
}
