#!/bin/bash
# Makes a database cluster in $PGDATA on the first start, then becomes the server. Root becomes the user postgres.
set -eu

# Gives the variable NAME what is in the file that NAME_FILE names.
take_file() {
  local file="$1_FILE"
  [ -z "${!file-}" ] || export "$1"="$(<"${!file}")"
}

run_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) run_sql <"$file" ;;
      *.sql.gz) gunzip -c "$file" | run_sql ;;
      *.sql.xz) xz -dc "$file" | run_sql ;;
      *.sql.zst) zstd -dc "$file" | run_sql ;;
    esac
  done
}

run_sql() {
  psql --no-psqlrc --no-password --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB"
}

first_start() {
  take_file POSTGRES_PASSWORD
  take_file POSTGRES_USER
  take_file POSTGRES_DB
  take_file POSTGRES_INITDB_ARGS
  : "${POSTGRES_USER:=postgres}" "${POSTGRES_PASSWORD:=}" "${POSTGRES_HOST_AUTH_METHOD:=scram-sha-256}"
  : "${POSTGRES_DB:=$POSTGRES_USER}"
  export POSTGRES_USER POSTGRES_DB
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo >&2 'docker-entrypoint: set POSTGRES_PASSWORD, or POSTGRES_HOST_AUTH_METHOD=trust to let everybody in'
    exit 1
  fi
  eval "initdb --username=\"\$POSTGRES_USER\" --pwfile=<(printf '%s\\n' \"\${POSTGRES_PASSWORD:-none}\") ${POSTGRES_INITDB_ARGS-}"
  printf "\nlisten_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
  printf '\nhost all all all %s\n' "$POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
  # Not reachable over the network before all is in place.
  pg_ctl --pgdata="$PGDATA" --wait --options='-c listen_addresses=' start
  [ "$POSTGRES_DB" = postgres ] || createdb --username="$POSTGRES_USER" --maintenance-db=postgres "$POSTGRES_DB"
  run_files
  pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop
}

case ${1-} in
  '' | -*) set -- postgres "$@" ;;
esac
[ "$1" = postgres ] || exec "$@"
for argument in "$@"; do
  case "$argument" in
    '-?' | --help | --describe-config | -V | --version) exec "$@" ;;
  esac
done
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  find "$PGDATA" /run/postgresql ! -user postgres -exec chown postgres '{}' +
  chmod 700 "$PGDATA"
  exec gosu postgres "$0" "$@"
fi
[ -s "$PGDATA/PG_VERSION" ] || first_start
exec "$@"
