#!/bin/sh
# The client. It logs in as ZOO_CLIENT_USER with ZOO_CLIENT_PASSWORD; beside a server that knows users, as the first of them.
set -eu

login=
if [ -n "${ZOO_CLIENT_USER-}" ]; then
  case $ZOO_CLIENT_USER${ZOO_CLIENT_PASSWORD-} in
    *[\"\\\ ]*)
      printf '%s\n' 'zkCli.sh: ZOO_CLIENT_USER and ZOO_CLIENT_PASSWORD must not have blanks, quotes or backslashes' >&2
      exit 1
      ;;
  esac
  umask 077
  printf 'Client {\n  org.apache.zookeeper.server.auth.DigestLoginModule required\n  username="%s"\n  password="%s";\n};\n' \
    "$ZOO_CLIENT_USER" "${ZOO_CLIENT_PASSWORD-}" >/tmp/client.jaas
  login=-Djava.security.auth.login.config=/tmp/client.jaas
elif [ -s /tmp/zookeeper.jaas ]; then
  login=-Djava.security.auth.login.config=/tmp/zookeeper.jaas
fi
# Options are words.
# shellcheck disable=SC2086
exec java -Xmx256m -Dorg.slf4j.simpleLogger.logFile=System.err -Dorg.slf4j.simpleLogger.defaultLogLevel=warn $login \
  ${CLIENT_JVMFLAGS-} org.apache.zookeeper.ZooKeeperMain "$@"
