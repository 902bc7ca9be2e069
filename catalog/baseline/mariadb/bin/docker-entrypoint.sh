#!/bin/bash
# Makes a database on the first start, then becomes the server. Root becomes the user mysql.
set -eu

datadir=/var/lib/mysql

# Prints what was given for NAME: MARIADB_NAME, MARIADB_NAME_FILE, or the same with the older MYSQL_.
given() {
  local prefix value file
  for prefix in MARIADB MYSQL; do
    value="${prefix}_$1" file="${prefix}_$1_FILE"
    if [ -n "${!value-}" ]; then printf '%s' "${!value}" && return; fi
    if [ -n "${!file-}" ]; then cat "${!file}" && return; fi
  done
}

# Prints a text as SQL has it.
quoted() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\'\'}"
}

name_quoted() {
  printf '`%s`' "${1//\`/\`\`}"
}

run_sql() {
  mariadb --protocol=socket --user=root --socket=/run/mysqld/mysqld.sock "$@"
}

run_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) run_sql $database <"$file" ;;
      *.sql.gz) gunzip -c "$file" | run_sql $database ;;
      *.sql.xz) xz -dc "$file" | run_sql $database ;;
      *.sql.zst) zstd -dc "$file" | run_sql $database ;;
    esac
  done
}

first_start() {
  local password user root_host
  password=$(given ROOT_PASSWORD)
  if [ -z "$password" ] && [ -n "$(given RANDOM_ROOT_PASSWORD)" ]; then
    password=$(pwgen --numerals --capitalize --symbols --remove-chars="'\\" -1 32)
    echo "docker-entrypoint: root's password is $password"
  fi
  if [ -z "$password" ] && [ -z "$(given ALLOW_EMPTY_ROOT_PASSWORD)$(given ALLOW_EMPTY_PASSWORD)" ]; then
    echo >&2 'docker-entrypoint: set MARIADB_ROOT_PASSWORD, MARIADB_RANDOM_ROOT_PASSWORD or MARIADB_ALLOW_EMPTY_ROOT_PASSWORD'
    exit 1
  fi
  database=$(given DATABASE) user=$(given USER) root_host=$(given ROOT_HOST)
  mariadb-install-db --datadir="$datadir" --skip-test-db --auth-root-authentication-method=normal >/dev/null
  # Not reachable over the network before all is in place.
  mariadbd --skip-networking --socket=/run/mysqld/mysqld.sock &
  local server=$!
  until mariadb-admin --socket=/run/mysqld/mysqld.sock --silent ping >/dev/null 2>&1; do
    kill -0 "$server"
    sleep 1
  done
  mariadb-tzinfo-to-sql /usr/share/zoneinfo | run_sql mysql
  {
    if [ -n "$database" ]; then echo "CREATE DATABASE IF NOT EXISTS $(name_quoted "$database");"; fi
    if [ -n "$user" ]; then
      echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$(given PASSWORD)");"
      if [ -n "$database" ]; then echo "GRANT ALL ON $(name_quoted "$database").* TO $(quoted "$user")@'%';"; fi
    fi
  } | run_sql
  run_files
  {
    # Of this container's names, all without a password.
    echo "DELETE FROM mysql.proxies_priv WHERE User = 'root' AND Host <> 'localhost';"
    echo "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';"
    echo "FLUSH PRIVILEGES;"
    echo "CREATE USER root@$(quoted "${root_host:-%}") IDENTIFIED BY $(quoted "$password");"
    echo "GRANT ALL ON *.* TO root@$(quoted "${root_host:-%}") WITH GRANT OPTION;"
    echo "ALTER USER root@localhost IDENTIFIED BY $(quoted "$password");"
  } | run_sql
  kill "$server"
  wait "$server"
}

case ${1-} in
  '' | -*) set -- mariadbd "$@" ;;
esac
if [ "$1" != mariadbd ] && [ "$1" != mysqld ]; then exec "$@"; fi
for argument in "$@"; do
  case "$argument" in
    '-?' | --help | -V | --version) exec "$@" ;;
  esac
done
if [ "$(id -u)" = 0 ]; then
  find "$datadir" /run/mysqld ! -user mysql -exec chown mysql '{}' +
  exec gosu mysql "$0" "$@"
fi
[ -d "$datadir/mysql" ] || first_start
exec "$@"
