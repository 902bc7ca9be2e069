#!/bin/sh
# For charts and scripts that leave out the server's name.
set -eu

case ${1-} in
  -* | *.conf) set -- redis-server "$@" ;;
esac
# What the server writes is for its own user to read.
umask 0077
exec "$@"
