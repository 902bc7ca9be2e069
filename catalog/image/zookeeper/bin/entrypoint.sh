#!/bin/sh
# Writes a configuration of the variables ZOO_…, unless there is one, then becomes the server. There is nothing but the shell
# and Java, so that files are read and written by the shell itself.
set -eu

say() {
  printf '%s\n' "entrypoint: $*" >&2
}

fail() {
  say "$@"
  exit 1
}

# Gives the variable NAME the first line of the file that NAME_FILE names.
take_file() {
  eval "value=\${$1-} file=\${$1_FILE-}"
  [ -n "$file" ] || return 0
  [ -z "$value" ] || fail "$1 and $1_FILE are both set: give one of them"
  [ -r "$file" ] || fail "$1_FILE: $file cannot be read by this user"
  IFS= read -r value <"$file" || :
  eval "$1=\$value"
}

# Prints a login module that knows each user of ZOO_SERVER_USERS by the password at the same place of ZOO_SERVER_PASSWORDS.
print_users() {
  users=$ZOO_SERVER_USERS, passwords=$ZOO_SERVER_PASSWORDS,
  printf '%s {\n  org.apache.zookeeper.server.auth.DigestLoginModule required' "$1"
  while [ -n "$users" ]; do
    [ -n "$passwords" ] || fail 'ZOO_SERVER_PASSWORDS has fewer passwords than ZOO_SERVER_USERS has users'
    user=${users%%,*} password=${passwords%%,*}
    users=${users#*,} passwords=${passwords#*,}
    [ -n "$user" ] && [ -n "$password" ] || fail 'ZOO_SERVER_USERS and ZOO_SERVER_PASSWORDS must not have empty names or passwords'
    printf '\n  user_%s="%s"' "$user" "$password"
  done
  [ -z "$passwords" ] || fail 'ZOO_SERVER_PASSWORDS has more passwords than ZOO_SERVER_USERS has users'
  printf ';\n};\n'
}

# Prints what the first of the users logs in with.
print_login() {
  printf '%s {\n  org.apache.zookeeper.server.auth.DigestLoginModule required\n  username="%s"\n  password="%s";\n};\n' \
    "$1" "${ZOO_SERVER_USERS%%,*}" "${ZOO_SERVER_PASSWORDS%%,*}"
}

print_configuration() {
  printf '%s\n' "dataDir=$ZOO_DATA_DIR" "dataLogDir=$ZOO_DATA_LOG_DIR" \
    "tickTime=$ZOO_TICK_TIME" "initLimit=$ZOO_INIT_LIMIT" "syncLimit=$ZOO_SYNC_LIMIT" \
    "maxClientCnxns=$ZOO_MAX_CLIENT_CNXNS" "standaloneEnabled=$ZOO_STANDALONE_ENABLED" \
    "autopurge.snapRetainCount=$ZOO_AUTOPURGE_SNAPRETAINCOUNT" "autopurge.purgeInterval=$ZOO_AUTOPURGE_PURGEINTERVAL" \
    "4lw.commands.whitelist=$ZOO_4LW_COMMANDS_WHITELIST" \
    "admin.enableServer=$ZOO_ADMINSERVER_ENABLED" "admin.serverAddress=$ZOO_ADMINSERVER_ADDRESS" \
    admin.snapshot.enabled=false admin.restore.enabled=false
  # A member's own line may say where it answers clients: `;2181`.
  case $ZOO_SERVERS in
    *\;*) ;;
    *) printf '%s\n' clientPort=2181 "clientPortAddress=$address" ;;
  esac
  if [ -n "$ZOO_SERVER_USERS" ]; then
    printf '%s\n' authProvider.sasl=org.apache.zookeeper.server.auth.SASLAuthenticationProvider \
      sessionRequireClientSASLAuth=true
    [ -z "$ZOO_SERVERS" ] || printf '%s\n' quorum.auth.enableSasl=true quorum.auth.learnerRequireSasl=true \
      quorum.auth.serverRequireSasl=true quorum.auth.learner.saslLoginContext=QuorumLearner \
      quorum.auth.server.saslLoginContext=QuorumServer
  fi
  for line in $ZOO_SERVERS $ZOO_CFG_EXTRA; do
    printf '%s\n' "$line"
  done
}

configure() {
  take_file ZOO_SERVER_PASSWORDS
  : "${ZOO_SERVER_USERS:=}" "${ZOO_SERVER_PASSWORDS:=}" "${ZOO_SERVERS:=}" "${ZOO_CFG_EXTRA:=}"
  : "${ALLOW_ANONYMOUS_LOGIN:=no}" "${ZOO_4LW_COMMANDS_WHITELIST:=srvr}"
  case $ZOO_SERVER_USERS$ZOO_SERVER_PASSWORDS in
    *[\"\\\ ]*) fail 'ZOO_SERVER_USERS and ZOO_SERVER_PASSWORDS must not have blanks, quotes or backslashes' ;;
  esac
  address=0.0.0.0
  if [ "$ALLOW_ANONYMOUS_LOGIN" = yes ]; then
    : "${ZOO_ADMINSERVER_ADDRESS:=0.0.0.0}"
  elif [ -z "$ZOO_SERVER_USERS" ]; then
    [ -z "$ZOO_SERVERS" ] || fail 'the members of an ensemble must be reached by each other: set ZOO_SERVER_USERS and' \
      'ZOO_SERVER_PASSWORDS, or, to let everybody in, ALLOW_ANONYMOUS_LOGIN=yes'
    say 'answers this container alone: to let others in, set ZOO_SERVER_USERS and ZOO_SERVER_PASSWORDS, or, to let' \
      'everybody in, ALLOW_ANONYMOUS_LOGIN=yes'
    address=127.0.0.1
  fi
  : "${ZOO_ADMINSERVER_ADDRESS:=127.0.0.1}"
  umask 077
  # Of an earlier start.
  : >/tmp/zookeeper.jaas
  if [ -n "$ZOO_SERVER_USERS" ]; then
    {
      print_users Server
      print_users QuorumServer
      print_login QuorumLearner
      print_login Client
    } >/tmp/zookeeper.jaas
  fi
  set -f
  print_configuration >/tmp/zoo.cfg
  set +f
  if ! [ -s "$ZOO_DATA_DIR/myid" ]; then
    [ -w "$ZOO_DATA_DIR" ] || fail "$ZOO_DATA_DIR cannot be written to: the volume must belong to the user this container" \
      'runs as, usually 65532:65532'
    printf '%s\n' "${ZOO_MY_ID:-1}" >"$ZOO_DATA_DIR/myid"
  fi
}

if [ "${1-}" = zkServer.sh ] && [ "${2-}" = start-foreground ]; then
  # The data are nonroot's. Where the image has the means, root becomes that user.
  if [ -O /usr ] && command -v setpriv >/dev/null; then
    HOME=/home/nonroot exec setpriv --reuid=nonroot --regid=nonroot --init-groups "$0" "$@"
  fi
  if [ -r "$ZOO_CONF_DIR/zoo.cfg" ]; then
    ZOOCFG=$ZOO_CONF_DIR/zoo.cfg
  else
    configure
    ZOOCFG=/tmp/zoo.cfg
  fi
  export ZOOCFG
  unset ZOO_SERVER_PASSWORDS ZOO_SERVER_PASSWORDS_FILE
fi
exec "$@"
