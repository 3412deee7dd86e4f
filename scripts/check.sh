#!/usr/bin/env bash
# Everything that needs no test runner: lint, format, types, import contracts, templates, migrations.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
export FOURLEAF_DATA_DIR="${TMPDIR:-/tmp}/fourleaf-check-$$" DJANGO_SETTINGS_MODULE=fourleaf.config.settings
trap 'rm -rf "$FOURLEAF_DATA_DIR"' EXIT
failed=0
step() {
  local name=$1 began=$SECONDS
  shift
  if output=$("$@" 2>&1); then
    printf '  %-22s ok (%d s)\n' "$name" $((SECONDS - began))
  else
    printf '  %-22s FAILED\n%s\n' "$name" "$output"
    failed=1
  fi
}
step "ruff" $bin/ruff check -q .
step "format" $bin/ruff format -q --check .
step "import contracts" $bin/lint-imports --no-cache
step "types" $bin/mypy
step "templates" $bin/djlint --lint --quiet src/fourleaf
step "migrations" $bin/django-admin makemigrations --check --dry-run
step "django" $bin/django-admin check --fail-level WARNING
exit $failed
