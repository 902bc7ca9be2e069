#!/bin/sh
# Makes a database cluster in $PGDATA on the first start, then becomes the server. There is nothing but the shell and
# PostgreSQL's own programs, so that files are read and written by the shell itself.
set -eu

say() {
  printf '%s\n' "docker-entrypoint: $*"
}

fail() {
  say "$@" >&2
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
  unset "$1_FILE"
}

# Prints each argument in quotes, for a program that gives it to a shell again.
quoted() {
  for rest in "$@"; do
    done=
    while :; do
      case $rest in
        *\'*) done="$done${rest%%\'*}'\\''" rest=${rest#*\'} ;;
        *) break ;;
      esac
    done
    printf "'%s' " "$done$rest"
  done
}

make_cluster() {
  set -f
  # Passwords are asked for on every connection over the network; on the socket, which only processes of this container
  # reach, they are not.
  set -- --username="$POSTGRES_USER" --auth-local=trust --auth-host="$POSTGRES_HOST_AUTH_METHOD" ${POSTGRES_INITDB_ARGS-}
  set +f
  if [ -n "$POSTGRES_PASSWORD" ]; then
    printf '%s\n' "$POSTGRES_PASSWORD" | initdb --pwfile=/dev/stdin "$@"
  else
    initdb "$@"
  fi
  printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
  printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
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
        psql --no-psqlrc --no-password --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
          --file="$file"
        ;;
      */\*) ;;
      *) say "leaving out $file: it ends neither in .sql nor in .sh" ;;
    esac
  done
}

# A stop during the first start must not leave a cluster that looks complete.
interrupted() {
  [ ! -s "$PGDATA/PG_VERSION" ] || printf 'unfinished\n' >"$PGDATA/first-start"
  fail 'stopped before the first start came to its end'
}

first_start() {
  take_file POSTGRES_PASSWORD
  take_file POSTGRES_USER
  take_file POSTGRES_DB
  take_file POSTGRES_INITDB_ARGS
  : "${POSTGRES_USER:=postgres}" "${POSTGRES_PASSWORD:=}" "${POSTGRES_HOST_AUTH_METHOD:=scram-sha-256}"
  : "${POSTGRES_DB:=$POSTGRES_USER}"
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    fail "there is no database yet and no password for its superuser: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE," \
      "or, to let everybody in, POSTGRES_HOST_AUTH_METHOD=trust"
  fi
  if [ -d "$PGDATA" ] && ! [ -w "$PGDATA" ]; then
    fail "$PGDATA cannot be written to: the volume must belong to the user this container runs as, usually 70:70"
  fi
  export POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB

  trap interrupted INT TERM
  make_cluster
  printf 'unfinished\n' >"$PGDATA/first-start"
  # Not reachable over the network before all is in place. `postgres` itself is the first argument.
  shift
  pg_ctl --pgdata="$PGDATA" --wait --options="$(quoted "$@" -c listen_addresses=)" start
  if [ "$POSTGRES_DB" != postgres ]; then
    createdb --no-password --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
  fi
  run_files
  pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop
  printf 'finished\n' >"$PGDATA/first-start"
  trap - INT TERM
  say 'the database is ready for its first start'
}

case ${1-} in
  '' | -*) set -- postgres "$@" ;;
esac
[ "$1" = postgres ] || exec "$@"
for argument in "$@"; do
  case $argument in
    '-?' | --help | --describe-config | -V | --version | -C) exec "$@" ;;
  esac
done

# The server refuses to be root. Where the image has the means, root becomes the user whose the folders are.
if [ -O /usr ] && command -v setpriv >/dev/null; then
  HOME=/home/postgres exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if ! [ -s "$PGDATA/PG_VERSION" ]; then
  first_start "$@"
elif [ -r "$PGDATA/first-start" ]; then
  read -r state <"$PGDATA/first-start" || :
  [ "$state" = finished ] || fail "the first start of $PGDATA did not come to its end: empty the volume and start again"
fi
unset POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE
exec "$@"
