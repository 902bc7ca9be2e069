#!/bin/sh
# Options are for memcached.
set -e
case "${1-}" in
  -*) set -- memcached "$@" ;;
esac
exec "$@"
