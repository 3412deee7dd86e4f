#!/usr/bin/env bash
# The whole of `make test`: checks beside the tests on SQLite (with the browser), then the tests on PostgreSQL.
# Tables of test databases are made at once; migrations are run for the browser tests and, on PostgreSQL, by test_migrate.
# FOURLEAF_TEST_ONLY=sqlite|postgres|check narrows it.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
only=${FOURLEAF_TEST_ONLY:-all}
status=0
if [ "$only" = check ]; then
  scripts/check.sh || status=1
elif [ "$only" = all ]; then
  # Beside the tests, which often wait for a browser or a server; what it found is printed after them.
  checks=$(mktemp)
  scripts/check.sh >"$checks" 2>&1 &
  checking=$!
fi
if [ "$only" = all ] || [ "$only" = sqlite ]; then
  echo "== tests on SQLite"
  env -u DATABASE_URL $bin/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --nomigrations || status=1
fi
if [ "$only" = all ] || [ "$only" = postgres ]; then
  initdb=$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$initdb" ]; then
    echo "== PostgreSQL is not installed: its tests are skipped"
  else
    echo "== tests on PostgreSQL"
    # Only what touches the database; the engine and commands without one have been tested above.
    scripts/with-postgres.sh $bin/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --nomigrations \
      --ignore=tests/engine --ignore=tests/demo --ignore=tests/docs --ignore=tests/architecture \
      --ignore=tests/cli/test_up.py --ignore=tests/cli/test_doctor.py --ignore=tests/kernel/test_settings.py \
      --ignore=tests/cli/test_listen_analyse.py --ignore-glob='tests/cli/test_plan_check*.py' \
      --ignore=tests/cli/test_review.py --ignore=tests/cli/test_survey.py -m "not browser" || status=1
  fi
fi
if [ "$only" = all ]; then
  wait $checking || status=1
  echo "== checks"
  cat "$checks"
  rm -f "$checks"
fi
exit $status
