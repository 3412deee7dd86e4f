#!/usr/bin/env bash
# Start a PostgreSQL of its own in a temporary folder, run a command with DATABASE_URL set, stop it again.
set -eu
initdb=$(ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
pg=$(dirname "$initdb")
folder=$(mktemp -d "${TMPDIR:-/tmp}/fourleaf-pg-XXXXXX")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# PostgreSQL refuses to run as root.
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as() { (cd "$folder" && setpriv --reuid=postgres --regid=postgres --init-groups "$@"); }
else
  as() { "$@"; }
fi
stop() {
  as "$pg/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
as "$initdb" -D "$folder/data" -U fourleaf -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as "$pg/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60" start >/dev/null
export DATABASE_URL="postgres://fourleaf@127.0.0.1:$port/postgres"
"$@"
