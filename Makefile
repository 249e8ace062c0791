# make run   sets up, builds or refreshes the index, then runs in Slack (with both tokens set) or in the terminal
# make test  sets up and runs every check

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := run
.PHONY: run test

run: $(VENV)/ready
	@echo "Building or refreshing the index of the reports ..."
	@# Exit code 1 says that single articles were unreadable; the others can be asked about.
	@$(BIN)/python -m index build || [ $$? -eq 1 ]
	@$(BIN)/python -m bot start

test: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@# Most tests wait for processes, so that more run at a time than there are cores; those of a file share fixtures.
	$(BIN)/pytest --numprocesses 4 --dist loadfile

$(VENV)/ready: EXTRAS :=
$(VENV)/ready-dev: EXTRAS := [dev]
$(VENV)/ready-dev: $(VENV)/ready
$(VENV)/ready $(VENV)/ready-dev: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "make: python3 is not installed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "make: Python 3.11, 3.12 or 3.13 is needed; name one with PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; a few minutes) ..."
	@# An interrupted installation can leave half a package behind that pip takes for a whole one: start over.
	@if [ ! -e $(VENV)/ready ] || [ -e $(VENV)/incomplete ]; then $(PYTHON) -m venv --clear $(VENV); fi
	@touch $(VENV)/incomplete
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.$(EXTRAS)'
	@rm $(VENV)/incomplete
	@touch $@
