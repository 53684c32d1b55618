#!/bin/bash
# The one command of the property management suite; `./pm help` tells what it does.
set -euo pipefail
shopt -s nullglob

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
ROOT=$PWD
STATE=$ROOT/.pm # everything private to this machine; nothing else outside Debian packages changes
PM_DB=${PM_DB:-pm}
PM_PORT=${PM_PORT:-8069}
mkdir -p "$STATE/log"

# Odoo takes these in place of entries in the configuration file.
export ODOO_RC=$ROOT/config/odoo.conf ODOO_ADDONS_PATH=$ROOT/addons ODOO_DATA_DIR=$STATE/data
export ODOO_SCREENSHOTS=$STATE/log/screenshots HYPOTHESIS_STORAGE_DIRECTORY=$STATE/cache/hypothesis
export PYTHONUNBUFFERED=1

. config/setup.sh
. config/postgres.sh

cmd_help() {
  cat <<HELP
./pm run [--empty]     open the office: sets up what is missing, creates the database on the
                       first start (with demo data, or empty) and serves it
./pm test [ARGS…]      run the tests on a fresh database; ARGS go to pytest, for example
                       addons/pm_base, -k statement, -x.  --rebuild ignores the kept template
./pm setup             only set up: Debian packages, Odoo, Python libraries, PostgreSQL
./pm shell             Odoo shell on the database; also ./pm shell < script.py
./pm update            upgrade the addons whose files changed since they were installed
./pm lint [--fix]      style and Odoo checks, translations, requirements without a test
./pm translate         renew i18n/*.pot and add the new terms to zh_CN.po
./pm bench NAME        run tests/bench/NAME.py in an Odoo shell on a fresh demo database
./pm reset [--yes]     delete the database and its files
./pm check-production  refuse a production set-up with weak passwords or demo data

Variables
  PM_DB=pm             the database                PM_PORT=8069    the port
  PGHOST, PGPORT, PGUSER, PGPASSWORD               another PostgreSQL server
  ODOO_HOME=/path      another copy of Odoo 19.0 instead of Debian's package
  ODOO_HTTP_INTERFACE=0.0.0.0                      let other machines in

Everything lives in .pm/ here: Odoo, libraries, files, logs. Deleting it undoes the set-up.
HELP
}

# setup run|test…: everything up to a database server that answers.
setup() {
  local group
  exec 9>"$STATE/setup.lock"
  flock -n 9 || { say "Waiting for another ./pm that is setting up" && flock 9; }
  for group; do setup_packages "$group"; done
  setup_odoo
  setup_python
  setup_postgres
  exec 9>&-
  export PATH=$VENV/bin:$PATH
}

database() { "$VENV/bin/python" config/database.py "$@"; }

need_database() {
  database exists "$PM_DB" || fail "There is no database “$PM_DB” yet" "./pm run creates it"
}

cmd_run() {
  local empty=()
  case "${1:-}" in
  --empty) empty=(--empty) ;;
  ?*) fail "./pm run does not know “$1”" "./pm help" ;;
  esac
  setup run
  "$VENV/bin/python" - "$PM_PORT" <<'PY' || fail "Port $PM_PORT is taken by another program" "PM_PORT=8070 ./pm run"
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("", int(sys.argv[1])))
    except OSError:
        sys.exit(1)
PY
  if ! database exists "$PM_DB"; then
    database create "$PM_DB" "${empty[@]}"
  elif [ ${#empty[@]} != 0 ]; then
    fail "The database “$PM_DB” exists already" "./pm reset deletes it, PM_DB=other ./pm run --empty makes another"
  elif [ -n "$(database changed "$PM_DB")" ]; then
    say "• The addons changed since “$PM_DB” was installed: ./pm update"
  fi
  serve
}

# Serves until Ctrl-C; tells the address when the first page would be answered.
serve() {
  local log=$STATE/log/odoo.log status=0
  say "• Starting Odoo"
  # In a session of its own, so that Ctrl-C reaches it once, through the trap.
  setsid odoo -d "$PM_DB" --db-filter "^$PM_DB\$" --http-port "$PM_PORT" --logfile "$log" 2>>"$log" &
  server=$!
  trap 'kill $server 2>/dev/null' EXIT
  trap 'say; say "• Closing"; kill $server 2>/dev/null; wait $server; exit 0' INT TERM HUP
  until answers; do
    if ! kill -0 $server 2>/dev/null; then
      tail -n 15 "$log" >&2
      fail "Odoo did not start" "the whole log is $log"
    fi
    sleep 0.3
  done
  cat <<TEXT

  The office is open:  http://localhost:$PM_PORT

$(logins)

  Ctrl-C closes it. Log: ${log#"$ROOT/"}
TEXT
  wait $server || status=$?
  fail "Odoo stopped ($status)" "the log is $log"
}

answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$PM_PORT" && printf 'GET /web/health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3 && grep -q '200 OK' <&3) 2>/dev/null
}

logins() {
  local people
  people=$(database logins "$PM_DB")
  if [ -n "$people" ]; then
    echo "  Log in as one of these; the password is the same word:"
    echo "$people"
    echo "  admin                Administrator"
  else
    echo "  Log in as admin with the password admin, and change it first of all."
  fi
}

cmd_test() {
  local arguments=() rebuild=() argument template clone status=0
  for argument; do
    case $argument in
    --rebuild) rebuild=(--rebuild) ;;
    *) arguments+=("$argument") ;;
    esac
  done
  setup run test
  command -v chromium >/dev/null || fail "Chromium is missing; the browser tests need it" "apt-get install chromium"
  fresh_database "${rebuild[@]}"
  if [ ${#arguments[@]} -gt 0 ]; then
    pytest_on "$clone" "${arguments[@]}" || status=$?
  else
    test_side_by_side || status=$?
  fi
  exit $status
}

# Everything, on two cores: what belongs to no single addon runs beside the addons, on a database of
# its own, and is shown after them.
test_side_by_side() {
  local beside=${clone/-run-/-beside-} log=$STATE/log/tests-$$.log pid status=0
  trap "kill \$(jobs -p) 2>/dev/null || true; wait; database drop '$clone'; database drop '$beside'; rm -f '$log'" EXIT
  database clone "$template" "$beside" || return
  pytest_on "$beside" tests >"$log" 2>&1 &
  pid=$!
  pytest_on "$clone" addons || status=$?
  wait $pid || status=$?
  cat "$log"
  return $status
}

pytest_on() {
  local database=$1
  shift
  # In the tests' own process no runner looks for jobs, and no limit of memory is set, which
  # Chromium would inherit.
  ODOO_SERVER_WIDE_MODULES=base,rpc,web ODOO_LIMIT_MEMORY_HARD=0 PM_TEST_TEMPLATE=$template \
    pytest --odoo-database="$database" --odoo-http "$@" </dev/null
}

# Sets `template` and `clone`, a database of this run that is dropped at its end.
fresh_database() {
  local answer
  answer=$(database fresh "run-$$" "$@")
  read -r template clone <<<"$answer"
  trap "database drop '$clone'" EXIT
}

cmd_shell() {
  setup run
  need_database
  odoo shell -d "$PM_DB" --no-http --log-level warn "$@"
}

cmd_update() {
  setup run
  need_database
  database update "$PM_DB"
  if answers; then say "• The office is open on port $PM_PORT: close it and ./pm run again to use the new code"; fi
}

cmd_bench() {
  local template clone status=0 names=(tests/bench/*.py)
  [ -f "tests/bench/${1:-}.py" ] || fail "There is no such bench" "one of: $(basename -a -s .py "${names[@]}" 2>/dev/null | tr '\n' ' ')"
  setup run
  fresh_database
  odoo shell -d "$clone" --no-http --log-level warn <"tests/bench/$1.py" || status=$?
  exit $status
}

cmd_reset() {
  local answer=
  setup run
  need_database
  if [ "${1:-}" != --yes ]; then
    read -r -p "Delete the database “$PM_DB” and its files? Type its name: " answer || true
    [ "$answer" = "$PM_DB" ] || fail "Nothing was deleted"
  fi
  database drop "$PM_DB"
  say "• “$PM_DB” is deleted"
}

cmd_lint() {
  setup run
  setup_lint
  . config/lint.sh
  lint_all "$@"
}

cmd_translate() {
  local template clone
  setup run
  fresh_database --empty
  "$VENV/bin/python" config/translations.py refresh "$clone"
}

cmd_check_production() {
  setup run
  "$VENV/bin/python" config/check_production.py "$@"
}

command=${1:-help}
[ $# = 0 ] || shift
case $command in
run | test | shell | update | lint | translate | bench | reset) "cmd_$command" "$@" ;;
check-production) cmd_check_production "$@" ;;
setup)
  setup run test
  say "✓ Ready: ./pm run"
  ;;
help | -h | --help) cmd_help ;;
*)
  cmd_help >&2
  fail "./pm does not know “$command”"
  ;;
esac
