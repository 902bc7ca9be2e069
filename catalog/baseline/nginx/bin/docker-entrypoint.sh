#!/bin/sh
# Before nginx starts, runs what is in /docker-entrypoint.d: programs in .sh, and in this shell what ends in .envsh.
set -e
case "$1" in
  nginx | nginx-debug)
    for file in /docker-entrypoint.d/*; do
      [ -x "$file" ] || continue
      case "$file" in
        *.envsh) . "$file" ;;
        *.sh) "$file" ;;
      esac
    done
    ;;
esac
exec "$@"
