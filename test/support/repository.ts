import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PrivateKey } from "openpgp";
import { strangerKey, type TestArchiveOptions, type TestPackage, write, writeSuite } from "./debian-archive.ts";
import { hash, makePackage } from "./made-package.ts";

/** How to make a repository besides Debian's archive. */
export interface TestRepositoryOptions
  extends Pick<TestArchiveOptions, "date" | "validUntil" | "architectures" | "byHash" | "indexCompression"> {
  /** An empty folder to make it in. */
  readonly directory: string;
  readonly packages: readonly TestPackage[];
  /** Default `trixie`; one with `/` at its end is a folder, and the repository flat. */
  readonly suite?: string;
  /** What Release says its codename is; default the suite, for a flat repository nothing. */
  readonly codename?: string;
  /** Default a key of its own; `none` leaves InRelease unsigned. */
  readonly key?: PrivateKey | "none";
  /** What Release says further, such as NotAutomatic. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** A repository on disk, and its key beside it. */
export interface TestRepository {
  readonly directory: string;
  /** `file:` URL of the repository. */
  readonly url: string;
  /** `file:` URL of its public key, vendor.asc, armored. */
  readonly keyUrl: string;
  readonly key: PrivateKey;
  /** `deb [signed-by=/usr/share/keyrings/vendor.gpg] URL SUITE vendor`. */
  readonly line: string;
  readonly debs: readonly (TestPackage & { readonly path: string; readonly sha256: string })[];
}

/** Makes a real repository of a vendor with one component, `vendor`, signed with a key of its own. */
export async function makeRepository(options: TestRepositoryOptions): Promise<TestRepository> {
  const { directory, suite = "trixie" } = options;
  const key = options.key === undefined || options.key === "none" ? await strangerKey() : options.key;
  const isFlat = suite.endsWith("/");
  const root = join(directory, "repository");
  const made = options.packages.map((entry) => makePackage({ component: "vendor", ...entry }));
  for (const { filename, bytes } of made) await write(join(root, filename), bytes);
  await writeSuite(isFlat ? join(root, suite) : join(root, "dists", suite), {
    ...options,
    key: options.key === "none" ? "none" : key,
    made,
    components: isFlat ? [] : ["vendor"],
    fields: [
      ["Origin", "A vendor"],
      ["Codename", options.codename ?? (isFlat ? undefined : suite)],
      ...(options.fields ?? []),
    ],
  });
  await write(join(directory, "vendor.asc"), key.toPublic().armor());
  const url = pathToFileURL(root).href;
  return {
    directory,
    url,
    keyUrl: pathToFileURL(join(directory, "vendor.asc")).href,
    key,
    line: `deb [signed-by=/usr/share/keyrings/vendor.gpg] ${url} ${suite}${isFlat ? "" : " vendor"}`,
    debs: made.map(({ entry, filename, bytes }) => ({
      ...entry,
      path: join(root, filename),
      sha256: hash("sha256", bytes),
    })),
  };
}
