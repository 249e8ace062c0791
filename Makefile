# `make help` says what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml

QUICK := not e2e and not milvus and not model and not slow

.DEFAULT_GOAL := run
.PHONY: help run check check-shipped fix test test-quick lock

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

lock: ## choose the versions of all packages anew (uv is needed)
	{ echo '# What `make run` and Heroku install; made by `make lock`.'; $(COMPILE) --extra postgres; } > requirements.new
	$(COMPILE) --extra dev --constraint requirements.new > requirements-dev.new
	@# torch has a file of its own, and its CPU builds need none of the rest.
	{ echo '# What `make test` installs, with requirements-torch.txt; made by `make lock`.'; \
		awk '/^[^ ]/ { keep = !/^(cuda-|nvidia-|torch=|triton=)/ } keep' requirements-dev.new; } > requirements-dev.txt
	@mv requirements.new requirements.txt
	@rm requirements-dev.new
