/** What of a locked package says whether it may stand in a list. */
export interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: "amd64" | "arm64" | "all";
}

/** Whose packages a list has: an image's on a platform, or those of one of its build stages. */
export interface ListPlace {
  /** `linux/amd64`. */
  readonly platform: string;
  /** null for the image itself. */
  readonly stage: string | null;
}

/** What is wrong with a list of packages, in sentences: a name that is there twice, or another architecture's package. */
export function packageProblems(packages: readonly ListedPackage[], { platform, stage }: ListPlace): readonly string[] {
  const where = stage === null ? platform : `${platform}, stage ${stage}`;
  const foreign = packages.filter(({ architecture }) => architecture !== "all" && `linux/${architecture}` !== platform);
  return [
    ...repeatedNames(packages).map((name) => `${where}: the package ${name} is there more than once`),
    ...foreign.map(({ name, version, architecture }) => `${where}: ${name} ${version} is for ${architecture}`),
  ];
}

function repeatedNames(packages: readonly ListedPackage[]): readonly string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of packages) (seen.has(name) ? repeated : seen).add(name);
  return [...repeated];
}
