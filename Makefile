# Plainview: two commands. `make demo` shows it, `make test` checks it; both rest on `make setup`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DEMO_DATA ?= $(CURDIR)/var/demo
PORT ?= 8000

.PHONY: help setup demo test lint types arrows unit browser-tools kill bench lock clean

help:  ## what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

setup: .venv/.runtime plainview/site/static/vendor/.done  ## virtual environment, hash-locked dependencies, front-end files

demo: setup  ## a small fictional department with footage in it, on http://127.0.0.1:8000 (FOOTAGE=DIR uses your own files)
	PLAINVIEW_DATA="$(DEMO_DATA)" $(BIN)/plainview demo --port $(PORT) $(if $(FOOTAGE),--footage "$(FOOTAGE)")

test: setup .venv/.tests lint types arrows unit  ## everything CI checks: style, types, import rule, tests

lint: .venv/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.tests
	$(BIN)/mypy

arrows: .venv/.tests
	$(BIN)/lint-imports

unit: setup .venv/.tests
	$(BIN)/pytest -n logical

browser-tools:  ## what a few tests want from Debian, where one may install it; without it they say why they skip
	sh deploy/test-tools.sh

kill: setup .venv/.tests  ## 400 SIGKILLs at random moments, counted
	$(BIN)/python -m tests.kill --times 200
	$(BIN)/python -m tests.kill_storage --times 100
	$(BIN)/python -m tests.kill_disposals --times 100

bench: setup .venv/.tests  ## every benchmark, ratios against a limit or a peer of the same run
	sh bench/all.sh

lock:  ## resolves the dependencies anew; the locks hold hashes and no registry
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --extra dev -o requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -c requirements-dev.lock -o requirements.lock pyproject.toml

clean:  ## removes what setup made; never the data
	rm -rf .venv node_modules build plainview/site/static/vendor *.egg-info

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 is missing: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Plainview needs Python 3.11 or newer, this is $$($(PYTHON) --version)"; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: requirements.lock pyproject.toml | .venv/.made
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/.tests: requirements-dev.lock | .venv/.runtime
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.done: package.json package-lock.json
	@command -v npm >/dev/null || { echo "Node.js with npm is missing: apt-get install nodejs npm"; exit 1; }
	npm ci --silent
	@touch $@

plainview/site/static/vendor/.done: node_modules/.done plainview/site/vendor.py | .venv/.runtime
	mkdir -p build/static
	$(BIN)/python -m plainview.site.vendor
	@touch $@
