/** A definition that uses every key of the format once or more. */
export const everything = `# syntax=hardpan/build:1-debian13
name: Example 1.31 (dev)
image: hardpan/example
variant: dev
flavor: compat
tags: ["1", 1.31, 1-debian13-compat-dev]
suffix: -dev
platforms: [linux/amd64, linux/arm64]
dates:
  release: 2025-08-09
  end-of-life: "2028-08-09"
  end-of-support: 2027-08-09
  type: lts
  url: https://example.org/dates
output: squashed
compression: zstd
entitlement: public
fips-compliant: false
stig-certified: true
includes: [common.inc.yaml]
track:
  - type: github_release
    repository: a/b
    nested: { depth: 2 }
vars:
  VERSION: 1.31
  MODE: 0755
  SINCE: 2027-04-30
  NO: no
  EMPTY: ""
  ARCH: '#{ target.arch == "amd64" ? "x64" : "arm64" }'
contents:
  repositories: ["deb [signed-by=/usr/share/keyrings/x.gpg] https://example.org/apt trixie main"]
  keyring: [https://example.org/key.gpg]
  packages: ['!openssl', bash, "busybox=1:1.37.0-6+dhi3", "binutils-\${GNU}"]
  files:
    - url: git+https://example.org/x.git#v1
      checksum: sha256:00
      path: /opt/x
      includes: [bin/**]
      excludes: [doc]
      platforms: [linux/amd64]
      uid: 0
      gid: 0
      mode: 0755
      secret-id: token
      if: target.dev
      spdx:
        name: x
        version: 1.0
        packages:
          - { name: x, purl: "pkg:generic/x@1.0", license: MIT, path: /opt/x }
  artifacts:
    - { name: "dhi.io/static:1@sha256:00", includes: [usr], excludes: [etc/os-release], uid: 0, gid: 0, if: target.fips }
  mappings:
    redis: pkg:deb/redis/redis@6:7.2.16-1
  builds:
    - name: locale
      uses: dhi.io/golang:1
      contents:
        packages: [bash, locales]
      accounts: { root: true, run-as: agent, users: [{ name: agent, uid: 1000, gid: 1000 }] }
      paths: [{ type: emptyfile, path: "\${source.dir}/empty", uid: 0, gid: 0 }]
      environment: { CFLAGS: -O2 }
      work-dir: \${source.dir}/x
      shell: bash
      caches: [{ path: /go/pkg/mod, sharing: locked }]
      privileged: true
      entitlement: enterprise
      matrix: { a: [1, 2] }
      if: target.dev
      pipeline:
        - name: compile
          runs: |
            set -eux -o pipefail
            make PREFIX=\${target.dir}
          work-dir: /x
          run-as: agent
          shell: /bin/bash
          environment: { GOFLAGS: -buildvcs=false }
          caches: [{ path: /root/.cache }]
          secrets: [{ id: token, env: TOKEN, optional: true }]
          privileged: false
          if: target.dev
        - uses: abuild/bump@v1
          with: { version: 14.24, rel: 3, fips: false, subpackages: [{ name: a, depends: [b] }] }
      outputs:
        - { source: /usr/lib/locale, target: /usr/lib/locale, uid: 0, gid: 65532, mode: "0755", diff: true, if: target.dev }
      attestations:
        - { predicate-type: https://example.org/p/v1, source: /x.json, diff: true, if: target.dev }
accounts:
  root: true
  run-as: nonroot
  users: [{ name: nonroot, uid: 65532, gid: 65532, mode: "0700" }]
  groups: [{ name: nonroot, gid: 65532, members: [nonroot] }]
os-release:
  name: Debian GNU/Linux
  id: debian
  id-like: debian
  version-id: 13
  version-codename: trixie
  pretty-name: Example
  home-url: https://example.org
  bug-report-url: https://example.org/bugs
work-dir: /app
stop-signal: SIGRTMIN+3
environment: { PATH: /usr/bin, PGVERSION: $VERSION }
paths:
  - { type: directory, path: /app, uid: 0, gid: 0, mode: 02775, recursive: true, platforms: [linux/arm64], if: target.dev }
  - { type: file, path: /etc/x, content: "off\\n" }
  - { type: file, path: /etc/y, source: image/example/bin/y }
  - { type: symlink, path: /bin/x, source: ../x }
  - { type: delete, path: /etc/motd }
  - { type: emptyfile, path: /etc/empty }
annotations: { org.opencontainers.image.licenses: MIT }
labels: { io.hardpan.allow.root: because }
entrypoint: [/usr/bin/tini, --]
cmd: [daemon, -g, "daemon off;"]
ports: [8080/tcp, 53/udp, 4510-4559, 80]
volumes: [/data]
tests:
  - { name: t, directory: /x, commands: ["true"], exit-code: 0, timeout: 5m, output: ok, if: target.dev }
`;

/** The smallest definition, with `more` added. */
export function minimal(more = ""): string {
  return `# syntax=hardpan/build:1-debian13\nimage: hardpan/x\ntags: ["1"]\n${more}`;
}
