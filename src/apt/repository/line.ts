import { AptError } from "../error.ts";
import type { DebianArchitecture } from "../model.ts";
import { parseSourceLine, type SourceLine } from "../sources-list.ts";

/** A repository as a definition names it, in one line of sources.list(5). */
export interface Repository {
  /** As written, for messages. */
  readonly line: string;
  /** Base URL without slash at the end. */
  readonly uri: string;
  /** `trixie`, `stable/updates`; for a flat repository the folder, as written: `./`, `/`, `debian13/`. */
  readonly suite: string;
  /** None for a flat repository. */
  readonly components: readonly string[];
  /** What `arch=` names; null for every architecture there is. */
  readonly architectures: readonly string[] | null;
  /** What `signed-by=` names: files, or fingerprints of 40 upper-case hexadecimal digits. */
  readonly signedBy: readonly string[];
}

/**
 * Reads `deb [signed-by=FILE arch=amd64] URL SUITE COMPONENT…`, or `deb URL FOLDER/` for a flat repository. Options that
 * would weaken what is checked, and those that are not known, are refused. Throws APT_REPOSITORY_INVALID.
 */
export function parseRepositoryLine(text: string): Repository {
  const line = text.trim();
  const read = parseSourceLine(line);
  if (read === null) throw invalid(line, "is not a line of sources.list");
  const { suite, components } = read;
  const flat = isFlat(read);
  if (flat && components.length > 0) throw invalid(line, `names components, which the flat ${suite} cannot have`);
  if (!flat && components.length === 0) throw invalid(line, "names no component");
  for (const part of [suite, ...components]) {
    if (!namePattern.test(part) || part.split("/").includes("..")) {
      throw invalid(line, `has the unfit name ${JSON.stringify(part.slice(0, 100))}`);
    }
  }
  return { line, uri: baseOf(read, line), suite, components, ...optionsOf(read, line) };
}

/** Whether the repository is a single folder, without `dists` and components. */
export function isFlat({ suite }: Pick<Repository, "suite">): boolean {
  return suite.endsWith("/");
}

/** The name of a repository's suite in an index and, after `repository:`, in a lock: `https://host/debian trixie`. */
export function repositoryName({ uri, suite }: Pick<Repository, "uri" | "suite">): string {
  return `${uri} ${suite}`;
}

/** Whether packages for `architecture` are to be taken from the repository. */
export function offers({ architectures }: Repository, architecture: DebianArchitecture): boolean {
  return architectures === null || architectures.includes(architecture);
}

const namePattern = /^[A-Za-z0-9./][A-Za-z0-9.~_+/-]*$/;

function baseOf({ uri }: SourceLine, line: string): string {
  const parsed = URL.parse(uri);
  if (parsed === null || !/^(https?|file):$/.test(parsed.protocol)) {
    throw invalid(line, "has an address that is not http:, https: or file:");
  }
  if (parsed.username !== "" || parsed.password !== "" || parsed.search !== "" || parsed.hash !== "") {
    throw invalid(line, "has an address with a password, a query or a fragment, which a lock would show to everyone");
  }
  return parsed.href.replace(/\/+$/, "");
}

function optionsOf({ options }: SourceLine, line: string): Pick<Repository, "architectures" | "signedBy"> {
  let architectures: readonly string[] | null = null;
  let signedBy: readonly string[] = [];
  for (const option of options) {
    const [name = "", ...rest] = option.split("=");
    const values = rest.join("=").split(",");
    if (rest.length === 0 || values.includes("")) throw invalid(line, `has the option ${option}, which has no value`);
    switch (name.toLowerCase()) {
      case "arch":
        architectures = values;
        break;
      case "signed-by":
        signedBy = values.map((value) => signer(value, line));
        break;
      case "lang":
      case "target":
      case "pdiffs":
      case "by-hash":
        // They say which other files apt fetches and how, which makes no difference to the packages there are.
        break;
      default:
        throw invalid(line, `has the option ${name}, which is not taken here`);
    }
  }
  return { architectures, signedBy };
}

function signer(value: string, line: string): string {
  if (value.startsWith("/")) return value;
  if (/^[0-9A-Fa-f]{40}$/.test(value)) return value.toUpperCase();
  throw invalid(line, `is signed by ${JSON.stringify(value.slice(0, 100))}, neither a file nor a whole fingerprint`);
}

function invalid(line: string, problem: string): AptError {
  const shown = line.replace(/\/\/[^/@\s]*@/g, "//").slice(0, 300);
  return new AptError("APT_REPOSITORY_INVALID", `the repository line \`${shown}\` ${problem}`, {
    hint: "write deb [signed-by=/usr/share/keyrings/NAME.gpg] https://HOST/PATH SUITE COMPONENT…, or a folder with / at its end in place of suite and components",
  });
}
