#!/bin/sh
# Makes those of the server's own keys that its configuration names and that are not there yet, then becomes the server.
set -eu

[ "${1-}" = /usr/sbin/sshd ] || exec "$@"
"$@" -G | while read -r option value; do
  [ "$option" = hostkey ] && ! [ -e "$value" ] || continue
  case $value in
    *_ecdsa_key) type=ecdsa ;;
    *_ed25519_key) type=ed25519 ;;
    *_rsa_key) type=rsa ;;
    *) continue ;;
  esac
  ssh-keygen -q -t "$type" -N '' -f "$value"
  ssh-keygen -l -f "$value.pub" >&2
done
exec "$@"
