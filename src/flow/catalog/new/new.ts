import { CatalogError } from "../../../catalog/error.ts";
import { guessesOf } from "../../../catalog/scaffold/plan.ts";
import { scaffoldFiles } from "../../../catalog/scaffold/text/files.ts";
import { debianCodename } from "../../../definition/syntax.ts";
import type { Ports } from "../../ports.ts";
import { type Archives, type DrawnUp, drawUp } from "./draw-up.ts";
import type { CatalogNew, NewImageRequest } from "./model.ts";
import { readBack } from "./read-back.ts";
import { refuseExisting, writeImage } from "./write.ts";

/**
 * Draws up the definitions of a new image from a package of Debian, with what goes with them, and writes them into the
 * catalogue that the ports name, where there must be nothing in their place. The package and what it needs are fetched, verified
 * and read; nothing of them is run. Throws CATALOG_NAME_INVALID, CATALOG_EXISTS, CATALOG_PACKAGE_UNKNOWN,
 * CATALOG_PACKAGE_UNSUITABLE, CATALOG_VERSION_DIFFERS, and what archive and disk throw.
 */
export async function newImage(request: NewImageRequest, ports: Ports): Promise<CatalogNew> {
  const { name, release } = request;
  requireName(name);
  await refuseExisting(ports.catalog, name);
  const archives = await openBoth(release, ports);
  try {
    const drawn = await drawUp(request, archives, ports);
    const { plan, parts, closure } = drawn;
    const files = new Map([...scaffoldFiles(plan, parts.folder), ...parts.files]);
    const definitions = await readBack(files, name, ports.catalog);
    if (!request.dryRun) await writeImage(ports.catalog, name, files);
    return {
      schema: "hardpan/catalog-new/1",
      name,
      catalog: ports.catalog,
      written: !request.dryRun,
      files: [...files].map(([path, content]) => ({ path, bytes: Buffer.byteLength(content), content })),
      guesses: guessesOf(plan),
      closure: closure.map(({ name: one, version, size }) => ({ name: one, version, size })),
      tags: definitions.flatMap(({ tags }) => tags.at(-1) ?? []),
      notes: notesOf(drawn),
    };
  } finally {
    for (const index of archives) index.close();
  }
}

function requireName(name: string): void {
  if (/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name) && name.length <= 100) return;
  throw new CatalogError("CATALOG_NAME_INVALID", `${JSON.stringify(name)} cannot be an image's name`, {
    hint: "use small letters, digits and single . _ - between them, and name the package with --package",
  });
}

async function openBoth(release: string, ports: Ports): Promise<Archives> {
  const codename = debianCodename({ name: "debian", release }) ?? "";
  const open = async (architecture: "amd64" | "arm64") => {
    ports.report.step(`reading the archive: ${codename} ${architecture}`);
    return await ports.library.openArchive({ repositories: [], keyring: [] }, { codename, architecture });
  };
  const amd64 = await open("amd64");
  try {
    return [amd64, await open("arm64")];
  } catch (cause) {
    amd64.close();
    throw cause;
  }
}

function notesOf({ plan, parts, isWhole, onlyAmd64 }: DrawnUp): readonly string[] {
  const { endOfLife, release } = plan.request;
  return [
    ...(parts.files.size === 0 ? [] : [`the parts that images share are copied into ${parts.folder}`]),
    ...(onlyAmd64 ? ["it is for amd64 alone: Debian has not all of its packages for arm64"] : []),
    ...(isWhole
      ? []
      : ["it has too many packages to look into all of them: hardpan build says what is amiss in the rest"]),
    ...(endOfLife === null
      ? [`how long Debian ${release} is supported is not known here: dates.end-of-life is left out`]
      : []),
  ];
}
