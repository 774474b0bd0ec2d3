PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .benchmarks
STAMP := $(VENV)/.stamp
NOTEBOOKS = $(wildcard notebooks/*.ipynb)

.PHONY: setup demo test fuzz lint bench clean

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

# Random files and random scenarios, so many seconds for each of these tests: FUZZ_SECONDS=3600 make fuzz.
FUZZ_SECONDS ?= 120
fuzz: setup
	AZSIM_FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/pytest -q -n auto --no-loadscope-reorder -p no:benchmark --hypothesis-profile=fuzz \
		tests/scenario/test_loader_fuzz.py tests/laws/test_random_runs.py tests/cases/test_small_share.py

# What is timed is what users install: the wheel, with its event loop compiled where that is possible, beside no source of the same name.
bench: setup
	$(PYTHON) -m venv $(BENCH)/venv
	$(BENCH)/venv/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]' -c constraints.txt
	$(BENCH)/venv/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	mkdir -p $(BENCH)/house && ln -sfn ../../benchmarks ../../tests $(BENCH)/house
	$(BENCH)/venv/bin/pytest -q -c pyproject.toml -o pythonpath=$(BENCH)/house --benchmark-only \
		--benchmark-columns=min,median,max,rounds --benchmark-sort=fullname $(BENCH)/house/benchmarks

clean:
	rm -rf $(VENV) build dist demo .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
