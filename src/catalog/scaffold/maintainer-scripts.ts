import { merged, type PackageFacts } from "./facts.ts";
import { isSafe } from "./unit/service.ts";
import { unitWords } from "./unit/words.ts";

/** What a package's installation would make, read from its scripts, `sysusers.d` and `tmpfiles.d`. Nothing is run. */
export interface Installation {
  /** System accounts, the first one first. */
  readonly accounts: readonly { readonly name: string; readonly source: string }[];
  /** Paths that are given to an account other than root. */
  readonly owned: readonly { readonly path: string; readonly source: string }[];
  /** Names that `update-alternatives` would make. */
  readonly alternatives: readonly { readonly link: string; readonly path: string }[];
}

const accountName = /^[a-z_][a-z0-9_-]{0,30}$/;

/** Reads what `packages` would make. Variables of scripts are not followed but for plain assignments. */
export function readInstallation(packages: readonly Pick<PackageFacts, "name" | "scripts" | "texts">[]): Installation {
  const parts = packages.flatMap((one) => [
    ...[...one.scripts].map(([name, text]) => ofScript(text, `the ${name} of ${one.name}`)),
    ...[...one.texts].flatMap(([path, text]) => ofList(path, text)),
  ]);
  return {
    accounts: unique(
      parts.flatMap(({ accounts }) => accounts),
      ({ name }) => name,
    ),
    owned: unique(
      parts.flatMap(({ owned }) => owned),
      ({ path }) => path,
    ),
    alternatives: unique(
      parts.flatMap(({ alternatives }) => alternatives),
      ({ link }) => link,
    ),
  };
}

function ofScript(text: string, source: string): Installation {
  const variables = new Map<string, string>();
  const accounts: Installation["accounts"][number][] = [];
  const owned: Installation["owned"][number][] = [];
  const alternatives: Installation["alternatives"][number][] = [];
  for (const line of commandLines(text)) {
    const [, variable, value = ""] = /^(\w+)=["']?([\w./-]*)["']?$/.exec(line) ?? [];
    if (variable !== undefined) variables.set(variable, value);
    const filled = line.replaceAll(
      /\$(?:(\w+)|\{(\w+)\})/g,
      (whole, a?: string, b?: string) => variables.get(a ?? b ?? "") ?? whole,
    );
    const [program = "", ...words] = unitWords(filled) ?? [];
    const name = /^(?:\/usr)?(?:\/s?bin\/)?(adduser|useradd)$/.test(program) ? newAccount(words) : null;
    if (name !== null) accounts.push({ name, source });
    owned.push(...newOwner(program, words).map((path) => ({ path, source })));
    alternatives.push(...newAlternatives(program, words));
  }
  return { accounts, owned, alternatives };
}

const mostLines = 20_000;

/** Commands, each on a line: conditions and what joins commands are cut away. */
function commandLines(text: string): readonly string[] {
  const lines = text.replaceAll(/\\\n/g, " ").split("\n").slice(0, mostLines);
  return lines.flatMap((line) =>
    line
      .split(/\|\||&&|;(?!;)/)
      .map((part) =>
        part
          .trim()
          .replace(/^(?:(?:if|then|else|elif|do|!|exec)\s+)+/, "")
          .replace(/\s*\d?>\S*.*$/, ""),
      )
      .filter((part) => part !== "" && !part.startsWith("#") && part.length < 2000),
  );
}

/** The name of the account that `adduser --system … NAME` or `useradd … NAME` makes. */
function newAccount(words: readonly string[]): string | null {
  const isSystem = words.some((word) => /^(--system|-r)$/.test(word));
  const withValue = /^(--(home|gecos|ingroup|shell|uid|gid|firstuid|lastuid|comment|home-dir|groups)|-[dcgGsu])$/;
  const names = words.filter((word, index) => !word.startsWith("-") && !withValue.test(words[index - 1] ?? ""));
  const [name = ""] = names;
  return isSystem && accountName.test(name) ? name : null;
}

/** Paths that `chown`, `install -o` and `dpkg-statoverride` give to somebody else than root. */
function newOwner(program: string, words: readonly string[]): readonly string[] {
  const option = (name: RegExp) => words[words.findIndex((word) => name.test(word)) + 1];
  const plain = words.filter((word) => !word.startsWith("-"));
  const [owner, paths] = /(^|\/)chown$/.test(program)
    ? [plain[0], plain.slice(1)]
    : /(^|\/)install$/.test(program) && words.some((word) => /^(-o|--owner)$/.test(word))
      ? [option(/^(-o|--owner)$/), plain]
      : /dpkg-statoverride$/.test(program)
        ? [plain[0], plain.slice(3)]
        : [undefined, []];
  const account = owner?.split(/[:.]/)[0] ?? "root";
  if (/^(root|0|\$.*)?$/.test(account)) return [];
  return paths.filter((path) => isSafe(path)).map(merged);
}

function newAlternatives(program: string, words: readonly string[]): Installation["alternatives"] {
  if (!program.endsWith("update-alternatives")) return [];
  return words.flatMap((word, index) => {
    const [link = "", path = ""] = [words[index + 1], words[index + 3]];
    const isMeant = (word === "--install" || word === "--slave") && isSafe(link) && isSafe(path);
    return isMeant ? [{ link: merged(link), path: merged(path) }] : [];
  });
}

/** Lines of `sysusers.d` (`u NAME …`) and `tmpfiles.d` (`d PATH MODE USER GROUP …`). */
function ofList(file: string, text: string): Installation {
  const kind = /^\/usr\/lib\/(sysusers|tmpfiles)\.d\//.exec(file)?.[1];
  if (kind === undefined) return { accounts: [], owned: [], alternatives: [] };
  const source = file.slice(file.lastIndexOf("/") + 1);
  const lines = text
    .split("\n")
    .slice(0, mostLines)
    .map((line) => unitWords(line) ?? []);
  if (kind === "sysusers") {
    const users = lines.filter(([type = ""]) => /^u[!]?$/.test(type)).map(([, name = ""]) => name);
    return {
      ...{ owned: [], alternatives: [] },
      accounts: users.filter((name) => accountName.test(name)).map((name) => ({ name, source })),
    };
  }
  const folders = lines.flatMap(([type = "", path = "", , user = "-"]) =>
    /^[dDq]/.test(type) && !/^(-|root|0)$/.test(user) && isSafe(path) ? [{ path: merged(path), source }] : [],
  );
  return { accounts: [], owned: folders, alternatives: [] };
}

function unique<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  return items.filter((item, index) => items.findIndex((other) => key(other) === key(item)) === index);
}
