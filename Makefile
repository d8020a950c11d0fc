# `make demo` and `make test` set up everything that they need, and are safe to run twice.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
export TF_CPP_MIN_LOG_LEVEL = 3
# Several processes, each with whole groups of tests: those that share a warm host stay together (tests/conftest.py).
IN_PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=loadgroup

.PHONY: help install install-gpu demo test test-full test-gpu attacks attacks-leased seeds lint release lock clean

help:            ## list the targets
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: .*##/ --/'

install: $(VENV)/.installed  ## virtual environment from the lock file

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is: $$($(PYTHON) --version 2>&1)."; \
		echo "Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install-gpu: install  ## besides: TensorFlow with the libraries of CUDA, for a server with NVIDIA's GPUs (3 GB)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-gpu.lock

demo: install  ## a whole course with sample students, graded: at most 6 minutes on 2 cores
	$(BIN)/autograder demo

test: install  ## quick tests, and hostile submissions behind the sandbox that is used here
	$(BIN)/python -m pytest $(IN_PARALLEL) -m "not slow"

test-full: install  ## all tests: also the slow ones, and hostile submissions behind the other sandboxes
	$(BIN)/python -m pytest $(IN_PARALLEL)

attacks: install  ## only the hostile submissions, behind each sandbox; tests/attacks/known.py lists those that still succeed
	$(BIN)/python -m pytest -m attacks

attacks-leased: install  ## the same with a lease on stand-in devices: what CUDA needs is new surface
	$(BIN)/python -m pytest tests/attacks/test_attacks.py --leased

test-gpu: install  ## what only a machine with a GPU can show: five minutes, no network
	$(BIN)/python -m tests.gpu

seeds: install  ## the graders' verdicts on 200 seeds of the networks, where test-full tries 50: half an hour
	NETWORK_SEEDS=200 $(BIN)/python -m pytest tests/grading/test_seeds.py

lint: install  ## ruff, mypy and the order of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

release: install  ## refresh release/ from assignments/ and reference_solution/
	$(BIN)/autograder release

lock: install  ## refresh requirements.lock and requirements-gpu.lock from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra grade --extra dev --universal --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra gpu --constraints requirements.lock --universal --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file requirements-gpu.lock

clean:  ## remove generated files (not the virtual environment)
	rm -rf .autograder .mypy_cache .ruff_cache .pytest_cache demo-course
