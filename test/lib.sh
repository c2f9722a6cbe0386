# test/lib.sh: what test/demo, test/check and test/bench share (sourced, bash).
# A private copy of the PostgreSQL installation and a private cluster, so that
# neither an existing server nor its installation is ever touched.
#
# Everything lives in $WP_WORK (default: a fresh directory under /tmp):
#   $WP_WORK/pg      a shadow of the installation (links, own share/extension and lib)
#   $WP_WORK/data    the cluster, listening on a unix socket in $WP_WORK/socket only
set -euo pipefail

WP_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WP_MAJOR=${WP_MAJOR:-15}

# as_root CMD…: runs CMD as root, directly or through sudo.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
# as_server CMD…: runs CMD as the user that owns the cluster (root may not run a server).
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# need_packages NAME…: installs the Debian packages that are missing.
need_packages() {
	local missing=() p
	for p in "$@"; do dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p"); done
	[ ${#missing[@]} = 0 ] && return
	echo "# installing: ${missing[*]}"
	# No cluster of Debian's own: ours is private, and nothing is to be left running.
	as_root mkdir -p /etc/postgresql-common
	[ -e /etc/postgresql-common/createcluster.conf ] ||
		echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
}

# make_prefix: shadows the installation under $WP_WORK/pg and sets WP_BIN, PG_CONFIG.
# The server finds its share and lib directories relative to its own binary, so a
# copied bin/ over linked files gives an installation that `make install` may write to.
make_prefix() {
	WP_WORK=${WP_WORK:-$(mktemp -d /tmp/workflow_perms.XXXXXX)}
	mkdir -p "$WP_WORK"; chmod 755 "$WP_WORK"
	local real=/usr/lib/postgresql/$WP_MAJOR root=$WP_WORK/pg
	if [ ! -x "$root$real/bin/postgres" ]; then
		mkdir -p "$root$real" "$root/usr/share/postgresql" "$root/usr/include" "$root/usr/lib/x86_64-linux-gnu"
		cp -a "$real/bin" "$root$real/"
		cp -as "$real/lib" "$root$real/"
		cp -as "/usr/share/postgresql/$WP_MAJOR" "$root/usr/share/postgresql/"
		ln -sfn /usr/include/postgresql "$root/usr/include/postgresql"
	fi
	WP_BIN=$root$real/bin
	export PG_CONFIG=$WP_BIN/pg_config
}

# build_install: builds the extension with warnings as errors and installs it into the private prefix.
build_install() {
	make -s -C "$WP_TOP" -j"$(nproc)" PG_CONFIG="$PG_CONFIG" WERROR=1 with_llvm=no
	make -s -C "$WP_TOP" PG_CONFIG="$PG_CONFIG" with_llvm=no install >/dev/null
}

# start_cluster: makes and starts the private cluster; sets PGHOST, PGUSER, PGDATABASE.
start_cluster() {
	export PGHOST=$WP_WORK/socket PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
	unset PGPASSWORD PGSERVICE PGSSLMODE PGOPTIONS || true
	mkdir -p "$PGHOST" "$WP_WORK/data"
	[ "$(id -u)" = 0 ] && chown postgres "$WP_WORK/data" "$PGHOST"
	chmod 700 "$WP_WORK/data"; chmod 711 "$PGHOST"
	if [ ! -e "$WP_WORK/data/PG_VERSION" ]; then
		(cd / && as_server "$WP_BIN/initdb" -D "$WP_WORK/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null)
		cat >>"$WP_WORK/data/postgresql.conf" <<-CONF
			listen_addresses = ''
			unix_socket_directories = '$PGHOST'
			fsync = off
			shared_buffers = 256MB
			max_connections = 50
			log_min_messages = warning
		CONF
		[ "$(id -u)" = 0 ] && chown postgres "$WP_WORK/data/postgresql.conf"
	fi
	(cd / && as_server "$WP_BIN/pg_ctl" -D "$WP_WORK/data" -l "$WP_WORK/data/server.log" -w -s start)
	trap stop_cluster EXIT
}

stop_cluster() {
	[ -e "$WP_WORK/data/postmaster.pid" ] && (cd / && as_server "$WP_BIN/pg_ctl" -D "$WP_WORK/data" -m immediate -w -s stop) || true
}
