# `make help` says what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps
INSTALL := $(BIN)/python $(PIP_INSTALL)
# The model that `make test-llm` asks, and its server, which nothing else needs.
LLM := .venv-llm
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	$(if $(KEEP),,--upgrade)
# torch has a file of its own, and its CPU builds need none of the rest.
WITHOUT_TORCH := awk '/^[^ ]/ { keep = !/^(cuda-|nvidia-|torch=|triton=)/ } keep'

QUICK := not e2e and not llm and not milvus and not model and not slow

.DEFAULT_GOAL := run
.PHONY: help run check check-shipped fix test test-quick test-llm lock

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/ready ## set up, build or refresh the index, then run in Slack (with its tokens set) or in the terminal
	@echo "Building or refreshing the index of the reports ..."
	@# Exit code 1 says that single articles were unreadable; the others can be asked about.
	@$(BIN)/python -m index build || [ $$? -eq 1 ]
	@$(BIN)/python -m bot start

check: $(VENV)/ready-dev check-shipped ## look for mistakes without running anything: style, types, walls, stale shipped files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

check-shipped: $(VENV)/ready-dev ## say which shipped files are older than what they are made of (training/README.md)
	$(BIN)/python -m training.made

fix: $(VENV)/ready-dev ## mend what can be mended without thinking
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Tests start hundreds of processes; each would compile the project anew where the environment keeps no bytecode.
test test-quick: export PYTHONDONTWRITEBYTECODE :=

test-quick: $(VENV)/ready-dev ## run the tests that need no model, no Milvus and no Slack, and none that is marked slow
	$(BIN)/pytest --numprocesses 2 --dist loadfile -m "$(QUICK)"

test: check ## run every check and every test
	@# Most tests wait for processes, so that more run at a time than there are cores; those of a file share fixtures.
	@# In the order of their names the longest files, tests/e2e, do not come last, when most workers have nothing to do.
	$(BIN)/pytest --numprocesses 6 --dist loadfile --no-loadscope-reorder

test-llm: $(VENV)/ready-dev $(LLM)/ready ## have a small real model write answers and check each (sets up 2 GB in .venv-llm)
	$(BIN)/pytest -m llm -s tests/llm

$(LLM)/ready: requirements-llm.txt requirements-torch.txt tests/llm/model.py
	@echo "Setting up $(LLM) (once; a few minutes) ..."
	@$(PYTHON) -m venv --clear $(LLM)
	@for lock in requirements-torch.txt requirements-llm.txt; do \
		$(LLM)/bin/python $(PIP_INSTALL) --require-hashes --requirement $$lock || exit; done
	@$(LLM)/bin/python tests/llm/model.py $(LLM)/smollm2
	@touch $@

$(VENV)/ready: LOCKS := requirements.txt
$(VENV)/ready: COMPILING :=
$(VENV)/ready-dev: LOCKS := requirements-torch.txt requirements-dev.txt
# Most of what only tests need is never imported; the rest is compiled when it is.
$(VENV)/ready-dev: COMPILING := --no-compile
$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt requirements-torch.txt
$(VENV)/ready $(VENV)/ready-dev: pyproject.toml requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "make: python3 is not installed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "make: Python 3.11, 3.12 or 3.13 is needed; name one with PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; a few minutes) ..."
	@# An interrupted installation can leave half a package behind that pip takes for a whole one: start over.
	@if [ ! -e $(VENV)/ready ] || [ -e $(VENV)/incomplete ]; then $(PYTHON) -m venv --clear $(VENV); fi
	@touch $(VENV)/incomplete
	@# The locks are complete, and PyPI's torch would ask for gigabytes of CUDA.
	@for lock in $(LOCKS); do $(INSTALL) $(COMPILING) --require-hashes --requirement $$lock || exit; done
	@$(INSTALL) --editable .
	@rm $(VENV)/incomplete
	@touch $@

lock: ## choose the versions of all packages anew, or with KEEP=1 only of what no lock has yet (uv is needed)
	@# What a file names already is kept unless --upgrade is given.
	@cp requirements.txt main.new; cp requirements-dev.txt dev.new; cp requirements-llm.txt llm.new
	$(COMPILE) pyproject.toml --extra postgres --output-file main.new > /dev/null
	$(COMPILE) pyproject.toml --extra dev --constraint main.new --output-file dev.new > /dev/null
	$(COMPILE) --group llm --constraint dev.new --output-file llm.new > /dev/null
	{ echo '# What `make run` and Heroku install; made by `make lock`.'; cat main.new; } > requirements.txt
	{ echo '# What `make test` installs, with requirements-torch.txt; made by `make lock`.'; \
		$(WITHOUT_TORCH) dev.new; } > requirements-dev.txt
	{ echo '# What `make test-llm` installs apart from the rest, with requirements-torch.txt; made by `make lock`.'; \
		$(WITHOUT_TORCH) llm.new; } > requirements-llm.txt
	@rm main.new dev.new llm.new
