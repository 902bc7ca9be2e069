#!/usr/bin/env bash
# Installs the Debian packages the integration tests use and starts what they need. Run again at will.
set -euo pipefail

packages=(docker.io podman skopeo umoci bubblewrap uidmap qemu-user-static busybox-static libdpkg-perl xz-utils zstd bzip2 zip
  git gpgv mmdebstrap docker-registry postgresql postgresql-client)
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
