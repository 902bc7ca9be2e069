#!/bin/sh
# Options are for haproxy, which stays in the foreground as a master with workers, so that it can be reloaded.
set -e
case "${1-}" in
  -*) set -- haproxy "$@" ;;
esac
if [ "$1" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi
exec "$@"
