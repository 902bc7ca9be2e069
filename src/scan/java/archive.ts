import type { HoldWish } from "../../archive/zip/held.ts";
import { createZipStream, type PassWish, type ZipStream } from "../../archive/zip/stream.ts";
import { coordinatesOf } from "./coordinates.ts";
import { type Described, identify } from "./identify.ts";
import { type Allowance, createAllowance, limits } from "./limits.ts";
import { type ManifestAttributes, parseManifest } from "./manifest.ts";
import type { JavaFinding, JavaPackage } from "./model.ts";
import { type Pom, parsePom } from "./pom.ts";
import { parseProperties } from "./properties.ts";

/** What archives of Java's world are called. */
export const archiveEndings = [
  ...[".jar", ".war", ".ear", ".rar", ".par", ".sar", ".nar"],
  ...[".kar", ".aar", ".hpi", ".jpi", ".lpkg", ".jmod"],
] as const;

/** Takes the content of an archive in chunks. */
export interface ArchiveReader {
  write(chunk: Uint8Array): void;
  /** What was found; null where the file is no zip archive. */
  end(): JavaFinding | null;
}

/** Reads the archive `fileName`, and those inside it, as it streams past. Never throws for what is in it. */
export function readArchive(fileName: string): ArchiveReader {
  const found: JavaPackage[] = [];
  const allowance = createAllowance();
  let size = 0;
  const report = (item: JavaPackage) => {
    size += JSON.stringify(item).length;
    if (size <= limits.finding) found.push(item);
    else allowance.warn(`it has too many packages inside; only ${found.length} are listed`);
  };
  let start = Buffer.alloc(0);
  const outer = oneArchive({ fileName, inner: "", depth: 0, allowance, report });
  return {
    write(chunk) {
      allowance.read(chunk.length);
      if (start.length < magic.length) start = Buffer.concat([start, chunk.subarray(0, magic.length)]);
      outer.write(chunk);
    },
    end() {
      const end = outer.end();
      const isStarted = start.subarray(0, magic.length).equals(magic);
      if (end === "no archive" && !isStarted) return null;
      if (end !== "complete") allowance.warn("the archive is cut off or damaged; what is missing is not listed");
      return { kind: "archive", packages: found, warnings: allowance.warnings() };
    },
  };
}

/** Where an archive begins with its first entry, as nearly all do. */
const magic = Buffer.from("PK\x03\x04");

interface Place {
  readonly fileName: string;
  /** As in `JavaPackage`. */
  readonly inner: string;
  readonly depth: number;
  readonly allowance: Allowance;
  readonly report: (item: JavaPackage) => void;
}

function oneArchive(place: Place): ZipStream {
  const { allowance } = place;
  let manifest: ManifestAttributes | null = null;
  const poms = new Map<string, { properties?: Described; pom?: Pom }>();
  const stream = createZipStream({
    entry({ name, method }) {
      if (name === "META-INF/MANIFEST.MF") {
        return text(place, { name, limit: limits.manifest }, (content) => {
          manifest = parseManifest(content);
        });
      }
      if (name.length > limits.name) return null;
      const maven = /(?:^|\/)META-INF\/maven\/.*pom\.(properties|xml)$/s.exec(name);
      if (maven !== null && poms.size < limits.poms) {
        const limit = maven[1] === "xml" ? limits.pom : limits.properties;
        return text(place, { name, limit }, (content) => {
          if (!allowance.describe(content.length)) return;
          const folder = name.slice(0, name.lastIndexOf("/"));
          const known = poms.get(folder) ?? {};
          poms.set(folder, { ...known, ...(maven[1] === "xml" ? fromXml(content) : fromProperties(content)) });
        });
      }
      if (!archiveEndings.some((ending) => name.endsWith(ending))) return null;
      const inner = nestedPlace(place, name);
      if (!allowance.enter(inner.depth, inner.inner)) return null;
      return method === 0 ? { pass: passedArchive(inner) } : heldArchive(inner);
    },
  });
  return {
    write: stream.write,
    end() {
      const described = [...poms.values()].flatMap(({ properties, pom }): Described[] => {
        const coordinates = properties?.coordinates ?? pom?.coordinates;
        return coordinates === undefined ? [] : [{ coordinates, licenses: pom?.licenses ?? [] }];
      });
      const facts = { fileName: place.fileName, manifest, poms: described };
      for (const item of identify(facts)) place.report({ ...item, inner: place.inner });
      return stream.end();
    },
  };
}

function fromProperties(content: string): { readonly properties?: Described } {
  const properties = parseProperties(content);
  const coordinates = coordinatesOf({
    group: properties.get("groupId"),
    artifact: properties.get("artifactId"),
    version: properties.get("version"),
  });
  return coordinates === null ? {} : { properties: { coordinates, licenses: [] } };
}

function fromXml(content: string): { readonly pom?: Pom } {
  const pom = parsePom(content);
  return pom === null ? {} : { pom };
}

function text(
  place: Place,
  file: { readonly name: string; readonly limit: number },
  use: (content: string) => void,
): { readonly hold: HoldWish } | null {
  const { allowance } = place;
  const limit = allowance.room(file.limit);
  if (limit === 0) return null;
  return {
    hold: {
      limit,
      done(content) {
        allowance.unpacked(content.length);
        use(Buffer.from(content.buffer, content.byteOffset, content.length).toString());
      },
      failed(error, unpacked) {
        allowance.unpacked(unpacked);
        allowance.warn(`${nestedName(place, file.name)} cannot be read: ${error.message}`);
      },
    },
  };
}

function nestedName(place: Place, name: string): string {
  return place.inner === "" ? name : `${place.inner}!/${name}`;
}

function nestedPlace(place: Place, name: string): Place {
  const fileName = name.slice(name.lastIndexOf("/") + 1);
  return { ...place, fileName, inner: nestedName(place, name), depth: place.depth + 1 };
}

function passedArchive(inner: Place): PassWish {
  const archive = oneArchive(inner);
  return {
    write: archive.write,
    end: () => warnOfEnd(inner, archive),
    failed: (error) => inner.allowance.warn(`${inner.inner} is not looked into: ${error.message}`),
  };
}

function heldArchive(inner: Place): { readonly hold: HoldWish } | null {
  const { allowance } = inner;
  const limit = allowance.room(limits.archive);
  if (limit === 0) return null;
  return {
    hold: {
      limit,
      done(content) {
        allowance.unpacked(content.length);
        allowance.holding(content.length, () => {
          const archive = oneArchive(inner);
          archive.write(content);
          warnOfEnd(inner, archive);
        });
      },
      failed(error, unpacked) {
        allowance.unpacked(unpacked);
        allowance.warn(`${inner.inner} is not looked into: ${error.message}`);
      },
    },
  };
}

function warnOfEnd(inner: Place, archive: ZipStream): void {
  if (archive.end() === "cut off") inner.allowance.warn(`${inner.inner} is cut off or damaged`);
}
