# `make` lists what there is. Everything stays inside this checkout: the environment in .venv, data and caches in var.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
SERVE  ?= 1
SIZE   ?= M
SEED   ?= 1
ITEM   ?=
# Those that are there, each with its own bounds; XL is the flow core alone.
BENCHMARKS := $(foreach each,flow quotas inserting candidates round,$(if $(wildcard tests/benchmarks/$(each).py),$(each)))

BIN    := .venv/bin
READY  := .venv/.ready
PYTEST := $(BIN)/python -m pytest
XDIST  ?= -n 2

export UV_CACHE_DIR := $(CURDIR)/var/cache/uv
export PIP_CACHE_DIR := $(CURDIR)/var/cache/pip
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/var/cache/hypothesis
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_NO_PROGRESS := 1
# Where this is set, every process compiles all that it imports anew: half of what a test run took to start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test test-engine test-sqlite test-postgresql test-browser screenshots prove bench check docs-check format lock migration openapi assets catalogues schemas clean

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: $(READY) ## set up the environment (the others do it by themselves)

$(BIN)/uv: requirements-install.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, with its venv module."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-install.txt
	@touch $(BIN)/uv

$(READY): $(BIN)/uv requirements-dev.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q service matching clients migrations
	@touch $(READY)

demo: $(READY) ## load the real cases, run a matching round, show who could help whom; then serve it (SERVE=0: only show)
	$(BIN)/python -m service demo $(if $(filter 0,$(SERVE)),--no-serve)

serve: $(READY) ## serve the instance whose data are in var
	$(BIN)/python -m service migrate
	$(BIN)/python -m service serve

test: test-engine test-sqlite test-postgresql ## run all tests: once without a database, then the same on SQLite and PostgreSQL

test-engine: $(READY) ## run the tests that need no database
	$(PYTEST) $(XDIST) -m "not database"

test-sqlite: $(READY) ## run the tests that need a database, on SQLite
	HOMOLOGUE_TEST_DATABASE=sqlite $(PYTEST) $(XDIST) -m database

test-postgresql: $(READY) ## run the tests that need a database, on a real PostgreSQL
	HOMOLOGUE_TEST_DATABASE=postgresql $(PYTEST) $(XDIST) -m database

test-browser: $(READY) ## look at every page and walk the journeys in a real Chromium
	$(PYTEST) $(XDIST) tests/browser

screenshots: $(READY) ## take pictures of the ten main pages into var/pictures, and of three for the README
	$(BIN)/python -m tests.browser.pictures

prove: $(READY) ## run the slow proofs (ITEM=base.kill: only one)
	$(BIN)/python -m tests.proofs $(ITEM) --seed $(SEED) $(if $(filter file,$(origin SIZE)),,--size $(SIZE))

bench: $(READY) ## measure the engine against others and itself, one after the other (SIZE=S|M|L|XL SEED=n)
	@status=0; for each in $(if $(filter XL,$(SIZE)),flow,$(BENCHMARKS)); do \
		echo "== $$each"; $(BIN)/python -m tests.benchmarks.$$each --size $(SIZE) --seed $(SEED) || status=1; \
	done; exit $$status

check: $(READY) ## check style, types, import contracts, migrations, the OpenAPI file and the Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir var/cache/import-linter
	$(BIN)/python -m migrations check
	$(BIN)/python -m service openapi --check
	$(BIN)/hadolint Dockerfile

docs-check: $(READY) ## check that the documents say what is true: links, commands, settings
	$(PYTEST) tests/architecture/test_documents.py

format: $(READY) ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --quiet . || true

lock: $(BIN)/uv ## renew the pinned requirements from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra server pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra server --group dev pyproject.toml -o requirements-dev.txt
	echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header - -o requirements-install.txt

migration: $(READY) ## write a migration from what the tables say (NAME="what it does")
	$(BIN)/python -m migrations write "$(NAME)"

openapi: $(READY) ## write the OpenAPI file from the doors
	$(BIN)/python -m service openapi

catalogues: $(READY) ## gather what is said for the translators, and compile what they wrote
	$(BIN)/python -m service.catalogues

assets: ## make the style sheets of the pages, for whoever changes them (needs Node; users do not)
	cd service/web/assets && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --silent && npm run --silent build; status=$$?; rm -rf node_modules; exit $$status

schemas: $(READY) ## write the engine's JSON schemas from its values
	$(BIN)/python -m matching schema problem > matching/schemas/problem.json
	$(BIN)/python -m matching schema policy > matching/schemas/policy.json
	$(BIN)/python -m matching schema outcome > matching/schemas/outcome.json

clean: ## remove the environment, the data and the caches of this checkout
	rm -rf .venv var
