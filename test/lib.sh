# test/lib.sh: what test/demo, test/check and test/bench share (sourced, bash).
# A private copy of the PostgreSQL installation and a private cluster, so that
# neither an existing server nor its installation is ever touched.
#
# Everything lives in $WP_WORK (default: a fresh directory under /tmp, removed at
# the end; a WP_WORK from outside is kept):
#   $WP_WORK/src     a copy of this tree, where everything is built and tested
#   $WP_WORK/pg      a shadow of the installation (links; own bin, share, lib)
#   $WP_WORK/data    the cluster
#   $WP_WORK/socket  its unix socket, the only thing that it listens on
#   $WP_WORK/log     what the commands said
# The server runs as the caller; as `postgres` where the caller is root.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8
unset "${!PG@}" 2>/dev/null || true

WP_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WP_MAJOR=${WP_MAJOR:-15}
WP_LOCK=

# What building and running take, and what the tests take besides.
WP_PACKAGES=(gcc libc6-dev libssl-dev make "postgresql-$WP_MAJOR" "postgresql-server-dev-$WP_MAJOR")
WP_TEST_PACKAGES=(libipc-run-perl python3 openssl pgbouncer)
# What a suite in the making may not have yet.
WP_OPTIONAL_PACKAGES=("postgresql-$WP_MAJOR-plpgsql-check" "postgresql-$WP_MAJOR-pgtap")
# What test/bench measures against, and what it draws its plots with.
WP_PEER_PACKAGES=("postgresql-$WP_MAJOR-jsquery")
WP_PLOT_PACKAGES=(gnuplot-nox)
WP_FUZZ_PACKAGES=(clang-14 libclang-rt-14-dev)

# as_root CMD…: runs CMD as root, directly or through sudo.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
		sudo -n "$@"
	else
		echo "this needs root, or sudo without a password, to run: $*" >&2
		return 1
	fi
}

# as_server CMD…: runs CMD as the user that owns the cluster (root may not run a server).
as_server() {
	if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# need_packages NAME…: installs the Debian packages that are missing, and nothing
# else changes: no cluster is made, no service started, stopped or restarted.
need_packages() {
	local missing=() p
	for p in "$@"; do
		dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
	done
	[ ${#missing[@]} = 0 ] && return
	echo "# installing: ${missing[*]}"
	# One at a time: two runs may both find something missing.
	as_root flock /var/lib/apt bash -s -- "${missing[@]}" <<-'ROOT'
		set -euo pipefail
		conf=/etc/postgresql-common/createcluster.conf policy=/usr/sbin/policy-rc.d
		install() {
			DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \
				-o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends "$@" </dev/null >/tmp/wp-apt.$$ 2>&1 || {
				cat /tmp/wp-apt.$$ >&2
				exit 1
			}
		}
		mine=
		restore() {
			rm -f /tmp/wp-apt.$$
			[ -z "$mine" ] || rm -f "$policy"
			[ ! -e "$conf.before-workflow_perms" ] || mv "$conf.before-workflow_perms" "$conf"
		}
		trap restore EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM HUP
		if [ ! -e "$policy" ]; then
			printf '#!/bin/sh\nexit 101\n' >"$policy"
			chmod 755 "$policy"
			mine=yes
		fi
		apt-get -o Acquire::Retries=3 update -qq </dev/null
		install postgresql-common
		# Debian makes a cluster with the server's package unless it is told not to.
		[ -e "$conf.before-workflow_perms" ] || cp -p "$conf" "$conf.before-workflow_perms"
		echo "create_main_cluster = false" >>"$conf"
		install "$@"
	ROOT
}

# want_packages NAME…: installs those that there are.
want_packages() {
	local p
	for p in "$@"; do
		if apt-cache show "$p" >/dev/null 2>&1; then need_packages "$p"; else echo "# there is no package $p"; fi
	done
}

# make_prefix: makes $WP_WORK, shadows the installation there, sets WP_BIN, PG_CONFIG.
# WP_SERVER=DIR is an installation of our own (test/asserting_server), taken as it is. The server finds its share and lib directories relative to its own binary, so a
# copied bin/ over linked files gives an installation that `make install` may write to.
make_prefix() {
	if [ -z "${WP_WORK:-}" ]; then
		remove_leftovers
		WP_WORK=$(mktemp -d /tmp/workflow_perms.XXXXXX)
		exec {WP_LOCK}>"$WP_WORK/lock"
		flock -n "$WP_LOCK"
		trap clean_up EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM HUP
	fi
	mkdir -p "$WP_WORK/log"
	chmod 755 "$WP_WORK"
	if [ -n "${WP_SERVER:-}" ]; then
		WP_BIN=$WP_SERVER/bin
		export PG_CONFIG=$WP_BIN/pg_config
		return
	fi
	local real=/usr/lib/postgresql/$WP_MAJOR root=$WP_WORK/pg dir
	if [ ! -x "$root$real/bin/postgres" ]; then
		mkdir -p "$root$real"
		cp -a "$real/bin" "$root$real/"
		cp -as "$real/lib" "$root$real/"
		dir=$("$real/bin/pg_config" --sharedir)
		mkdir -p "$root$(dirname "$dir")"
		cp -as "$dir" "$root$(dirname "$dir")/"
		# Only read from: headers, libpq (in a directory named after the architecture).
		for dir in --includedir --libdir; do
			dir=$("$real/bin/pg_config" "$dir")
			mkdir -p "$root$(dirname "$dir")"
			ln -sfn "$dir" "$root$dir"
		done
	fi
	WP_BIN=$root$real/bin
	export PG_CONFIG=$WP_BIN/pg_config
}

# copy_tree DIR: copies this tree without version control and build products to
# DIR, which keeps its own build products, so that a second build is a short one.
# The checkout is never written to, and the server's user need not reach it.
copy_tree() {
	mkdir -p "$1"
	find "$1" -type f ! -name '*.o' ! -name '*.d' ! -name '*.so' -delete
	tar -C "$WP_TOP" --exclude-vcs --exclude='*.o' --exclude='*.d' --exclude='*.so' --exclude='*.bc' \
		--exclude='./workflow_perms--*.sql' --exclude=./results --exclude=./output_iso --exclude=./tmp_check \
		--exclude='./regression.*' --exclude=./test/fuzz/build -cf - . |
		tar -C "$1" --no-same-owner -xf -
}

# build_install [VARIABLE=…]…: builds the extension with warnings as errors and installs it into the private prefix.
build_install() {
	copy_tree "$WP_WORK/src"
	make -s -C "$WP_WORK/src" -j"$(nproc)" PG_CONFIG="$PG_CONFIG" WERROR=1 with_llvm=no "$@"
	make -s -C "$WP_WORK/src" PG_CONFIG="$PG_CONFIG" WERROR=1 with_llvm=no "$@" install >/dev/null
	# The tests write their results beside themselves, as the server's user.
	[ "$(id -u)" != 0 ] || chown -R postgres "$WP_WORK/src"
}

# installcheck [VARIABLE=…]…: pg_regress, isolation and TAP tests of the copy, as the
# server's user, which the TAP tests' own servers need.
installcheck() { as_server make -s -C "$WP_WORK/src" PG_CONFIG="$PG_CONFIG" with_llvm=no installcheck "$@"; }

# listed NAME: the value of a variable of the Makefile.
listed() {
	make -s -C "$WP_TOP" PG_CONFIG="$PG_CONFIG" --eval='print-value: ; @echo $('"$1"')' print-value
}

# start_cluster: makes and starts the private cluster; sets PGHOST, PGUSER, PGDATABASE.
start_cluster() {
	export PGHOST=$WP_WORK/socket PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
	mkdir -p "$PGHOST" "$WP_WORK/data" "$WP_WORK/log"
	[ "$(id -u)" != 0 ] || chown postgres "$WP_WORK/data" "$PGHOST" "$WP_WORK/log"
	# Local connections are trusted, so only root and the server's user may make them.
	chmod 700 "$WP_WORK/data" "$PGHOST"
	if [ ! -e "$WP_WORK/data/PG_VERSION" ]; then
		(cd / && as_server "$WP_BIN/initdb" -D "$WP_WORK/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null)
		as_server tee -a "$WP_WORK/data/postgresql.conf" >/dev/null <<-CONF
			listen_addresses = ''
			unix_socket_directories = '$PGHOST'
			fsync = off
			shared_buffers = 256MB
			max_connections = 50
			log_min_messages = warning
		CONF
	fi
	trap clean_up EXIT
	if (cd / && as_server "$WP_BIN/pg_ctl" -D "$WP_WORK/data" status >/dev/null); then return; fi
	# The server inherits no descriptor: it would hold our lock, and a caller's, when we are gone.
	(
		cd /
		for fd in /proc/"$BASHPID"/fd/*; do
			fd=${fd##*/}
			[ "$fd" -le 2 ] || exec {fd}>&-
		done
		as_server "$WP_BIN/pg_ctl" -D "$WP_WORK/data" -l "$WP_WORK/log/server.log" -w -s start
	)
}

# make_database NAME FILE…: makes a database by these files.
make_database() {
	local file
	"$WP_BIN/createdb" "$1"
	for file in "${@:2}"; do
		"$WP_BIN/psql" -X -q -o /dev/null -v ON_ERROR_STOP=1 -d "$1" -f "$file"
	done
}

# load_demo: makes the database `demo` from the files of test/demo_sql that load; those that show begin with 5.
load_demo() { make_database demo "$WP_TOP"/test/demo_sql/[0-4]*.sql; }

stop_cluster() {
	[ ! -e "$WP_WORK/data/postmaster.pid" ] ||
		(cd / && as_server "$WP_BIN/pg_ctl" -D "$WP_WORK/data" -m immediate -w -s stop) || true
}

# clean_up: stops the cluster and removes the work directory if it is this run's own.
clean_up() {
	stop_cluster
	[ -z "$WP_LOCK" ] || rm -rf "$WP_WORK"
}

# remove_leftovers: does the same for the caller's earlier runs that could not
# (killed, power cut). Whoever runs holds the lock of its directory.
remove_leftovers() {
	local lock
	for lock in /tmp/workflow_perms.??????/lock; do
		[ -O "$lock" ] && [ -n "$(find "$lock" -mmin +2)" ] || continue
		(
			exec 8>>"$lock"
			flock -n 8 || exit 0
			WP_WORK=$(dirname "$lock") WP_LOCK=8
			WP_BIN=$(echo "$WP_WORK"/pg/usr/lib/postgresql/*/bin)
			clean_up
		)
	done
}
