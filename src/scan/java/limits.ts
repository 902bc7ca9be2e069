/** How far the archives in one file are followed. Sizes in bytes. */
export const limits = {
  /** Unpacked; a signed archive's manifest has a section for each of its files. */
  manifest: 4 * 2 ** 20,
  pom: 2 ** 20,
  properties: 64 * 2 ** 10,
  /** All pom.xml and pom.properties of one file. */
  described: 16 * 2 ** 20,
  /** A packed archive inside another, unpacked; stored ones are read as they pass and may have any size. */
  archive: 32 * 2 ** 20,
  /** All packed archives that are unpacked at the same time. */
  held: 48 * 2 ** 20,
  depth: 8,
  archives: 10_000,
  /** Maven files of one archive, and the characters of a name that is looked at. */
  poms: 5000,
  name: 1000,
  /** Characters of what is found in one file, as JSON. */
  finding: 4 * 2 ** 20,
  /** All that is unpacked of one file: so much in any case, so many times what was read of it, and never more. */
  unpacked: { always: 64 * 2 ** 20, ratio: 100, most: 512 * 2 ** 20 },
  warnings: 20,
} as const;

/** What is left of the limits while one file is read. */
export interface Allowance {
  /** Counts bytes of the file as read. */
  read(size: number): void;
  /** Whether one more nested archive may be looked into; says so in a warning when not. */
  enter(depth: number, name: string): boolean;
  /** How many bytes may be unpacked next, at most `limit`; 0, and a warning, where not even a manifest may be. */
  room(limit: number): number;
  unpacked(size: number): void;
  /** Whether a Maven file of `size` bytes may be read yet; says so in a warning when not. */
  describe(size: number): boolean;
  /** Runs `use` while `size` bytes of an unpacked archive are held. */
  holding(size: number, use: () => void): void;
  warn(text: string): void;
  warnings(): readonly string[];
}

/** A new allowance for one file. */
export function createAllowance(): Allowance {
  let [read, unpacked, described, held, archives, untold] = [0, 0, 0, 0, 0, 0];
  const told = new Set<string>();
  const warn = (text: string) => {
    if (told.size < limits.warnings) told.add(text.slice(0, 500));
    else if (!told.has(text)) untold++;
  };
  return {
    read(size) {
      read += size;
    },
    enter(depth, name) {
      if (depth > limits.depth) {
        warn(`${name}: archives nested more than ${limits.depth} deep are not looked into`);
        return false;
      }
      if (archives >= limits.archives) {
        warn(`more than ${limits.archives} archives inside are not looked into`);
        return false;
      }
      archives++;
      return true;
    },
    room(limit) {
      const { always, ratio, most } = limits.unpacked;
      const left = Math.min(always + ratio * read, most) - unpacked;
      const room = Math.min(limit, left, limits.held - held);
      const isEnough = room >= Math.min(limit, limits.manifest);
      if (!isEnough) warn("its content grows too much when unpacked; the rest is not looked into");
      return isEnough ? room : 0;
    },
    unpacked(size) {
      unpacked += size;
    },
    describe(size) {
      described += size;
      if (described > limits.described) warn("it has too many Maven files; the rest is not read");
      return described <= limits.described;
    },
    holding(size, use) {
      held += size;
      use();
      held -= size;
    },
    warn,
    warnings: () => (untold === 0 ? [...told] : [...told, `and ${untold} more of the kind`]),
  };
}
