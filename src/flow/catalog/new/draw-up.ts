import type { ArchivePackage, PackageIndex } from "../../../apt/model.ts";
import { resolve } from "../../../apt/resolve.ts";
import { CatalogError } from "../../../catalog/error.ts";
import type { PackageFacts, ScaffoldFacts } from "../../../catalog/scaffold/facts.ts";
import { hostPackages } from "../../../catalog/scaffold/leave-out.ts";
import { planImage, type ScaffoldPlan } from "../../../catalog/scaffold/plan.ts";
import { programsOf } from "../../../catalog/scaffold/program.ts";
import { partsOf } from "../../../catalog/scaffold/text/files.ts";
import { guessVersion, isLineOf } from "../../../catalog/scaffold/version.ts";
import { FlowError } from "../../error.ts";
import type { Ports } from "../../ports.ts";
import { canInstall, directDependencies, findPackage, toRead } from "./closure.ts";
import { endOfSupport, licensesIn, readServices } from "./knowledge.ts";
import type { NewImageRequest } from "./model.ts";
import { readPackages } from "./package-facts.ts";
import { definitionIn } from "./read-back.ts";
import { findParts, type SharedParts } from "./shared-parts.ts";

/** The archive for both platforms. */
export type Archives = readonly [amd64: PackageIndex, arm64: PackageIndex];

/** A new image, with what goes with it. */
export interface DrawnUp {
  readonly plan: ScaffoldPlan;
  readonly parts: SharedParts;
  /** All packages of the runtime image for amd64. */
  readonly closure: readonly ArchivePackage[];
  /** Whether all packages were looked into. */
  readonly isWhole: boolean;
  /** Whether Debian has not all of them for arm64. */
  readonly onlyAmd64: boolean;
}

const mostRounds = 4;

/**
 * Draws an image up from what the archive has. What its program needs may bring packages that have to be looked into in their
 * turn, so that it takes some rounds. Throws CATALOG_PACKAGE_UNKNOWN, CATALOG_PACKAGE_UNSUITABLE, CATALOG_VERSION_DIFFERS, and
 * what resolving and fetching packages throw.
 */
export async function drawUp(request: NewImageRequest, archives: Archives, ports: Ports): Promise<DrawnUp> {
  const [amd64, arm64] = archives;
  const main = findPackage(request.package, amd64);
  requireLine(request, main);
  const context: Context = {
    ...{ request, main, index: amd64, ports, read: new Map() },
    base: packagesOf(["service-parts.yaml"], request, ports.catalog),
    devBase: packagesOf([`debian-${request.release}-dev.yaml`], request, ports.catalog),
    endOfLife: await endOfSupport(amd64, request.release, ports),
    services: await readServices(amd64, ports),
  };
  let listed: readonly string[] = [];
  let drawn = await drawRound(listed, context);
  for (let round = 1; round < mostRounds; round++) {
    const wanted = drawn.plan.packages.map(({ value }) => value).filter((name) => amd64.find(name).length > 0);
    if (wanted.every((name) => listed.includes(name))) break;
    listed = [...new Set([...listed, ...wanted])];
    drawn = await drawRound(listed, context);
  }
  const { plan, items, closure, isWhole } = drawn;
  const onlyAmd64 = !canInstall(items, arm64);
  const parts = findParts(ports.catalog, { name: request.name, wanted: partsOf(plan), onlyAmd64 });
  return { plan, parts, closure, isWhole, onlyAmd64 };
}

interface Context extends Pick<ScaffoldFacts, "services"> {
  readonly request: NewImageRequest;
  readonly main: ArchivePackage;
  readonly index: PackageIndex;
  readonly ports: Ports;
  /** What all runtime images list. */
  readonly base: readonly string[];
  /** What all -dev images list. */
  readonly devBase: readonly string[];
  readonly endOfLife: string | null;
  /** What was read of packages. */
  readonly read: Map<string, PackageFacts>;
}

async function drawRound(listed: readonly string[], context: Context) {
  const { request, main, index, ports, read, services, endOfLife } = context;
  const taken = [...context.base, main.name, ...listed];
  const { items, closure, excluded } = withoutHostPackages(taken, [main.name, ...listed], index);
  const { items: telling, isWhole } = toRead(closure, main);
  const withDev = request.dev ? devPackages([main.name, ...listed], context) : null;
  const unread = [...telling, ...(withDev?.brought ?? [])].filter(({ name }) => !read.has(name));
  for (const facts of unread.length === 0 ? [] : await readPackages(unread, ports)) read.set(facts.name, facts);
  const brought = withDev?.brought.flatMap(({ name }) => read.get(name) ?? []) ?? [];
  const facts = factsOf(closure, read, {
    ...{ main, isComplete: isWhole, services },
    dev: withDev === null ? null : { brought, closure: withDev.closure },
  });
  const { name, release, line, dev } = request;
  const plan = planImage(facts, {
    ...{ name, release, line, dev, fips: hasFips(request, closure, index) },
    ...{ closure: namesOf(closure), listed, excluded, endOfLife, licenses: licensesIn(facts) },
  });
  return { plan, items, closure, isWhole };
}

/** What a -dev image has of `names` beyond what all such images have; of many packages none is looked into. */
function devPackages(names: readonly string[], { devBase, index, main }: Context) {
  const base = new Set(namesOf(resolve({ packages: devBase }, index).packages));
  const closure = resolve({ packages: [...devBase, ...names] }, index).packages;
  const { items } = toRead(
    closure.filter(({ name }) => !base.has(name)),
    main,
  );
  return { brought: items, closure: namesOf(closure) };
}

/** A closure less what only hosts have a use for; what takes the place of that may be of the kind, too. */
function withoutHostPackages(taken: readonly string[], stay: readonly string[], index: PackageIndex) {
  let excluded: readonly string[] = [];
  for (;;) {
    const items = [...taken, ...excluded.map((name) => `!${name}`)];
    const closure = resolve({ packages: items }, index).packages;
    const more = hostPackages(namesOf(closure), stay);
    if (more.length === 0) return { items, closure, excluded };
    excluded = [...excluded, ...more];
  }
}

function namesOf(closure: readonly ArchivePackage[]): readonly string[] {
  return closure.map(({ name }) => name);
}

function requireLine({ line, package: name }: NewImageRequest, { version }: ArchivePackage): void {
  const guess = guessVersion(version, name).value.version;
  if (line === null || isLineOf(line, guess)) return;
  throw new CatalogError("CATALOG_VERSION_DIFFERS", `${name} has the version ${guess}, not ${line}`, {
    hint: `name what it begins with, such as ${guess.split(".").slice(0, 2).join(".")}, or leave --version out`,
  });
}

/** Packages that shared parts list and exclude. */
function packagesOf(
  wanted: readonly string[],
  { name, release }: NewImageRequest,
  directory: string,
): readonly string[] {
  const parts = findParts(directory, { name, wanted, onlyAmd64: false });
  const includes = wanted.map((part) => `  - ${parts.folder}/${part}\n`).join("");
  const head = `# syntax=hardpan/build:1-debian${release}\nimage: hardpan/${name}\ntags: [new]\n`;
  const place = { path: `image/${name}`, files: parts.files, directory };
  return definitionIn(`${head}includes:\n${includes}`, place).contents.packages;
}

interface FactsOptions extends Pick<ScaffoldFacts, "isComplete" | "services" | "dev"> {
  readonly main: ArchivePackage;
}

function factsOf(
  closure: readonly ArchivePackage[],
  known: ReadonlyMap<string, PackageFacts>,
  { main, ...rest }: FactsOptions,
): ScaffoldFacts {
  const read = closure.flatMap(({ name }) => known.get(name) ?? []);
  const first = known.get(main.name);
  if (first === undefined)
    throw new FlowError("FLOW_INPUT_MISSING", `${main.name} was not read`, { hint: "run the command again" });
  const family = read.filter(({ source }) => source === first.source);
  const isEnough = family.some((one) => programsOf(one).length > 0);
  const direct = directDependencies(main);
  const own = isEnough ? family : [...family, ...read.filter((one) => !family.includes(one) && direct.has(one.name))];
  return { main: first, own, others: read.filter((one) => !own.includes(one)), ...rest };
}

function hasFips(
  { fips, package: name, release }: NewImageRequest,
  closure: readonly ArchivePackage[],
  index: PackageIndex,
): boolean {
  if (fips === false) return false;
  const usesOpenssl = closure.some((item) => /^libssl\d/.test(item.name));
  const hasProvider = index.find("openssl-provider-fips").length > 0;
  if (fips === true && !(usesOpenssl && hasProvider)) {
    const why = usesOpenssl ? `Debian ${release} has no FIPS provider of OpenSSL` : `${name} does not use OpenSSL`;
    throw new CatalogError("CATALOG_PACKAGE_UNSUITABLE", `there can be no -fips variant: ${why}`, {
      hint: "leave --fips out",
    });
  }
  return usesOpenssl && hasProvider;
}
