# Makes a PostgreSQL server answer. Sourced by ./pm.

# The server of PGHOST if that is set, else the distribution's own, started when it is down.
setup_postgres() {
  if [ -n "${PGHOST:-}" ]; then
    can_connect || fail "The PostgreSQL server of PGHOST=$PGHOST does not let us in: $(connection_error)" \
      "check PGHOST, PGPORT, PGUSER and PGPASSWORD; the role needs CREATEDB"
  else
    use_local_cluster
    can_connect || create_role
  fi
  case $(psql -d postgres -Atqc "SELECT current_user = 'postgres' OR NOT (rolcreatedb OR rolsuper) FROM pg_roles WHERE rolname = current_user") in
  t*) fail "The role “$(psql -d postgres -Atqc 'SELECT current_user')” cannot be used" \
    "Odoo refuses the role postgres, and the role must have CREATEDB" ;;
  esac
}

can_connect() { psql -d postgres -Atqc 'SELECT 1' >/dev/null 2>&1; }

connection_error() { psql -d postgres -Atqc 'SELECT 1' 2>&1 | head -n 1; }

# Chooses a cluster of this machine (one that runs, if any), starts it, sets PGPORT.
use_local_cluster() {
  local version name port status
  read -r version name port status < <(pg_lsclusters -h 2>/dev/null |
    awk -v wanted="${PGPORT:-}" '(wanted == "" || $3 == wanted) {print ($4 ~ /^online/ ? 0 : 1), $0}' |
    sort -k1,1n -k2,2nr | cut -d' ' -f2-) || true
  if [ -z "$version" ] && [ -z "${PGPORT:-}" ]; then
    version=$(ls /usr/lib/postgresql | sort -n | tail -n 1)
    name=main
    need_root "pg_createcluster $version $name"
    logged "Creating the PostgreSQL $version cluster" as_root pg_createcluster "$version" "$name"
    read -r version name port status < <(pg_lsclusters -h)
  fi
  [ -n "$version" ] || fail "No PostgreSQL cluster here listens on port $PGPORT" "unset PGPORT, or set PGHOST"
  export PGPORT=$port
  case $status in
  online*) ;;
  *)
    need_root "pg_ctlcluster $version $name start"
    logged "Starting PostgreSQL $version on port $port" as_root pg_ctlcluster "$version" "$name" start
    ;;
  esac
}

create_role() {
  local role
  role=${PGUSER:-$(id -un)}
  [ "$role" != postgres ] || fail "Odoo refuses to work as the role postgres" "run ./pm as another user"
  say "• Creating the PostgreSQL role “$role”"
  # From a folder that the user postgres may enter.
  (cd / && as_postgres createuser -p "$PGPORT" --createdb "$role") ||
    fail "The role “$role” could not be created" "as the user postgres run: createuser --createdb $role"
  can_connect || fail "PostgreSQL does not let us in: $(connection_error)" "see pg_hba.conf, or set PGHOST, PGUSER and PGPASSWORD"
}

as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else sudo -u postgres "$@"; fi; }
