PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
NOTEBOOKS = $(wildcard notebooks/*.ipynb)

.PHONY: setup demo test lint bench clean

setup: $(STAMP)

# The stamp is written last, so that an interrupted installation is repeated.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "azsim needs Python 3.11 or later; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $@

demo: setup
	$(BIN)/azsim compare 2012-06-29-us-east-1-power-loss --out demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint
	$(BIN)/pytest -q -n auto --dist loadfile --no-loadscope-reorder -p no:benchmark
	$(if $(NOTEBOOKS),$(BIN)/pytest -q --nbmake $(NOTEBOOKS))

bench: setup
	$(BIN)/pytest -q --benchmark-only --benchmark-columns=min,median,max,rounds --benchmark-sort=fullname benchmarks

clean:
	rm -rf $(VENV) build dist demo .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
