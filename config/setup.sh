# Sets up what is missing below .pm/ (and Debian packages). Sourced by ./pm.
#
# Every step leaves a stamp with a hash of what it was made from, written last: a step that was
# interrupted runs again, one whose inputs did not change is passed over.

DOWNLOADS=$STATE/downloads
PREFIX=$STATE/odoo
VENV=$STATE/venv
LINT_VENV=$STATE/lint-venv
NEEDED_MB=3000 # Odoo 1.3 GB, Python 0.6 GB, downloads 0.2 GB, databases, air

say() { echo "$*" >&2; }

# fail CAUSE [REMEDY]
fail() {
  say "✗ $1"
  [ -z "${2:-}" ] || say "  → $2"
  exit 1
}

hash_of() { cat "$@" | sha256sum | cut -c1-16; }

is_stamped() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }

names_in() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' | awk '{print $1}'; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# need_root PURPOSE: asks for the password of sudo now, while the terminal is free.
need_root() {
  [ "$(id -u)" = 0 ] || sudo -v 2>/dev/null ||
    fail "Root is needed: $1" "run ./pm as root, or install sudo and let this user use it"
}

# logged TITLE COMMAND…: runs it with its output in a file, and shows that time passes.
logged() {
  local title=$1 log=$STATE/log/setup.log started=$SECONDS status=0 pid
  shift
  mkdir -p "$STATE/log"
  say "• $title"
  # Without the lock of the set-up (9): a server started here would hold it for ever.
  "$@" >"$log" 2>&1 9>&- &
  pid=$!
  while kill -0 $pid 2>/dev/null; do
    if [ -t 2 ]; then printf '\r  %d s ' $((SECONDS - started)) >&2; fi
    sleep 0.2
  done
  if [ -t 2 ]; then printf '\r          \r' >&2; fi
  wait $pid || status=$?
  [ $status = 0 ] || explain_failure "$title" "$log"
  say "  done in $((SECONDS - started)) s"
}

# explain_failure TITLE LOG: the end of the log, and the likely cause with its remedy.
explain_failure() {
  local remedy="the whole log is $2"
  grep -v '^WARNING: Location' "$2" | tail -n 12 | cut -c1-200 | sed 's/^/  | /' >&2
  if grep -qiE 'no space left|disk full' "$2" || [ "$(free_mb)" -lt 300 ]; then
    remedy="the disk is full ($(free_mb) MB free at $STATE): make room and run the same command again"
  elif grep -qiE 'temporary failure|could not resolve|network is unreachable|could not connect|connection (refused|timed out)|newconnectionerror|name or service not known' "$2"; then
    remedy="the network or the package server was not reached: check it (proxy, DNS) and run the same command again; finished parts are kept"
  elif grep -qi 'address already in use' "$2"; then
    remedy="another server has its port: stop that one, or give this one another (as root: pg_conftool <version> main set port 5440), or name a server with PGHOST"
  elif grep -qiE 'unable to locate package|no installation candidate|can.t find a source|was not found|no matching distribution|404' "$2"; then
    remedy="a package is no longer offered under that name: see the lists in config/; for Odoo itself ODOO_HOME=/path/to/odoo-19.0 uses another copy"
  elif grep -qiE 'certificate verify failed|no_pubkey|not signed|hash sum mismatch' "$2"; then
    remedy="what was received could not be verified; nothing of it was used. Try again, and check the system's certificates and clock"
  fi
  fail "$1: failed" "$remedy"
}

free_mb() { df -Pm "$STATE" | awk 'NR == 2 {print $4}'; }

# --- Debian packages -----------------------------------------------------------------------

# setup_packages run|test
setup_packages() {
  local wanted missing=() name
  wanted=$(sed -n "/^\[$1\]/,/^\[/{/^\[/!p}" config/debian-packages.txt | names_in)
  for name in $wanted; do
    if [ "$name" = postgresql ] && [ -n "${PGHOST:-}" ]; then continue; fi
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
      missing+=("$name")
    fi
  done
  [ ${#missing[@]} = 0 ] && return
  need_root "apt-get install ${missing[*]}"
  logged "Installing Debian packages: ${missing[*]}" apt_install "${missing[@]}"
}

apt_install() {
  # A source of some other product that does not answer is not our failure: apt-get install tells.
  as_root apt-get -q update || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 install "$@" </dev/null
}

# --- Odoo ----------------------------------------------------------------------------------

# Sets ODOO_PATH, the folder to put on Python's path.
setup_odoo() {
  local key
  if [ -n "${ODOO_HOME:-}" ]; then
    for ODOO_PATH in "$ODOO_HOME" "$ODOO_HOME/usr/lib/python3/dist-packages"; do
      if grep -qs '^version_info = (19, 0' "$ODOO_PATH/odoo/release.py"; then
        ODOO_PATH=$(readlink -f "$ODOO_PATH")
        return
      fi
    done
    fail "ODOO_HOME=$ODOO_HOME holds no Odoo 19.0" "unset it, or name the folder that contains odoo/release.py"
  fi
  ODOO_PATH=$PREFIX/usr/lib/python3/dist-packages
  key=$(hash_of config/odoo-packages.txt)
  is_stamped "$PREFIX/.stamp" "$key" && return
  if ! is_stamped "$DOWNLOADS/.stamp" "$key" || ! (cd "$DOWNLOADS" && sha256sum --quiet -c SHA256SUMS) 2>/dev/null; then
    [ "$(free_mb)" -gt $NEEDED_MB ] || fail "Only $(free_mb) MB are free at $STATE" "about $NEEDED_MB MB are needed"
    logged "Downloading Odoo 19 (130 MB)" download_odoo "$key"
  fi
  logged "Unpacking Odoo 19 (1.2 GB)" unpack_odoo "$key"
}

# Lets apt fetch from the suites named in the list, from the machine's own Debian mirror, with
# lists and cache of its own: the system's apt is left as it is. apt checks every signature, but
# not whether the list is of this week: an office's mirror may lag behind sid.
download_odoo() {
  local apt=$STATE/apt codename candidates mirror suites
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")
  candidates=$(apt-get --print-uris update | sed -n "s|^'\(.*\)/dists/$codename/InRelease'.*|\1|p" | sort -u)
  suites=$(names_in <config/odoo-packages.txt | cut -d/ -f2 | sort -u | tr '\n' ' ')
  rm -rf "$apt" "$DOWNLOADS.new"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$DOWNLOADS.new"
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "";
CONF
  export APT_CONFIG=$apt/apt.conf
  for mirror in $candidates; do
    for suite in $suites; do
      echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
    done >"$apt/sources.list"
    if apt-get -q -o APT::Update::Error-Mode=any update; then
      (cd "$DOWNLOADS.new" && apt-get -q download $(names_in <"$ROOT/config/odoo-packages.txt") && sha256sum ./*.deb >SHA256SUMS) || return
      echo "$1" >"$DOWNLOADS.new/.stamp"
      rm -rf "$DOWNLOADS" "$apt"
      mv "$DOWNLOADS.new" "$DOWNLOADS"
      return
    fi
  done
  echo "Debian's suites $suites were not found at: ${candidates:-no Debian $codename source in apt}"
  return 1
}

unpack_odoo() {
  local new=$PREFIX.new archive mail broken
  rm -rf "$new"
  mkdir -p "$new"
  for archive in "$DOWNLOADS"/*.deb; do
    echo "$archive"
    dpkg-deb -x "$archive" "$new" || return
  done
  # Debian leaves out the library that blurs the background in video calls; the web client's
  # bundle names it, so that something must be there.
  mail=$new/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
  if [ ! -e "$mail/selfie_segmentation.js" ]; then
    mkdir -p "$mail"
    echo "/* The blurring of video backgrounds is not part of this installation. */" >"$mail/selfie_segmentation.js"
  fi
  broken=$(find -L "$new/usr/lib/python3/dist-packages/odoo/addons/web" -type l)
  if [ -n "$broken" ]; then
    echo "Links that lead nowhere; a package is missing in config/odoo-packages.txt:"
    echo "$broken"
    return 1
  fi
  echo "$1" >"$new/.stamp"
  rm -rf "$PREFIX"
  mv "$new" "$PREFIX"
}

# --- Python --------------------------------------------------------------------------------

setup_python() {
  local files=(config/requirements-odoo.txt config/requirements-oca.txt config/requirements.txt config/requirements-test.txt)
  local key
  key=$(hash_of "${files[@]}" config/constraints.txt <(/usr/bin/python3 -V) <(echo "$VENV $ODOO_PATH"))
  is_stamped "$VENV/.stamp" "$key" && return
  logged "Installing Python libraries" build_venv "$key" "${files[@]}"
}

build_venv() {
  local key=$1
  shift
  create_venv "$VENV" "$@" || return
  # `odoo` is a namespace: the OCA addons in the environment and Odoo's own tree become one.
  echo "$ODOO_PATH" >"$(echo "$VENV"/lib/python3*/site-packages)/odoo.pth"
  printf '#!%s\nimport odoo.cli\n\nif __name__ == "__main__":\n    odoo.cli.main()\n' "$VENV/bin/python" >"$VENV/bin/odoo"
  chmod +x "$VENV/bin/odoo"
  "$VENV/bin/odoo" --version || return
  echo "$key" >"$VENV/.stamp"
}

setup_lint() {
  local key
  key=$(hash_of config/requirements-lint.txt <(/usr/bin/python3 -V) <(echo "$LINT_VENV"))
  is_stamped "$LINT_VENV/.stamp" "$key" && return
  logged "Installing the linters" build_lint_venv "$key"
}

build_lint_venv() {
  create_venv "$LINT_VENV" config/requirements-lint.txt || return
  echo "$1" >"$LINT_VENV/.stamp"
}

# create_venv FOLDER REQUIREMENTS…
create_venv() {
  local folder=$1 file
  shift
  rm -f "$folder/.stamp"
  # Of another Python, or moved here from elsewhere: start anew.
  if [ "$("$folder/bin/python" -c 'import sys; print(sys.version_info[:2], sys.prefix)' 2>/dev/null)" != \
    "$(/usr/bin/python3 -c 'import sys; print(sys.version_info[:2], sys.argv[1])' "$folder")" ]; then
    rm -rf "$folder"
    /usr/bin/python3 -m venv "$folder" || return
  fi
  export PIP_CACHE_DIR=$STATE/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
  for file; do
    echo "--- $file"
    case $file in
    *oca.txt) "$folder/bin/pip" install -q --no-deps -r "$file" || return ;;
    *lint.txt) "$folder/bin/pip" install -q -r "$file" || return ;;
    *) PIP_CONSTRAINT="config/constraints.txt config/requirements-odoo.txt" "$folder/bin/pip" install -q -r "$file" || return ;;
    esac
  done
}
