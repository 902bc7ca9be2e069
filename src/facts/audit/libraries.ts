import { FactsError } from "../error.ts";
import type { AuditedFacts, Grade, MissingLibrary, MissingLoader } from "../model.ts";
import { findFile, joinPath, nameOf, parentOf } from "../path.ts";
import type { ElfTrait } from "../trait.ts";
import type { AuditInput } from "./input.ts";
import { fits, isPartOfMusl, type SearchPath, type SearchPaths, searchPaths } from "./search-path.ts";

/** How many places are looked at for the libraries of one image: some hundred times what large ones take. */
const mostLookups = 5_000_000;

/** The machine of an architecture; of others, every file counts as the image's own. */
const machines: ReadonlyMap<string, string> = new Map([
  ["amd64", "x86-64"],
  ["arm64", "aarch64"],
]);

/**
 * Which programs name a loader, and which programs and libraries need a library, that the image does not have. From each
 * program on, what it needs is followed as the loader does: a name counts as present where the search path of the object
 * that needs it has it, or that of the program, which may have loaded it before. Libraries in a folder of the search path
 * are followed likewise. Any other is something that a program loads by its path, with whatever that has loaded already:
 * there a name counts as present where the image has it anywhere; so it is for another machine than the image's. Throws FACTS_TOO_LARGE.
 */
export function loaderChecks(
  input: Pick<AuditInput, "files" | "contents" | "traits" | "container" | "architecture">,
): Pick<AuditedFacts, "missingLoaders" | "missingLibraries"> {
  const objects = [...input.traits].filter((entry): entry is [string, ElfTrait] => entry[1].kind === "elf");
  const search = searchPaths(input, input.container.environment);
  const machine = machines.get(input.architecture);
  const isNative = (trait: ElfTrait) => machine === undefined || trait.machine === machine;
  const isThere = (path: string) => findFile(input.files, path) !== null;
  const programs = objects.filter(([, { interpreter }]) => interpreter !== null);
  const missingLoaders: MissingLoader[] = [];
  const follower = createFollower(input);
  for (const [path, trait] of programs) {
    const { interpreter } = trait;
    if (interpreter === null) continue;
    const grade = isNative(trait) ? "certain" : "possible";
    if (!isThere(interpreter)) missingLoaders.push({ path: `/${path}`, loader: interpreter, grade });
    else if (isNative(trait)) {
      const used = search.of(interpreter);
      follower.follow(path, { search: used, inherited: used.own(trait, path) });
    }
  }
  const loaderOf = loaderFinder(search);
  const libraries = objects.filter(([, { interpreter }]) => interpreter === null);
  for (const [path, trait] of libraries) {
    const used = isNative(trait) ? loaderOf(path, trait) : null;
    if (used !== null) follower.follow(path, { search: used, inherited: [] });
  }
  return {
    missingLoaders: sorted(missingLoaders),
    missingLibraries: sorted([...follower.missing(), ...elsewhere(libraries, { follower, search, input })]),
  };
}

/** Finds the search path that a library is in; where both have its folder, that of the C library it needs. */
function loaderFinder({ all }: SearchPaths): (path: string, trait: ElfTrait) => SearchPath | null {
  const known = all.map((search) => ({ search, folders: new Set(search.shared) }));
  return (path, { needed }) => {
    const found = known.filter(({ folders }) => folders.has(parentOf(path))).map(({ search }) => search);
    const musl = needed.some((library) => library === "libc.so" || library.startsWith("libc.musl-"));
    return found.find((search) => search.musl === musl) ?? found[0] ?? null;
  };
}

interface Surroundings {
  readonly follower: Follower;
  readonly search: SearchPaths;
  readonly input: Pick<AuditInput, "files" | "traits">;
}

/** What no program was seen to load. */
function elsewhere(
  libraries: readonly (readonly [string, ElfTrait])[],
  { follower, search, input: { files, traits } }: Surroundings,
): readonly MissingLibrary[] {
  const isFound = (library: string, path: string) =>
    search.all.some((one) => follower.find(library, path, { search: one, inherited: [] }) !== null);
  const names = new Set<string>();
  for (const { path, type } of files.values()) if (type !== "directory") names.add(nameOf(path));
  for (const trait of traits.values()) if (trait.kind === "elf" && trait.soname !== null) names.add(trait.soname);
  return libraries
    .filter(([path]) => !follower.followed(path))
    .flatMap(([path, { needed }]) =>
      needed
        .filter((library) => !names.has(nameOf(library)) && !isFound(library, path))
        .map((library) => missing(path, library, "possible")),
    );
}

/** Where a program's loader looks: its search path, and the folders that the program itself names. */
interface Loading {
  readonly search: SearchPath;
  readonly inherited: readonly string[];
}

interface Follower {
  /** Follows what the object at `path` needs, for the program that loads it. */
  follow(path: string, loading: Loading): void;
  followed(path: string): boolean;
  missing(): readonly MissingLibrary[];
  /** Where the object at `path` finds `library`; "" where it is loaded in any case, null where it is nowhere. */
  find(library: string, path: string, loading: Loading): string | null;
}

function createFollower({ files, traits }: Pick<AuditInput, "files" | "traits">): Follower {
  const done = new Set<string>();
  const followed = new Set<string>();
  const missed = new Map<string, MissingLibrary>();
  const sharedPlaces = new Map<SearchPath, Map<string, string | null>>();
  const loaders = new Set<string>();
  for (const trait of traits.values()) if (trait.kind === "elf") loaders.add(nameOf(trait.interpreter ?? ""));
  let lookups = 0;

  const elfAt = (path: string) => {
    const trait = traits.get(path);
    return trait?.kind === "elf" ? trait : undefined;
  };
  const look = (folders: readonly string[], library: string, machine: string): string | null => {
    for (const folder of folders) {
      if (++lookups > mostLookups) throw tooMany();
      const file = findFile(files, joinPath(folder, library));
      const isFile = file?.type === "file" || file?.type === "link";
      if (file !== null && isFile && fits(elfAt(file.path), machine)) return file.path;
    }
    return null;
  };
  const lookShared = (search: SearchPath, library: string, machine: string): string | null => {
    const places = sharedPlaces.get(search) ?? new Map<string, string | null>();
    sharedPlaces.set(search, places);
    const key = `${machine}\0${library}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    const place = look(search.shared, library, machine);
    places.set(key, place);
    return place;
  };
  const find = (library: string, path: string, { search, inherited }: Loading): string | null => {
    const trait = elfAt(path);
    if (trait === undefined || loaders.has(library) || (search.musl && isPartOfMusl(library))) return "";
    if (library.includes("/")) return library.startsWith("/") ? look([""], library, trait.machine) : "";
    return (
      look([...search.own(trait, path), ...inherited], library, trait.machine) ??
      lookShared(search, library, trait.machine)
    );
  };

  return {
    find,
    followed: (path) => followed.has(path),
    missing: () => [...missed.values()],
    follow(start, loading) {
      const pending = [start];
      const program = [loading.search.musl ? "musl" : "", ...loading.inherited].join(":");
      for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
        const key = `${path}\0${program}`;
        if (done.has(key)) continue;
        done.add(key);
        followed.add(path);
        for (const library of elfAt(path)?.needed ?? []) {
          const place = find(library, path, loading);
          if (place === null) missed.set(`${path}\0${library}`, missing(path, library, "certain"));
          else if (place !== "") pending.push(place);
        }
      }
    },
  };
}

function missing(path: string, library: string, grade: Grade): MissingLibrary {
  return { path: `/${path}`, library, grade };
}

function sorted<Item extends { readonly path: string }>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function tooMany(): FactsError {
  return new FactsError("FACTS_TOO_LARGE", "the programs of the image need more libraries than are looked for", {
    hint: "no ordinary image has that many; if it is to be trusted, look at what its programs need",
  });
}
