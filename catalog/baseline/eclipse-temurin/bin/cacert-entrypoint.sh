#!/bin/sh
# With USE_SYSTEM_CA_CERTS, certificates in /certificates are trusted: by the system, and by Java.
set -e
if [ -n "${USE_SYSTEM_CA_CERTS-}" ]; then
  for file in /certificates/*; do
    [ ! -f "$file" ] || cp "$file" "/usr/local/share/ca-certificates/$(basename "$file" .pem).crt"
  done
  update-ca-certificates >/dev/null 2>&1
  trust extract --overwrite --format=java-cacerts --filter=ca-anchors --purpose=server-auth /etc/ssl/certs/java/cacerts
fi
exec "$@"
