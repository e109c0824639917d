# Everything from a fresh clone, with only Python 3.11 to 3.13 and make. `make` lists the commands.

UV_VERSION := 0.13.8
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The first Python that will do; PYTHON=... chooses another.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	"$$name" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 \
	&& { echo "$$name"; break; }; done)
# Told to the command behind `run` and `test`: make run ARGS="--month 2016-10", make test ARGS="-k publication"
ARGS ?=

export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help run test test-quick lint format types dev registry manifest install lock benchmark power screenshots clean-home clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: $(STAMP) ## Load everything new and publish (ARGS="--month 2016-10 --fail-on critical")
	$(BIN)/bellwether run $(ARGS)

# In the order of their names: files of few tests that take minutes come before the many of seconds, so that no core waits.
test: $(STAMP) ## Run all tests (ARGS="-k publication")
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-quick: $(STAMP) ## Run the tests that take seconds
	$(BIN)/python -m pytest -m "not slow" $(ARGS)

lint: $(STAMP) ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(STAMP) ## Put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP) ## Check types
	$(BIN)/mypy

dev: $(STAMP) ## Open Dagster's UI on this machine
	$(BIN)/bellwether dev

registry: $(STAMP) ## Check the registry and compile it
	$(BIN)/bellwether registry check
	$(BIN)/bellwether registry compile

manifest: $(STAMP) ## Make the dbt manifest that Dagster's definitions read
	$(BIN)/python -m orchestration.runtime.dbt_manifest

benchmark: $(STAMP) ## Measure intake and runs; nothing is asserted
	$(BIN)/python tests/benchmarks/bench_intake.py
	$(BIN)/python tests/benchmarks/bench_child_lists.py
	$(BIN)/python tests/benchmarks/bench_run.py
	$(BIN)/python -m tests.benchmarks.bench_report

power: $(STAMP) ## Measure which coding faults the rules on series find, and write docs/power.md (some 15 minutes)
	$(BIN)/python -m tests.power.measure --write docs/power.md

screenshots: $(STAMP) ## Take the pictures of docs/pages.md anew, from the site under data/reports
	$(BIN)/python -m tests.browser.screenshots data/reports/site docs/screens

install: $(STAMP) ## Make the environment (other commands do it by themselves)

$(STAMP): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 with its venv module was found; PYTHON=/path/to/python names one." >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --system-certs --quiet --require-hashes --compile-bytecode -r requirements.txt
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --system-certs --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)

lock: $(STAMP) ## Pin the versions of pyproject.toml anew, with hashes and without addresses
	$(BIN)/uv pip compile --system-certs --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-header --no-annotate --no-emit-index-url pyproject.toml --output-file requirements.txt

clean-home: ## Remove what runs made under data/ (not what ships there)
	rm -rf data/landing data/archive data/raw data/quarantine data/warehouse data/published data/as_at data/reports data/history data/alerts data/.dagster data/.lock

clean: ## Remove the environment and what tools left
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
