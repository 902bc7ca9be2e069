/** One challenge of a WWW-Authenticate header. `scheme` is in lower case, as are the names of the parameters. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const tokenPattern = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const limit = 16_384;

/**
 * The first challenge of a WWW-Authenticate header (RFC 9110 §11.6.1), such as
 * `Bearer realm="https://…",service="…",scope="repository:a/b:pull"`; null when there is none that can be read.
 */
export function parseChallenge(header: string): Challenge | null {
  return parseChallenges(header)[0] ?? null;
}

/** All challenges of a WWW-Authenticate header, in order; reading stops at the first thing that is none. */
export function parseChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, limit);
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let at = 0;
  for (;;) {
    at = skip(text, at, /[\s,]*/y);
    const name = match(text, at, tokenPattern);
    if (name === null) return challenges;
    const parameter = parameterAt(text, at);
    const current = challenges.at(-1);
    if (parameter === null) {
      challenges.push({ scheme: name.toLowerCase(), parameters: {} });
      at += name.length;
      // A token68, as in `Negotiate abc==`, carries nothing that is used here.
      const token68 = match(text, at, / +[A-Za-z0-9\-._~+/]+=*(?=\s*(,|$))/y);
      at += token68?.length ?? 0;
    } else {
      if (current === undefined) return challenges;
      current.parameters[parameter.name] = parameter.value;
      at = parameter.end;
    }
  }
}

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly end: number;
}

/** `name=token` or `name="quoted"` at `at`; null when there is none. */
function parameterAt(text: string, at: number): Parameter | null {
  const start = match(text, at, /[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*=\s*(?=["!#$%&'*+.^_`|~0-9A-Za-z-])/y);
  if (start === null) return null;
  const name = start.slice(0, start.indexOf("=")).trim().toLowerCase();
  const quoted = match(text, at + start.length, /"(?:[^"\\]|\\.)*"/y);
  if (quoted !== null) {
    const value = quoted.slice(1, -1).replace(/\\(.)/g, "$1");
    return { name, value, end: at + start.length + quoted.length };
  }
  const value = match(text, at + start.length, tokenPattern);
  return value === null ? null : { name, value, end: at + start.length + value.length };
}

function match(text: string, at: number, pattern: RegExp): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function skip(text: string, at: number, pattern: RegExp): number {
  return at + (match(text, at, pattern)?.length ?? 0);
}
