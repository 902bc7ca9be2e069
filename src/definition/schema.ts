import { z } from "zod";
import {
  absolutePath,
  date,
  flag,
  formatted,
  imagePath,
  integer,
  mode,
  port,
  scalarText,
  signal,
  tag,
  text,
  variableName,
} from "./scalar.ts";

/** Any YAML value, for keys whose inner shape is open; scalars are text. */
export type YamlValue = string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

const yamlValue: z.ZodType<YamlValue, YamlValue> = z.lazy(() =>
  z.union([scalarText, z.array(yamlValue), z.record(z.string(), yamlValue)]),
);

const condition = text.optional();
const platform = z.enum(["linux/amd64", "linux/arm64"]);
const textMap = z.record(z.string(), scalarText);
const environment = z.record(variableName, scalarText).default({});

/** `name`, `name=version` or `!name`. */
const packageItem = formatted(/^!?[^\s=!]+(=[^\s=]+)?$/, "a package: name, name=version or !name");

const path = z
  .strictObject({
    type: z.enum(["directory", "file", "symlink", "delete", "emptyfile"]),
    path: imagePath,
    uid: integer.optional(),
    gid: integer.optional(),
    mode: mode.optional(),
    /** The file's text. */
    content: z.string().optional(),
    /** A symlink's target; for files and directories a path below the catalogue's root. */
    source: text.optional(),
    recursive: flag.optional(),
    platforms: z.array(platform).optional(),
    if: condition,
  })
  .superRefine((item, context) => {
    if (item.type === "symlink" && item.source === undefined) {
      context.addIssue({ code: "custom", message: "a symlink needs `source`, its target" });
    }
    if (item.content !== undefined && item.source !== undefined) {
      context.addIssue({ code: "custom", message: "has both `content` and `source`; give one", path: ["source"] });
    }
  });

const spdxPackage = z.strictObject({
  name: text.optional(),
  purl: text.optional(),
  license: text.optional(),
  path: text.optional(),
});

const spdx = z.strictObject({
  name: text.optional(),
  version: scalarText.optional(),
  packages: z.array(spdxPackage).default([]),
});

const file = z.strictObject({
  url: text,
  checksum: text.optional(),
  path: text,
  includes: z.array(text).optional(),
  excludes: z.array(text).optional(),
  platforms: z.array(platform).optional(),
  spdx: spdx.optional(),
  uid: integer.optional(),
  gid: integer.optional(),
  mode: mode.optional(),
  "secret-id": text.optional(),
  if: condition,
});

const artifact = z.strictObject({
  name: text,
  includes: z.array(text).optional(),
  excludes: z.array(text).optional(),
  uid: integer.optional(),
  gid: integer.optional(),
  if: condition,
});

const sources = {
  repositories: z.array(text).default([]),
  keyring: z.array(text).default([]),
  packages: z.array(packageItem).default([]),
  files: z.array(file).default([]),
  artifacts: z.array(artifact).default([]),
  mappings: textMap.default({}),
};

const account = z.strictObject({ name: text, uid: integer, gid: integer, mode: mode.optional() });
const group = z.strictObject({ name: text, gid: integer, members: z.array(text).default([]) });

const accounts = z.strictObject({
  /** Whether the image keeps the root account. */
  root: flag.optional(),
  "run-as": text.optional(),
  users: z.array(account).default([]),
  groups: z.array(group).default([]),
});

const cache = z.strictObject({ path: text, sharing: z.enum(["shared", "private", "locked"]).optional() });
const secret = z.strictObject({ id: text, env: variableName.optional(), optional: flag.optional() });

const step = z
  .strictObject({
    name: text.optional(),
    runs: z.string().optional(),
    uses: text.optional(),
    with: z.record(z.string(), yamlValue).optional(),
    environment,
    "work-dir": text.optional(),
    "run-as": text.optional(),
    shell: text.optional(),
    caches: z.array(cache).default([]),
    secrets: z.array(secret).default([]),
    privileged: flag.optional(),
    if: condition,
  })
  .refine((item) => item.runs !== undefined || item.uses !== undefined, {
    error: "a step needs `runs`, a script, or `uses`, an action",
  });

const output = z.strictObject({
  source: text,
  target: text,
  uid: integer.optional(),
  gid: integer.optional(),
  mode: mode.optional(),
  diff: flag.optional(),
  if: condition,
});

const attestation = z.strictObject({
  "predicate-type": text,
  source: text,
  diff: flag.optional(),
  if: condition,
});

const build = z.strictObject({
  name: text,
  uses: text.optional(),
  contents: z.strictObject(sources).prefault({}),
  accounts: accounts.optional(),
  paths: z.array(path).default([]),
  environment,
  "work-dir": text.optional(),
  shell: text.optional(),
  caches: z.array(cache).default([]),
  privileged: flag.optional(),
  entitlement: yamlValue.optional(),
  matrix: yamlValue.optional(),
  pipeline: z.array(step).default([]),
  outputs: z.array(output).default([]),
  attestations: z.array(attestation).default([]),
  if: condition,
});

const osRelease = z.strictObject({
  name: text.optional(),
  id: text.optional(),
  "id-like": text.optional(),
  "version-id": text.optional(),
  "version-codename": text.optional(),
  "pretty-name": text.optional(),
  "home-url": text.optional(),
  "bug-report-url": text.optional(),
});

const test = z.strictObject({
  name: text.optional(),
  directory: text.optional(),
  commands: z.array(z.string()).default([]),
  "exit-code": integer,
  timeout: text.optional(),
  output: z.string().optional(),
  if: condition,
});

/**
 * An image definition: every key of the public Docker Hardened Images format, `volumes` and
 * `documentation` besides. Unknown keys are
 * refused. Lists and maps that are not given are empty.
 */
export const definitionSchema = z.strictObject({
  name: text.optional(),
  image: text,
  variant: z.enum(["runtime", "dev", "helm"]).default("runtime"),
  flavor: text.optional(),
  tags: z.array(tag).min(1, "must name at least one tag"),
  suffix: z.string().optional(),
  platforms: z.array(platform).min(1, "must name at least one platform").default(["linux/amd64", "linux/arm64"]),
  dates: z
    .strictObject({
      release: date.optional(),
      "end-of-life": date.optional(),
      "end-of-support": date.optional(),
      type: text.optional(),
      url: text.optional(),
    })
    .default({}),
  output: z.enum(["layered", "squashed"]).default("layered"),
  compression: z.enum(["zstd", "gzip"]).optional(),
  entitlement: z.enum(["public", "enterprise", "els"]).optional(),
  "fips-compliant": flag.optional(),
  "stig-certified": flag.optional(),
  includes: z.array(text).default([]),
  track: yamlValue.optional(),
  vars: textMap.default({}),
  contents: z
    .strictObject({
      ...sources,
      /** Whether packages keep their documentation, manual pages and translations. */
      documentation: flag.optional(),
      builds: z.array(build).default([]),
    })
    .prefault({}),
  accounts: accounts.prefault({}),
  "os-release": osRelease.default({}),
  "work-dir": absolutePath.optional(),
  "stop-signal": signal.optional(),
  environment,
  paths: z.array(path).default([]),
  annotations: textMap.default({}),
  labels: textMap.default({}),
  entrypoint: z.array(z.string()).default([]),
  cmd: z.array(z.string()).default([]),
  ports: z.array(port).default([]),
  volumes: z.array(imagePath).default([]),
  tests: z.array(test).default([]),
});

type ReadonlyDeep<T> = T extends YamlValue
  ? T
  : T extends readonly (infer Item)[]
    ? readonly ReadonlyDeep<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
      : T;

/** A definition as read, with the format's own key names. Templates are not yet expanded. */
export type Definition = ReadonlyDeep<z.output<typeof definitionSchema>>;
/** What an image or a build stage is filled with. */
export type DefinitionContents = Definition["contents"];
/** A change to the file tree after packages are in place. */
export type DefinitionPath = Definition["paths"][number];
/** A throw-away root in which steps run; only its outputs reach the image. */
export type DefinitionBuild = Definition["contents"]["builds"][number];
