// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates of definitions look like this

/** A repeatable whole number from 0, below `limit`. */
export type Random = (limit: number) => number;

/** A build of the made application, or one that generates locales. */
export function madeBuild(
  random: Random,
  what: { readonly name: string; readonly version: string; readonly index: number },
) {
  const { name, version, index } = what;
  if (random(5) === 0) return locale(index);
  return [
    `    - name: ${name}-${index}`,
    ...(random(10) === 0 ? [`      uses: dhi.io/golang:1.26-debian13-dev@sha256:${"ab".repeat(32)}`] : []),
    "      contents:",
    "        packages:",
    ...["bash", "build-essential", "ca-certificates-bundle", "coreutils", "git", "golang-1.26", "make"].map(
      (item) => `          - ${item}`,
    ),
    "        files:",
    `          - url: git+https://example.org/${name}.git#v${version}`,
    `            checksum: ${"89abcdef".repeat(5)}`,
    `            path: \${source.dir}/${name}`,
    "            uid: 0",
    "            gid: 0",
    "            spdx:",
    `              name: ${name}`,
    `              version: ${version}`,
    "              packages:",
    `                - name: ${name}`,
    `                  purl: pkg:github/example/${name}@${version}`,
    "                  license: Apache-2.0",
    `      work-dir: \${source.dir}/${name}`,
    "      caches:",
    "        - path: /go/pkg/mod",
    "      pipeline:",
    "        - name: bump dependencies",
    "          uses: go/bump@v2",
    "          with:",
    "            deps: |-",
    "              golang.org/x/crypto@v0.45.0",
    "              golang.org/x/net@v0.47.0",
    "            tidy: true",
    "        - name: build",
    "          uses: go/build@v1",
    "          with:",
    `            ldflags: -s -w -X main.version=${version} -X main.date=\${SOURCE_DATE_EPOCH}`,
    "            output: ${target.dir}/usr/local/bin/",
    `            packages: ./cmd/${name}`,
    "            fips: ${target.fips}",
    "        - name: test",
    "          privileged: true",
    "          runs: |",
    "            set -eux -o pipefail",
    "",
    '            go test ./... || { echo "failed: #{name}"; exit 1; }',
    `            install -D -m 0755 ${name} "\${target.dir}/usr/local/bin/${name}"`,
    '            for file in ${HOME:-/root}/*; do echo "${file%.*}"; done',
    "      outputs:",
    `        - source: \${target.dir}/usr/local/bin/${name}`,
    `          target: /usr/local/bin/${name}`,
    "          uid: 0",
    "          gid: 0",
    '          mode: "0755"',
    "        - source: ${target.dir}/opt/docker/sbom",
    "          target: /opt/docker/sbom",
    "          uid: 0",
    "          gid: 0",
  ];
}

function locale(index: number): readonly string[] {
  return [
    `    - name: locale-${index}`,
    "      contents:",
    "        packages:",
    ...["bash", "coreutils", "gzip", "locales"].map((item) => `          - ${item}`),
    "      pipeline:",
    "        - name: generate",
    "          runs: |",
    "            set -eux -o pipefail",
    "",
    "            ln -s /etc/locale.alias /usr/share/locale/locale.alias",
    '            echo "en_US.UTF-8 UTF-8" >> /etc/locale.gen',
    "            locale-gen",
    "      outputs:",
    ...["/usr/share/locale", "/usr/lib/locale"].flatMap((path) => [
      `        - source: ${path}`,
      `          target: ${path}`,
      "          uid: 0",
      "          gid: 0",
    ]),
  ];
}

/** `contents.files` of a made definition. */
export function madeFiles(name: string, version: string): readonly string[] {
  return [
    "  files:",
    `    - url: https://example.org/${name}/${version}/docker-entrypoint.sh`,
    `      checksum: sha256:${"4e925e60".repeat(8)}`,
    "      path: /usr/local/bin/docker-entrypoint.sh",
    "      uid: 0",
    "      gid: 0",
    '      mode: "0755"',
  ];
}

/** `contents.artifacts` of a made definition. */
export const madeArtifacts: readonly string[] = [
  "  artifacts:",
  `    - name: dhi.io/static:20250419-debian13@sha256:${"4a01".repeat(16)}`,
  "      includes:",
  "        - etc",
  "        - usr/**",
  "      excludes:",
  "        - var/lib/dpkg/status",
  "      uid: 0",
  "      gid: 0",
];

/** `paths` of a made definition. */
export function madePaths(name: string, random: Random): readonly string[] {
  return [
    "paths:",
    "  - type: directory",
    "    path: /var/lib/example",
    "    uid: 65532",
    "    gid: 65532",
    '    mode: "0755"',
    "  - type: symlink",
    "    path: /usr/local/bin/example",
    "    uid: 0",
    "    gid: 0",
    "    source: /opt/example/bin/example",
    ...(random(3) === 0
      ? [
          "  - type: file",
          "    path: /etc/example/config.conf",
          "    content: |",
          "      # how the example listens",
          "      listen = ${LISTEN:-0.0.0.0}:8080",
          "",
          "      daemonize no",
          "    uid: 0",
          "    gid: 0",
          '    mode: "0644"',
        ]
      : []),
    ...(random(3) === 0
      ? [
          "  - type: file",
          "    path: /usr/local/bin/docker-entrypoint.sh",
          "    uid: 0",
          "    gid: 0",
          '    mode: "0755"',
          `    source: ${random(20) === 0 ? "ecosystem/shared" : `image/${name}/bin`}/entrypoint.sh`,
        ]
      : []),
  ];
}
