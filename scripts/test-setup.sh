#!/usr/bin/env bash
# Installs the Debian packages the integration tests use and starts what they need. Run again at will.
set -euo pipefail

packages=(docker.io podman skopeo umoci bubblewrap uidmap qemu-user-static busybox-static libdpkg-perl xz-utils zstd bzip2 zip
  git gpgv mmdebstrap docker-registry postgresql postgresql-client
  rpm db5.3-util unzip python3 python3-pip ruby make php-cli php-xml composer php-pear binutils gcc cmark-gfm)
# Compilers and Java are large: those of the machine, whatever their version, do as well.
command -v java >/dev/null || packages+=(default-jre-headless)
command -v go >/dev/null || packages+=(golang-go)
command -v rustc >/dev/null || packages+=(rustc)
as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  echo "installing: ${missing[*]}"
  "${as_root[@]}" apt-get update --quiet=2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}"
fi

# docker.io recommends these; dockerd needs them to give containers a network.
if ! command -v iptables >/dev/null; then
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends iptables
fi

# cosign, and a Maven that orders versions as today's do, came into Debian with trixie; they run on bookworm too. They are
# unpacked for the tests alone, not installed.
tools="$(cd "$(dirname "$0")/.." && pwd)/.cache/tools"
unpack() {
  local work mirror package failed=0
  work=$(mktemp --directory)
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head --lines 1)
  mkdir --parents "$work/lists/partial" "$work/archives/partial"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$work/sources.list"
  local options=(--quiet=2 --option "Dir::Etc::SourceList=$work/sources.list" --option Dir::Etc::SourceParts=/dev/null
    --option "Dir::State::Lists=$work/lists" --option "Dir::Cache=$work" --option APT::Sandbox::User=root)
  (cd "$work" && apt-get "${options[@]}" update && apt-get "${options[@]}" download "$@") || failed=1
  mkdir --parents "$tools"
  for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$tools" || failed=1; done
  rm --recursive --force "$work"
  return "$failed"
}
wanted=()
command -v cosign >/dev/null || [ -x "$tools/usr/bin/cosign" ] || wanted+=(cosign)
[ -e "$tools/usr/share/java/maven3-artifact.jar" ] || wanted+=(libmaven3-core-java)
if [ "${#wanted[@]}" -gt 0 ]; then
  echo "unpacking: ${wanted[*]}"
  unpack "${wanted[@]}" || echo "not to be had: ${wanted[*]}; their tests are skipped"
fi

# A pid file left by a daemon that was killed may name another process by now, and dockerd would refuse to start.
forget_stale() {
  if [ -f "$1" ] && ! grep -qs "$2" "/proc/$(cat "$1")/comm"; then "${as_root[@]}" rm -f "$1"; fi
}

if ! /usr/bin/docker info >/dev/null 2>&1; then
  echo "starting dockerd"
  forget_stale /var/run/docker.pid dockerd
  forget_stale /var/run/docker/containerd/containerd.pid containerd
  "${as_root[@]}" sh -c 'exec setsid /usr/sbin/dockerd --host=unix:///var/run/docker.sock </dev/null >/var/log/dockerd.log 2>&1 &'
  for _ in $(seq 60); do
    /usr/bin/docker info >/dev/null 2>&1 && break
    sleep 0.5
  done
  /usr/bin/docker info --format 'docker {{.ServerVersion}}, storage {{.Driver}}'
fi
echo "ready"
