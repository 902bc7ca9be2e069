#!/bin/sh
# Makes a database in the data directory on the first start, then becomes the server. There is nothing but the shell and
# MariaDB's own programs, so that files are read and written by the shell itself.
set -eu

say() {
  printf '%s\n' "docker-entrypoint: $*"
}

fail() {
  say "$@" >&2
  exit 1
}

# Gives the variable MARIADB_NAME what the first of MARIADB_NAME, MARIADB_NAME_FILE, MYSQL_NAME and MYSQL_NAME_FILE says. Of
# a file it is the first line.
take() {
  value=
  for variable in "MARIADB_$1" "MYSQL_$1"; do
    eval "given=\${$variable-} file=\${${variable}_FILE-}"
    [ -z "$given" ] || [ -z "$file" ] || fail "$variable and ${variable}_FILE are both set: give one of them"
    if [ -z "$given" ] && [ -n "$file" ]; then
      [ -r "$file" ] || fail "${variable}_FILE: $file cannot be read by this user"
      IFS= read -r given <"$file" || :
    fi
    : "${value:=$given}"
    unset "$variable" "${variable}_FILE"
  done
  eval "MARIADB_$1=\$value"
  export "MARIADB_$1"
}

# Prints a text with each $2 in it twice.
doubled() {
  rest=$1 done=
  while :; do
    case $rest in
      *"$2"*) done="$done${rest%%"$2"*}$2$2" rest=${rest#*"$2"} ;;
      *) break ;;
    esac
  done
  printf '%s' "$done$rest"
}

# Print a text as SQL's text, and a name as SQL's name.
text() {
  printf "'%s'" "$(doubled "$(doubled "$1" \\)" \')"
}
name() {
  printf '`%s`' "$(doubled "$1" '`')"
}

print_file() {
  while IFS= read -r line || [ -n "$line" ]; do
    printf '%s\n' "$line"
  done <"$1"
}

# The option of a configuration file or an argument with this name, else what follows.
option() {
  wanted=$1 value=$2
  shift 2
  set -f
  IFS='
'
  for given in $(my_print_defaults --mariadbd) "$@"; do
    case $given in
      "--$wanted="*) value=${given#*=} ;;
    esac
  done
  unset IFS
  set +f
  printf '%s' "$value"
}

start_unreachable() {
  "$@" --skip-networking --socket="$socket" --loose-innodb-buffer-pool-load-at-startup=0 --skip-log-bin &
  server=$!
  until mariadb-admin --no-defaults --socket="$socket" --user=root --silent --wait=2 ping >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || fail 'the server did not start: see above'
  done
}

stop_unreachable() {
  kill "$server"
  wait "$server" || fail "the server did not stop in order: it ended with $?"
}

# root over the socket. While root has no password yet, the variable is empty.
client() {
  MYSQL_PWD=$root_password mariadb --no-defaults --socket="$socket" --user=root --binary-mode --comments "$@"
}

make_system_tables() {
  say "making the system tables in $data"
  {
    printf 'create database if not exists mysql;\nuse mysql;\nset @auth_root_socket=NULL;\n'
    for file in mariadb_system_tables mariadb_performance_tables mariadb_system_tables_data maria_add_gis_sp_bootstrap; do
      print_file "/usr/share/mariadb/$file.sql"
    done
  } | "$@" --bootstrap --log-warnings=0 --skip-log-bin --enforce-storage-engine= --max-allowed-packet=8M --net-buffer-length=16K
}

fill_system_tables() {
  client mysql </usr/share/mariadb/fill_help_tables.sql
  client mysql </usr/share/mariadb/mariadb_sys_schema.sql
  [ -n "$MARIADB_INITDB_SKIP_TZINFO" ] || mariadb-tzinfo-to-sql --skip-write-binlog /usr/share/zoneinfo | client mysql
  printf '%s-MariaDB' "$MARIADB_VERSION" >"$data/mariadb_upgrade_info"
}

# IDENTIFIED … for a password, its hash, or neither.
identified() {
  if [ -n "$2" ]; then
    printf ' identified by password %s' "$(text "$2")"
  else
    printf ' identified by %s' "$(text "$1")"
  fi
}

# Who runs as the server's own user in this container has its files anyway, and needs no password on the socket.
make_accounts() {
  client mysql <<END
delete from global_priv where not (User = 'root' and Host = 'localhost') and User in ('', 'root');
delete from proxies_priv where Host <> 'localhost';
flush privileges;
create or replace user mysql@localhost identified via unix_socket;
grant all on *.* to mysql@localhost with grant option;
END
  if [ -n "$MARIADB_DATABASE" ]; then
    client <<END
create database if not exists $(name "$MARIADB_DATABASE")
${MARIADB_CHARACTER_SET:+character set = $(text "$MARIADB_CHARACTER_SET")}
${MARIADB_COLLATION:+collate = $(text "$MARIADB_COLLATION")};
END
  fi
  if [ -n "$MARIADB_USER" ]; then
    client <<END
create user $(text "$MARIADB_USER")@'%'$(identified "$MARIADB_PASSWORD" "$MARIADB_PASSWORD_HASH");
END
    if [ -n "$MARIADB_DATABASE" ]; then
      # In GRANT _ and % stand for others.
      client --execute="select concat('grant all on \`', replace(replace(replace($(text "$MARIADB_DATABASE"), '\`', '\`\`'), '_', '\\\\_'), '%', '\\\\%'), '\`.* to ', quote($(text "$MARIADB_USER")), '@''%'';')" \
        --skip-column-names --raw | client
    fi
  fi
}

root_account() {
  printf 'alter user root@localhost%s;\n' "$(identified "$MARIADB_ROOT_PASSWORD" "$MARIADB_ROOT_PASSWORD_HASH")"
  case $MARIADB_ROOT_HOST in
    '' | localhost) ;;
    *)
      printf 'create user root@%s%s;\n' "$(text "$MARIADB_ROOT_HOST")" \
        "$(identified "$MARIADB_ROOT_PASSWORD" "$MARIADB_ROOT_PASSWORD_HASH")"
      printf 'grant all on *.* to root@%s with grant option;\n' "$(text "$MARIADB_ROOT_HOST")"
      printf 'grant proxy on ""@"%%" to root@%s with grant option;\n' "$(text "$MARIADB_ROOT_HOST")"
      ;;
  esac
}

run_files() {
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh)
        say "running $file"
        sh "$file"
        ;;
      *.sql)
        say "running $file"
        client ${MARIADB_DATABASE:+--database="$MARIADB_DATABASE"} <"$file"
        ;;
      */\*) ;;
      *) say "leaving out $file: it ends neither in .sql nor in .sh" ;;
    esac
  done
}

# A stop during the first start must not leave a database that looks complete.
interrupted() {
  [ -z "${server-}" ] || kill "$server" 2>/dev/null || :
  fail 'stopped before the first start came to its end'
}

first_start() {
  for variable in ROOT_PASSWORD ROOT_PASSWORD_HASH RANDOM_ROOT_PASSWORD ALLOW_EMPTY_ROOT_PASSWORD ROOT_HOST \
    USER PASSWORD PASSWORD_HASH DATABASE CHARACTER_SET COLLATION INITDB_SKIP_TZINFO; do
    take "$variable"
  done
  # Of MySQL's image.
  : "${MARIADB_ALLOW_EMPTY_ROOT_PASSWORD:=${MYSQL_ALLOW_EMPTY_PASSWORD-}}" "${MARIADB_ROOT_HOST:=%}"
  if [ -z "$MARIADB_ROOT_PASSWORD$MARIADB_ROOT_PASSWORD_HASH$MARIADB_RANDOM_ROOT_PASSWORD$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD" ]; then
    fail "there is no database yet and no password for root: set one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_FILE," \
      "MARIADB_ROOT_PASSWORD_HASH and MARIADB_RANDOM_ROOT_PASSWORD, or, to let everybody in, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD"
  fi
  if [ -n "$MARIADB_USER" ] && [ -z "$MARIADB_PASSWORD$MARIADB_PASSWORD_HASH" ]; then
    fail "MARIADB_USER is set, and no password for it: set MARIADB_PASSWORD, MARIADB_PASSWORD_FILE or MARIADB_PASSWORD_HASH"
  fi
  [ "$MARIADB_USER" != root ] || fail 'MARIADB_USER is root, which there is anyway: leave it out'
  [ -w "$data" ] ||
    fail "$data cannot be written to: the volume must belong to the user this container runs as, usually 65532:65532"

  trap interrupted INT TERM
  printf 'unfinished\n' >"$data/first-start"
  root_password=
  make_system_tables "$@"
  # Not reachable over the network before all is in place.
  start_unreachable "$@"
  fill_system_tables
  make_accounts
  if [ -n "$MARIADB_RANDOM_ROOT_PASSWORD" ] && [ -z "$MARIADB_ROOT_PASSWORD$MARIADB_ROOT_PASSWORD_HASH" ]; then
    MARIADB_ROOT_PASSWORD=$(client --skip-column-names --execute='select to_base64(random_bytes(24))')
    say "the password of root is $MARIADB_ROOT_PASSWORD"
  fi
  # The password of a hash is not known here: root gets it last.
  [ -n "$MARIADB_ROOT_PASSWORD_HASH" ] || root_account | client
  root_password=$MARIADB_ROOT_PASSWORD
  run_files
  [ -z "$MARIADB_ROOT_PASSWORD_HASH" ] || root_account | client
  stop_unreachable
  trap - INT TERM
  printf 'finished\n' >"$data/first-start"
  say 'the database is ready for its first start'
}

upgrade() {
  of=
  [ ! -r "$data/mariadb_upgrade_info" ] || IFS= read -r of <"$data/mariadb_upgrade_info" || :
  case $of in
    "$MARIADB_VERSION"-*) return 0 ;;
  esac
  if [ -z "${MARIADB_AUTO_UPGRADE-}" ]; then
    say "the system tables are of version ${of:-unknown}, not $MARIADB_VERSION: run mariadb-upgrade --user=mysql, or set MARIADB_AUTO_UPGRADE"
    return 0
  fi
  say "upgrading the system tables, which are of version ${of:-unknown}"
  start_unreachable "$@" --skip-grant-tables
  mariadb-upgrade --no-defaults --socket="$socket" --user=root --upgrade-system-tables
  stop_unreachable
}

case ${1-} in
  '' | -*) set -- mariadbd "$@" ;;
  mysqld) shift && set -- mariadbd "$@" ;;
esac
[ "$1" = mariadbd ] || exec "$@"
for argument in "$@"; do
  case $argument in
    '-?' | --help | -V | --version | --print-defaults) exec "$@" ;;
  esac
done

# The server refuses to be root. Where the image has the means, root becomes the user whose the folders are.
if [ -O /usr ] && command -v setpriv >/dev/null; then
  HOME=/home/mysql exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
fi

data=$(option datadir /var/lib/mysql "$@")
socket=$(option socket /run/mysqld/mysqld.sock "$@")
if ! [ -d "$data/mysql" ] && ! [ -e "$data/first-start" ]; then
  first_start "$@"
else
  if [ -r "$data/first-start" ]; then
    read -r state <"$data/first-start" || :
    [ "$state" = finished ] || fail "the first start of $data did not come to its end: empty the volume and start again"
  fi
  upgrade "$@"
fi
unset MARIADB_ROOT_PASSWORD MARIADB_ROOT_PASSWORD_HASH MARIADB_PASSWORD MARIADB_PASSWORD_HASH \
  MYSQL_ROOT_PASSWORD MYSQL_PASSWORD
exec "$@"
