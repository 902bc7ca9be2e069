const longestText = 1 << 20;

/**
 * The variables of a file that `EnvironmentFile=` names (systemd.exec(5)): a line each, comments left out, quotes around a
 * value taken off. Shell in a value is not run and stays as it stands. Never throws.
 */
export function parseEnvironmentFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.slice(0, longestText).split("\n")) {
    const [, name, rest = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) variables.set(name, unquoted(rest.trim()));
  }
  return variables;
}

function unquoted(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value.replace(/\s#.*$/, "").trimEnd();
  const end = value.indexOf(quote, 1);
  return end === -1 ? value : value.slice(1, end);
}
