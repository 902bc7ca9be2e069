#!/bin/sh
# Starts the server of the configuration that ZOOCFG names, or asks a running one how it does.
set -eu

: "${ZOOCFG:=$ZOO_CONF_DIR/zoo.cfg}"

case ${1-} in
  start-foreground)
    login=
    # Made of ZOO_SERVER_USERS.
    [ ! -s /tmp/zookeeper.jaas ] || login=-Djava.security.auth.login.config=/tmp/zookeeper.jaas
    # Options are words.
    # shellcheck disable=SC2086
    exec java ${ZK_SERVER_HEAP:+-Xmx${ZK_SERVER_HEAP}m} $login ${SERVER_JVMFLAGS-} ${JVMFLAGS-} \
      -XX:+ExitOnOutOfMemoryError org.apache.zookeeper.server.quorum.QuorumPeerMain "$ZOOCFG"
    ;;
  status)
    exec java -Xmx64m -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
      org.apache.zookeeper.client.FourLetterWordMain "${2:-localhost}" "${3:-2181}" srvr
    ;;
  version)
    exec java -Xmx64m org.apache.zookeeper.version.VersionInfoMain
    ;;
  *)
    printf '%s\n' 'usage: zkServer.sh start-foreground | status [HOST [PORT]] | version' >&2
    exit 2
    ;;
esac
