# Two commands: `make run` starts Baton, `make test` checks all of it. Python 3.11 or newer is all they need.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test faults fuzz lint format bench rush soak pictures lock clean
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
TESTS ?=

help:           ## show this list
	@sed -n 's/^\([a-z-]*\): .*##/\1\t/p' Makefile | expand -t 12

setup: $(VENV)/runtime.stamp  ## make .venv with what Baton needs to run

setup-dev: $(VENV)/dev.stamp  ## and with what its tests need

run: setup      ## migrate the database and start Baton; without a token: the built-in chat with a demo team
	@exec $(BIN)/baton run

test: lint      ## lint, then every test: both databases, every adapter, the browser
	@$(BIN)/python -m pytest --numprocesses=auto $(TESTS)

faults: setup-dev ## the long form of the fault suite: docs/faults.md
	@BATON_FAULTS=long $(BIN)/python -m pytest --numprocesses=auto --timeout=600 tests/faults tests/replicas tests/load $(TESTS)

fuzz: setup-dev  ## look for input that breaks something, for a few minutes: docs/security.md
	@$(BIN)/python -m tests.fuzz.commands --seconds 60
	@BATON_FUZZ=1 $(BIN)/python -m pytest --numprocesses=auto --timeout=3600 tests/fuzz tests/security/test_description.py

lint: setup-dev ## style, formatting, types, import directions, vulnerable dependencies
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.security.audit

format: setup-dev  ## format the code and mend what can be mended
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: setup-dev   ## measure events, waiting times and the knowledge base on both databases
	@$(BIN)/baton bench

rush: setup-dev    ## a holiday rush of 50,000 messages on both databases, with a verdict (an hour): docs/scaling.md
	@$(BIN)/python -m bench.rush --write

soak: setup-dev    ## half an hour of steady work on each database: memory, handles, threads, connections stay
	@$(BIN)/python -m bench.soak --write

pictures: setup-dev   ## take the README's pictures of the running product
	@$(BIN)/python -m tests.browser.pictures

# Names and hashes only, for every platform: no address of an index, no path of a machine.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --group build

lock: setup-dev    ## choose versions anew and write both lock files
	@$(LOCK) --upgrade --output-file requirements.lock
	@$(LOCK) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:          ## remove the environment and what tools left behind; data in var/ stays
	@rm -rf $(VENV) build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find bot adapters storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The first interpreter that is new enough and can make an environment; PYTHON=... overrides.
PYTHON ?=
$(BIN)/python:
	@for candidate in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14 python; do \
	  [ -n "$$candidate" ] && "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	    >/dev/null 2>&1 && exec sh -ec 'rm -rf $(VENV); "$$1" -m venv $(VENV)' sh "$$candidate"; \
	done; \
	echo "Baton needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1

$(VENV)/runtime.stamp: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing what Baton needs into $(VENV) ..."
	@$(PIP) install --quiet --require-hashes --requirement requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements-dev.lock
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
