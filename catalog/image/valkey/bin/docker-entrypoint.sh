#!/bin/sh
# For charts and scripts that leave out the server's name, or add arguments by a variable.
set -euf

case ${1-} in
  -* | *.conf) set -- valkey-server "$@" ;;
esac
if [ "${1-}" = valkey-server ]; then
  set -- "$@" ${VALKEY_EXTRA_FLAGS-}
fi
# What the server writes is for its own user to read.
umask 0077
exec "$@"
