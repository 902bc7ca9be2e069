#!/bin/sh
# RabbitMQ's programs run as the user rabbitmq, whose data it is.
set -e
case "${1-}" in
  rabbitmq*)
    # Erlang would make it some seconds later, or a program that root runs in the meantime.
    cookie=/var/lib/rabbitmq/.erlang.cookie
    [ -e "$cookie" ] || (umask 377 && tr -dc A-Z </dev/urandom | head -c 20 >"$cookie")
    if [ "$(id -u)" = 0 ]; then
      find /var/lib/rabbitmq ! -user rabbitmq -exec chown rabbitmq '{}' +
      # Keeps HOME, unlike gosu: there is the cookie that Erlang's programs know each other by.
      exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups -- "$@"
    fi
    ;;
esac
exec "$@"
