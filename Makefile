# Fourleaf. `make` alone lists what can be made. Needs Python 3.11 to 3.13 and make; everything else is installed here.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
APT := $(if $(filter 0,$(shell id -u)),apt-get,sudo apt-get)

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check bench docs lock format machine clean

help:  ## List what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Fourleaf needs Python 3.11, 3.12 or 3.13; none was found. Install one, or say: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Without --no-compile, pip would compile thousands of modules that are never imported; Python does those that are.
$(RUN): requirements/runtime.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Fourleaf needs to run (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/runtime.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(DEV): requirements/dev.lock $(RUN)
	@echo "Installing what developers need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(DEV)  ## Install everything for development into .venv

demo: $(RUN)  ## Show the running product with the sample organisation
	@$(BIN)/fourleaf demo

run: $(RUN)  ## Run the product on your own data, in ./var
	@$(BIN)/fourleaf up

test: $(DEV) machine  ## Everything: lint, types, contracts, tests on SQLite and PostgreSQL, browser
	@scripts/test.sh

check: $(DEV)  ## Lint, types, import contracts, templates, migrations
	@scripts/check.sh

bench: $(DEV)  ## Benchmarks: ratios to a named baseline of the same run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

docs: $(DEV)  ## Write the generated reference pages anew
	@$(BIN)/python scripts/write_reference.py

format: $(DEV)  ## Format code and templates
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix-only --quiet .

lock: $(DEV)  ## Pin the dependencies anew
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade --quiet --custom-compile-command "make lock" -o requirements/runtime.lock
	@$(BIN)/uv pip compile pyproject.toml --group test --group lint --group bench --group train --universal --python-version 3.11 --generate-hashes --no-emit-index-url -c requirements/runtime.lock --upgrade --quiet --custom-compile-command "make lock" -o requirements/dev.lock

machine:  ## Install what tests need from Debian: Chromium and PostgreSQL (skipped where present)
	@missing=""; \
	command -v chromium >/dev/null 2>&1 || missing="$$missing chromium"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -n "$$missing" ]; then \
	  if command -v apt-get >/dev/null 2>&1; then echo "Installing$$missing ..."; $(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "Not here:$$missing. Tests that need them are skipped."; fi; fi

clean:  ## Remove the environment and caches; data in ./var stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
