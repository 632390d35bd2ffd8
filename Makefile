# The same commands serve people, the README and continuous integration.
VENV   ?= .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: demo test check bench soak format messages pictures clean

demo: $(VENV)/.demo
	@$(BIN)/supervisor-tui demo

$(BIN)/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing supervisor-tui into $(VENV) (once)"
	@$(PIP) install -c constraints.txt -e '.[sandbox]'
	@touch $@

$(VENV)/.test: $(VENV)/.demo
	@echo "installing what the tests need into $(VENV) (once)"
	@$(PIP) install -c constraints.txt -e '.[sandbox,test]'
	@touch $@

test: $(VENV)/.test
	$(BIN)/python -m tests.again -n 4 --dist loadgroup

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m tests.guards.sizes
	$(BIN)/codespell supervisor_tui screens data tests docs README.md CHANGELOG.md CONTRIBUTING.md

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.test
	$(BIN)/python -m tests.messages

soak: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadgroup --soak --timeout 3600

pictures: $(VENV)/.test
	$(BIN)/python -m tests.pictures

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
