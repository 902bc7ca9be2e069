import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import type { Sbom } from "../../../src/sbom/model.ts";
import { expectValidDocuments } from "../../sbom/documents.ts";
import { has, run } from "../../support/program.ts";
import { aptAnswers, scanFolders, unpackDebs } from "../../support/real-root.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { titled } from "../shared.ts";

const noApt = aptAnswers() ? null : "apt can download nothing here";
const noUnzip = has("unzip") ? null : "there is no unzip";
const noZip = has("zip") ? null : "there is no zip";
const noJar = has("jar") ? null : "there is no jar of a JDK";

const debianPackages = [
  ...["libasm-java", "libbcprov-java", "libcommons-codec-java", "libcommons-collections3-java", "libcommons-io-java"],
  ...["libcommons-lang3-java", "libcommons-logging-java", "libgoogle-gson-java", "libguava-java", "libhttpclient-java"],
  ...["libjackson2-annotations-java", "libjackson2-core-java", "libjackson2-databind-java", "libjetty9-java", "junit4"],
  ...[
    "libjsoup-java",
    "liblog4j2-java",
    "libmaven3-core-java",
    "libnetty-java",
    "libservlet-api-java",
    "libslf4j-java",
  ],
  ...["libspring-core-java", "libspring-web-java", "libtomcat9-java", "libyaml-snake-java"],
];

describe.skipIf(noApt !== null || noUnzip !== null)(titled("Debian's Java libraries", noApt, noUnzip), () => {
  it("are what unzip shows of their archives and what Debian's Maven repository links to them", async () => {
    const root = await temporaryFolder();
    await unpackDebs(root, debianPackages);
    const sbom = await scanFolders([root]);
    const listed = coordinatesByPlace(sbom);
    const jars = await filesEnding(root, ".jar");
    const links = await linkedCoordinates(root);
    let described = 0;
    let linked = 0;
    for (const jar of jars) {
      const place = relative(root, jar);
      const inside = coordinatesShown(jar);
      const found = listed.get(place) ?? [];
      if (inside.length > 0) {
        expect(found, place).toEqual(inside);
        described++;
      } else {
        expect(links.get(place) ?? [], place).toEqual(expect.arrayContaining([...found]));
        expect(found, place).toHaveLength(1);
        linked++;
      }
    }
    expect(described).toBeGreaterThan(50);
    expect(linked).toBeGreaterThan(20);
    const java = sbom.packages.filter(({ type }) => type === "maven");
    expect(java.filter(({ comments }) => comments.length > 0)).toEqual([]);
    expect(java.filter(({ owner }) => owner === null)).toEqual([]);
    expect([...listed.keys()].sort()).toEqual(jars.map((jar) => relative(root, jar)).sort());
    expect(java.find(({ name }) => name === "com.google.guava:guava")?.licenses).toEqual(["Apache-2.0"]);
    expect(sbom.warnings).toEqual([]);
    expect(sbom.unowned.files).toBe(0);
    expectValidDocuments(sbom);
  }, 240_000);
});

type Make = (folder: string, file: string) => void;
const makers: readonly (readonly [string, Make])[] = [
  ["zip, packed", (folder, file) => zip(folder, file, "-6")],
  ["zip, stored as Spring Boot does", (folder, file) => zip(folder, file, "-0")],
  ["zip, to a pipe", zipToPipe],
  ...(noJar === null ? [["jar", jarOf] as const] : []),
];

describe.skipIf(noApt !== null || noUnzip !== null || noZip !== null)(
  titled("applications made of Debian's Java libraries", noApt, noUnzip, noZip),
  () => {
    it.each(makers)(
      "have what is in their archives inside archives (made by %s)",
      async (_, make) => {
        const work = await temporaryFolder();
        const libraries = join(work, "libraries");
        await unpackDebs(
          libraries,
          ["libjackson2-databind-java", "liblog4j2-java", "libguava-java", "libjetty9-java"],
          false,
        );
        const jars = (await filesEnding(libraries, ".jar")).slice(0, 40);
        const root = join(work, "root");
        await mkdir(join(root, "srv"), { recursive: true });
        const folder = (name: string) => join(work, name);
        await copyInto(jars, join(folder("boot"), "BOOT-INF/lib"));
        await copyInto(jars, join(folder("web"), "WEB-INF/lib"));
        make(folder("boot"), join(root, "srv/boot.jar"));
        await mkdir(folder("all"));
        make(folder("web"), join(folder("all"), "web.war"));
        make(folder("all"), join(root, "srv/all.ear"));
        await asProgram(join(root, "srv/boot.jar"));
        const sbom = await scanFolders([root]);
        const expected = jars.flatMap((jar) =>
          coordinatesShown(jar).flatMap((coordinates) => [
            `${coordinates} srv/all.ear!/web.war!/WEB-INF/lib/${basename(jar)}`,
            `${coordinates} srv/boot.jar!/BOOT-INF/lib/${basename(jar)}`,
          ]),
        );
        const inside = sbom.packages.flatMap(({ name, version, locations }) =>
          locations.filter((place) => place.includes("!/")).map((place) => `${name}:${version} ${place}`),
        );
        expect(inside.sort()).toEqual(expected.sort());
        expect(expected.length).toBeGreaterThan(50);
        expect(sbom.warnings).toEqual([]);
        expectValidDocuments(sbom);
      },
      120_000,
    );
  },
);

/** `group:artifact:version` of all packages at a place, sorted. */
function coordinatesByPlace(sbom: Sbom): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const { type, name, version, locations } of sbom.packages) {
    if (type !== "maven") continue;
    for (const place of locations) places.set(place, [...(places.get(place) ?? []), `${name}:${version}`].sort());
  }
  return places;
}

/** `group:artifact:version` of all pom.properties in an archive as unzip shows them, sorted. */
function coordinatesShown(jar: string): readonly string[] {
  const names = run("unzip", ["-Z1", jar]).split("\n");
  return names
    .filter((name) => /^META-INF\/maven\/.*\/pom\.properties$/.test(name))
    .map((name) => {
      const text = execFileSync("unzip", ["-p", jar, name], { encoding: "utf8" });
      const of = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1]?.trim();
      return `${of("groupId")}:${of("artifactId")}:${of("version")}`;
    })
    .sort();
}

/** By archive the coordinates that the folders of the repository have whose links lead to it. */
async function linkedCoordinates(root: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const repository = join(root, "usr/share/maven-repo");
  const found = new Map<string, string[]>();
  for (const entry of await readdir(repository, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink() || !entry.name.endsWith(".jar")) continue;
    const parts = relative(repository, entry.parentPath).split("/");
    const [artifact = "", version = ""] = parts.slice(-2);
    const target = await realpath(join(entry.parentPath, entry.name)).catch(() => null);
    if (target === null) continue;
    const place = relative(root, target);
    const coordinates = `${parts.slice(0, -2).join(".")}:${artifact}:${version}`;
    found.set(place, [...(found.get(place) ?? []), coordinates]);
  }
  return found;
}

async function filesEnding(root: string, ending: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function copyInto(files: readonly string[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of files) await copyFile(file, join(folder, basename(file)));
}

function zip(folder: string, file: string, level: string): void {
  execFileSync("zip", ["-q", "-r", level, file, "."], { cwd: folder });
}

function zipToPipe(folder: string, file: string): void {
  execFileSync("sh", ["-c", 'zip -q -r - . | cat > "$0"', file], { cwd: folder });
}

function jarOf(folder: string, file: string): void {
  execFileSync("jar", ["--create", "--file", file, "-C", folder, "."]);
}

/** Puts the script before an archive that starts it, and lets zip put its offsets right. */
async function asProgram(file: string): Promise<void> {
  const script = Buffer.from('#!/bin/sh\nexec java -jar "$0" "$@"\n');
  await writeFile(file, Buffer.concat([script, await readFile(file)]));
  execFileSync("zip", ["-q", "-A", file]);
}
