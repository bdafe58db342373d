# Long forms and chores. Neither the README's commands nor .ci/run need make.
PYTHON ?= python3
VENV ?= .venv-dev

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install -q -e '.[test,dev]'
	touch $@

.PHONY: setup test lint picture benchmarks facts codes soak fuzz coverage adapters worlds crash-matrix long peers peers-page runs-again
setup: $(VENV)/ready

test: setup
	$(VENV)/bin/python -m pytest

peers: setup  ## the adapters against programs from other hands, each started and ended by the suite
	cd tests && PYTHONPATH=. $(abspath $(VENV))/bin/python -m support.peer_cache
	$(VENV)/bin/python -m pytest -m peers -n 2 --dist loadfile

peers-page: setup  ## docs/peers.md, from the suites
	cd tests && PYTHONPATH=. $(abspath $(VENV))/bin/python -m support.peers_page

lint: setup
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports

picture: setup  ## docs/run.svg, from a real run
	$(VENV)/bin/python -m rbengine.report.picture docs/run.svg

codes: setup  ## docs/codes.md and what `explain` shows, from the catalogues' samples
	PYTHONPATH=tests $(VENV)/bin/python -m support.codes

adapters: setup  ## docs/adapters.md, from the signatures
	cd tests && PYTHONPATH=. $(abspath $(VENV))/bin/python -m support.adapters

worlds: setup  ## docs/worlds.md, from the simulated company
	cd tests && PYTHONPATH=. $(abspath $(VENV))/bin/python -m support.worlds

coverage: setup  ## docs/coverage.md: which line carries out which place of the runbook document
	cd tests && PYTHONPATH=. $(abspath $(VENV))/bin/python -m support.coverage

benchmarks: setup  ## the figures of docs/figures.md
	cd tests && $(abspath $(VENV))/bin/python -m benchmarks

SOAK ?= 25
soak: setup  ## properties of machine and formatter on SOAK times as many playbooks, worlds, orders and layouts as in CI, each time others
	RBENGINE_SOAK=$(SOAK) $(VENV)/bin/python -m pytest -n auto tests/runtime/test_machine_properties.py tests/runtime/test_reordering.py tests/runtime/test_worst_case.py tests/format/test_formatter.py

SECONDS_OF_FUZZING ?= 600
fuzz: setup  ## texts that nobody wrote, for ten minutes; what is found stays in build/fuzz as find-*
	cd tests && PYTHONPATH=. $(abspath $(VENV))/bin/python -m fuzz $(SECONDS_OF_FUZZING) ../build/fuzz

crash-matrix: setup  ## kill -9 at every write of a journal and around every call of six runbooks, and compare
	RBENGINE_CRASH_POINTS=100000 $(VENV)/bin/python -m pytest -m slow tests/rehearsal/test_kept_matrix.py

long: setup  ## pairs that cannot happen, tried on 436 more generated playbooks and on all that are shipped; a run of each runbook made a scenario
	$(VENV)/bin/python -m pytest -m long -n auto

EVERY ?= 1
runs-again: setup  ## every shipped rehearsal (or each EVERYth) recorded, made a scenario of, and rehearsed: how many are the same run, why others are not
	PYTHONPATH=tests $(VENV)/bin/python -m support.runs_again $(EVERY)
