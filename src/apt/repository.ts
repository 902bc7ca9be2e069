import { createHash } from "node:crypto";
import type { ReleaseBody } from "../debian/release.ts";
import { AptError } from "./error.ts";
import type { IndexPart } from "./index/merged.ts";
import { hasPackagesFile, type PackagesFile, packagesFileAt } from "./index/packages-file.ts";
import { openPart } from "./index/part.ts";
import { tolerance } from "./keyring.ts";
import type { DebianArchitecture } from "./model.ts";
import type { AptOptions, AptPorts } from "./ports.ts";
import { signedByDebian } from "./release.ts";
import { isSignedByDebian, type KeyringFile, keyringsFor } from "./repository/keys.ts";
import { isFlat, type Repository, repositoryName } from "./repository/line.ts";
import { acquireSigned, type SuiteSource } from "./signed-release.ts";
import { onlyKeys, readNamedKeys, type SignedText, verifySigned } from "./trust.ts";

/** A repository besides Debian's archive, and the keys there are for it. */
export interface RepositoryRequest {
  readonly repository: Repository;
  /** Of the definition; which of them count is what the line's `signed-by` says. */
  readonly keyrings: readonly KeyringFile[];
  readonly architecture: DebianArchitecture;
  /** Of the Debian release the image is made from: for a repository that Debian's own keys sign. */
  readonly codename: string;
}

/**
 * Acquires the packages of a repository: its InRelease is verified with exactly the keys that the line allows and by all
 * that holds for Debian's own, its indices are checked against it. A suite must have the name asked for as its Codename
 * or Suite, or have neither; the name of a flat repository is only a folder, and is not compared. The packages are of the
 * pocket `third-party`. Throws APT_KEYRING_MISSING where no key is given, APT_UNSIGNED, APT_KEY_UNKNOWN,
 * APT_SIGNATURE_INVALID, and what `acquireSigned` and `openPart` throw, APT_INDEX_MISSING among it.
 */
export async function acquireRepository(
  request: RepositoryRequest,
  ports: AptPorts,
  options: AptOptions = {},
): Promise<IndexPart> {
  const { repository, architecture } = request;
  const verified = await acquireSigned(sourceOf(request, ports, options), ports, options);
  const files = filesOf(verified.body, { repository, architecture });
  return await openPart({ release: verified.release, files, architecture }, ports, options);
}

function sourceOf(request: RepositoryRequest, ports: AptPorts, options: AptOptions): SuiteSource {
  const { repository, codename } = request;
  const { uri, suite } = repository;
  const name = repositoryName(repository);
  const common = {
    suite: name,
    codename: suite,
    pocket: "third-party" as const,
    bases: [uri],
    folder: folderOf(repository),
    isOf: (body: ReleaseBody) => isFlat(repository) || matches(body, suite),
  };
  if (isSignedByDebian(repository)) return { ...common, record: name, ...signedByDebian(codename, ports, options) };
  const keyrings = keyringsFor(repository, request.keyrings);
  const fingerprints = repository.signedBy.filter((signer) => !signer.startsWith("/"));
  const sums = keyrings.map(({ bytes }) => createHash("sha256").update(bytes).digest("hex"));
  return {
    ...common,
    record: [name, ...fingerprints, ...sums].join(" "),
    trusts: () => true,
    verify: async (document) => await verifyWith(document, { keyrings, fingerprints, repository, ports }),
  };
}

interface Keys {
  readonly keyrings: readonly KeyringFile[];
  /** Which of the keyrings' keys count; all where there are none. */
  readonly fingerprints: readonly string[];
  readonly repository: Repository;
  readonly ports: Pick<AptPorts, "now">;
}

/** Verifies with one keyring after the other; a signature that one of them contradicts is told before a missing key. */
async function verifyWith(
  document: { readonly bytes: Uint8Array; readonly name: string },
  { keyrings, fingerprints, repository, ports }: Keys,
): Promise<SignedText> {
  const failures: AptError[] = [];
  for (const { address, bytes } of keyrings) {
    const all = await readNamedKeys(bytes, address);
    const keys = fingerprints.length === 0 ? all : onlyKeys(all, fingerprints);
    try {
      return await verifySigned(document.bytes, { keys, now: ports.now() + tolerance, name: document.name });
    } catch (cause) {
      if (!(cause instanceof AptError)) throw cause;
      failures.push(cause);
    }
  }
  const failure = failures.find(({ code }) => code !== "APT_KEY_UNKNOWN") ?? failures[0];
  if (failure === undefined) {
    throw new AptError("APT_KEYRING_MISSING", `there is no key to verify \`${repository.line}\` with`, {
      hint: "add the address of the repository's key to `keyring`",
    });
  }
  const tried = keyrings.map(({ address }) => address).join(", ");
  const hint =
    failure.code === "APT_UNSIGNED"
      ? "only repositories that sign their InRelease can be used"
      : `the keys of ${tried} count for this repository; compare them with what its owner publishes`;
  throw new AptError(failure.code, failure.message, { hint, cause: failure });
}

/** A Release may be called by its codename or its suite; `stable/updates` may be called `stable`; some say nothing. */
function matches({ codename, suite }: ReleaseBody, wanted: string): boolean {
  if (codename === null && suite === null) return true;
  return [codename, suite].some((name) => name !== null && (name === wanted || wanted.startsWith(`${name}/`)));
}

function folderOf(repository: Repository): string {
  if (!isFlat(repository)) return `dists/${repository.suite}`;
  return repository.suite
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

function filesOf(
  body: ReleaseBody,
  { repository, architecture }: { readonly repository: Repository; readonly architecture: DebianArchitecture },
): readonly PackagesFile[] {
  const { uri, components } = repository;
  const folder = [uri, folderOf(repository)].filter((part) => part !== "").join("/");
  const name = repositoryName(repository);
  if (isFlat(repository)) return [packagesFileAt(body, { folder, path: "Packages", name: `packages in ${name}` })];
  const architectures = body.separateAll ? [architecture, "all"] : [architecture];
  return components.flatMap((component) =>
    architectures.flatMap((each) => {
      const path = `${component}/binary-${each}/Packages`;
      // A component may have packages for this architecture only.
      if (each === "all" && !hasPackagesFile(body, path)) return [];
      return [packagesFileAt(body, { folder, path, name: `packages of ${name} ${component} for ${each}` })];
    }),
  );
}
