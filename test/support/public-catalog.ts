import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { madeArtifacts, madeBuild, madeFiles, madePaths, type Random } from "./public-catalog-parts.ts";

/** One definition of a made catalogue: its place and its text. */
export interface MadeDefinition {
  /** `image/name/debian-13/1-dev.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** How large a made catalogue is. Every definition has seven tags but those of the oldest distribution. */
export interface PublicCatalogOptions {
  /** Default 2582, as many as the public catalogue has. */
  readonly definitions?: number;
  readonly seed?: number;
}

/**
 * Writes a folder tree like a checkout of the public catalogue: image/<name>/<distro>/<version>[-dev].yaml with the
 * keys, the order of keys and the shares of builds, artifacts, files and exclusions that it has, and around them what is
 * no definition. Always the same for the same options.
 */
export async function makePublicCatalog(directory: string, options: PublicCatalogOptions = {}): Promise<void> {
  const made = publicDefinitions(options);
  const others = [...new Set(made.map(({ path }) => path.split("/").slice(0, 2).join("/")))].flatMap((folder) => [
    { path: `${folder}/info.yaml`, text: "metadata:\n  display-name: Example\n  categories:\n    - security\n" },
    { path: `${folder}/overview.md`, text: "# About\n" },
    { path: `${folder}/config/settings.yaml`, text: "listen: 0.0.0.0\nrules: [a, {b: c}]\n" },
    { path: `${folder}/bin/entrypoint.sh`, text: '#!/bin/sh\nexec "$@"\n' },
  ]);
  const files = [...made, ...others];
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) {
    await mkdir(join(directory, folder), { recursive: true });
  }
  await Promise.all(files.map(async ({ path, text }) => await writeFile(join(directory, path), text)));
}

/** The definitions `makePublicCatalog` writes, in order. */
export function publicDefinitions(options: PublicCatalogOptions = {}): readonly MadeDefinition[] {
  const { definitions = 2582, seed = 1 } = options;
  const random = chance(seed);
  const made: MadeDefinition[] = [];
  for (let number = 0; made.length < definitions; number += 1) {
    const distro = distroFor(random(1000));
    for (const dev of [false, true]) {
      if (made.length < definitions) made.push(definition({ number, distro, dev, random }));
    }
  }
  return made;
}

interface Distro {
  readonly folder: string;
  readonly syntax: string;
  readonly id: string;
  readonly release: string;
  readonly codename: string | null;
}

interface Shape {
  readonly number: number;
  readonly distro: Distro;
  readonly dev: boolean;
  readonly random: Random;
}

const trixie: Distro = {
  folder: "debian-13",
  syntax: "2-debian13",
  id: "debian",
  release: "13",
  codename: "trixie",
};
const bookworm: Distro = {
  folder: "debian-12",
  syntax: "2-debian12",
  id: "debian",
  release: "12",
  codename: "bookworm",
};
const alpine = (release: string): Distro => ({
  folder: `alpine-${release}`,
  syntax: `2-alpine${release}`,
  id: "alpine",
  release,
  codename: null,
});

/** In thousandths: Debian 13 715, Debian 12 15, Alpine the rest. */
function distroFor(part: number): Distro {
  if (part < 715) return trixie;
  if (part < 730) return bookworm;
  return alpine(part < 845 ? "3.24" : part < 930 ? "3.23" : "3.22");
}

const common = ["base-files", "tzdata", "ca-certificates", "coreutils", "bash", "libc6", "libssl3t64", "zlib1g"];
const tools = ["apt", "diffutils", "dpkg", "findutils", "grep", "libc-bin", "mawk", "perl-base", "sed", "util-linux"];
const exclusions = ["!gawk", "!libelogind0", "!original-awk", "!libslang2", "!debconf", "!libselinux1", "!pcre2"];

function definition(shape: Shape): MadeDefinition {
  const { number, distro, dev, random } = shape;
  const name = `example-${Math.floor(number / 2)}`;
  const line = `${1 + (number % 2)}`;
  const version = `${line}.${random(30)}.${random(10)}`;
  const suffix = dev ? "-dev" : "";
  const packages = [
    ...(random(2) === 0 ? exclusions.slice(0, 2 + random(exclusions.length - 1)).map((item) => `'${item}'`) : []),
    ...common.slice(0, 2 + random(common.length - 1)),
    ...(dev ? tools : []),
    ...(random(4) === 0 ? [`example-library=${version}-${random(9)}+dhi1`] : []),
    ...(random(3) > 0 ? [`${name}-${line}`] : []),
  ];
  const builds = Array.from({ length: buildCount(random(100)) }, (_, index) =>
    madeBuild(random, { name, version, index }),
  );
  const tags = [line, version.split(".").slice(0, 2).join("."), version]
    .flatMap((level) =>
      distro.id === "debian"
        ? [level, `${level}-debian`, `${level}-debian${distro.release}`]
        : [`${level}-alpine${distro.release}`],
    )
    .slice(0, 7)
    .map((tag) => `${tag}${suffix}`);
  const text = [
    `# syntax=dhi.io/build:${distro.syntax}`,
    "",
    `name: Example ${name} ${line}.x${dev ? " (dev)" : ""}`,
    `image: dhi.io/${name}`,
    `variant: ${dev ? "dev" : "runtime"}`,
    ...(random(10) === 0 ? ["flavor: compat"] : []),
    "tags:",
    ...tags.map((tag) => `  - ${/^[\d.]+$/.test(tag) ? `"${tag}"` : tag}`),
    "platforms:",
    "  - linux/amd64",
    "  - linux/arm64",
    "dates:",
    '  release: "2025-07-30"',
    ...(random(4) === 0 ? ['  end-of-life: "2027-10-31"'] : []),
    "vars:",
    `  VERSION: ${version}`,
    `  SEMVER_VERSION: ${version}`,
    `  MAJOR: "${line}"`,
    '  DHI_TAGS_SUFFIX: ""',
    `  COMMIT_SHA: ${"0123456789abcdef".repeat(3).slice(0, 40)}`,
    '  ARCH: \'#{ target.arch == "amd64" ? "x64" : "arm64" }\'',
    `  SOURCE_URL: https://example.org/releases/${version}/${name}-${version}.tar.gz`,
    "contents:",
    ...(distro.codename === null
      ? ["  repositories:", `    - https://dhi.io/apk/alpine/v${distro.release}/main`]
      : [
          "  repositories:",
          `    - deb [signed-by=/usr/share/keyrings/dhi-deb-main.gpg] https://dhi.io/deb ${distro.codename} main`,
        ]),
    "  keyring:",
    "    - https://dhi.io/keyring/dhi-deb-gpg.D46852F6925.gpg",
    "  packages:",
    ...packages.map((item) => `    - ${item}`),
    ...(random(100) < 4 ? madeFiles(name, version) : []),
    ...(builds.length === 0 ? [] : ["  builds:", ...builds.flat()]),
    ...(random(100) < 15 ? madeArtifacts : []),
    "accounts:",
    ...(dev ? ["  root: true", "  run-as: root"] : ["  run-as: nonroot"]),
    "  users:",
    "    - name: nonroot",
    "      uid: 65532",
    "      gid: 65532",
    ...(dev ? ["    - name: _apt", "      uid: 42", "      gid: 65532"] : []),
    "  groups:",
    "    - name: nonroot",
    "      gid: 65532",
    "      members:",
    "        - nonroot",
    "os-release:",
    "  name: Example Images",
    `  id: ${distro.id}`,
    `  version-id: "${distro.release}"`,
    ...(distro.codename === null ? [] : [`  version-codename: ${distro.codename}`]),
    `  pretty-name: Example Images/${distro.id} ${distro.release}`,
    "  home-url: https://example.org/images/",
    "  bug-report-url: https://example.org/support/",
    ...(random(4) === 0 ? ["work-dir: /app"] : []),
    ...(random(25) === 0 ? ["stop-signal: SIGINT"] : []),
    "environment:",
    ...(dev ? ["  DEBIAN_FRONTEND: noninteractive"] : []),
    "  LANG: en_US.UTF-8",
    `  EXAMPLE_VERSION: ${version}`,
    "  PATH: /opt/example/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ...(random(100) < 64 ? madePaths(name, random) : []),
    "annotations:",
    `  org.opencontainers.image.description: ${name} is what this image is made for, and its description is a sentence`,
    "  org.opencontainers.image.licenses: Apache-2.0",
    ...(random(4) > 0 ? ["entrypoint:", "  - /usr/bin/tini", "  - --"] : []),
    ...(random(2) === 0 ? ["cmd:", `  - ${name}`, "  - --config=/etc/example/config.yaml"] : []),
    ...(random(3) === 0 ? ["ports:", "  - 8080/tcp", "  - 4510-4559"] : []),
    "",
  ].join("\n");
  return { path: `image/${name}/${distro.folder}/${line}${suffix}.yaml`, text };
}

/** In hundredths: none 41, one 42, two 13, three or more 4. */
function buildCount(part: number): number {
  if (part < 41) return 0;
  if (part < 83) return 1;
  return part < 96 ? 2 : 3 + (part % 2);
}

function chance(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
