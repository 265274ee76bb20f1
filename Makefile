# make demo and make test are all a newcomer needs; both set up what they use.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test lint check bench clean

setup: $(VENV)/.ready

# uv installs the hash-pinned lock in seconds; where it can't be had, plain pip does the same more slowly.
$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv && $(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock \
		|| $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@

demo: setup
	$(BIN)/mingbai demo --port $(PORT) $(if $(FRESH),--fresh)

# A process a core, a file of tests to one of them; eight at most, for each makes a database of its own.
test: setup
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mingbai makemigrations --check --dry-run

check: lint test

bench: setup
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
