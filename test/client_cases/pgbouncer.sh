#!/usr/bin/env bash
# pgbouncer.sh BIN DIRECTORY: node-postgres through PgBouncer in transaction mode, with one
# connection to the server for all clients. DIRECTORY: the socket of the server.
set -euo pipefail
directory=$2
program=$(command -v pgbouncer || echo /usr/sbin/pgbouncer)
[ -x "$program" ] || { echo "skipped pgbouncer: it is not installed"; exit 0; }
cat >"$directory/pgbouncer.ini" <<-INI
	[databases]
	clients = host=$directory port=$PGPORT pool_size=1
	[pgbouncer]
	listen_port = 6499
	unix_socket_dir = $directory
	auth_type = any
	pool_mode = transaction
	ignore_startup_parameters = extra_float_digits
	logfile = $directory/pgbouncer.log
	pidfile = $directory/pgbouncer.pid
INI
sed -i 's/^clients = .*/& user=server/' "$directory/pgbouncer.ini"
as=()
[ "$(id -u)" != 0 ] || { chown postgres "$directory/pgbouncer.ini"; as=(runuser -u postgres --); }
"${as[@]}" "$program" -q -d "$directory/pgbouncer.ini"
PGPORT=6499 node pgbouncer.mjs
