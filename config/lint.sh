# ./pm lint. Sourced by ./pm.

# Not our rules: README.rst (Markdown is read here) and the OCA as an author; classes cut by subject; a return of
# what a guard or compute of Odoo does not return; "encoding" in
# capitals and eval for numbers, which Odoo itself does not write; PO files in Odoo's own format.
PYLINT_ODOO_OFF=manifest-required-author,missing-readme,consider-merging-classes-inherited,no-search-all,missing-return
OCA_OFF=xml-header-wrong,xml-field-numeric-without-eval,po-pretty-format,missing-readme,prefer-readme-rst

# lint_all [--fix]
lint_all() {
  local bin=$LINT_VENV/bin failed=0 modules=() manifest template clone
  for manifest in addons/*/__manifest__.py; do modules+=("$(dirname "$manifest")"); done

  if [ "${1:-}" = --fix ]; then
    "$bin/ruff" check --quiet --fix . || true
    "$bin/ruff" format --quiet .
  fi
  lint "Python style (ruff)" "$bin/ruff" check --output-format concise .
  lint "Python format (ruff)" "$bin/ruff" format --check .
  lint "Odoo (pylint-odoo)" "$bin/pylint" --rcfile=/dev/null --load-plugins=pylint_odoo \
    --disable=all --enable=odoolint --disable=$PYLINT_ODOO_OFF --valid-odoo-versions=19.0 --ignore=tests \
    --score=n "${modules[@]}"
  lint "XML and CSV (OCA)" "$bin/oca-checks-odoo-module" --disable=$OCA_OFF "${modules[@]}"
  lint "PO files (OCA)" "$bin/oca-checks-po" --disable=$OCA_OFF addons/*/i18n/*.po addons/*/i18n_extra/*.po
  fresh_database --empty
  lint "Translations complete" "$VENV/bin/python" config/translations.py check "$clone"

  say "• Requirements without a test (for information)"
  "$VENV/bin/python" config/requirements_cited.py
  [ $failed = 0 ] || fail "$failed of 6 checks found something" "./pm lint --fix mends style and format; ./pm translate adds missing terms"
  say "✓ Clean"
}

lint() {
  say "• $1"
  shift
  "$@" </dev/null || failed=$((failed + 1))
}
