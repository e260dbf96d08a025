# Everything a person or CI does here, by name. `make` alone prints the list.
PYTHON ?=
py := .venv/bin/python
yidang := .venv/bin/yidang

SEEDS ?= 1,2,3,4,5
MINUTES ?= 30
SUBSCRIBERS ?= 2000
EXAMPLES ?= 200
SEED ?= 1
SAMPLE ?= 300
JOURNEYS ?= tests/journeys/test_scenario_01.py tests/journeys/test_scenario_03.py tests/journeys/test_scenario_17.py

.DEFAULT_GOAL := help
N ?= 200000
GROWTH ?= 20000,2000
.PHONY: help env run demo-case test faults recovery overload steady fuzz privacy mutants soak bench bench-quick bench-report bench-data check regen lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; \
		do printf '  make %-10s %s\n' "$$name" "$$what"; done

env:  ## .venv as requirements.lock says (PYTHON=/path/to/python3 chooses the interpreter)
	@PYTHON="$(PYTHON)" sh ops/environment.sh

run: env  ## start everything and say what to open; Ctrl-C stops it
	@exec $(yidang) up $(ARGS)

demo-case: env  ## one case from report to closing, played over HTTP by its actors
	@exec $(yidang) demo-case $(ARGS)

test: env  ## all tests, on a PostgreSQL of their own (ARGS="tests/ops -k start" for some)
	@if [ -n "$(ARGS)" ]; then $(py) -m pytest $(ARGS); \
		else $(py) -m pytest -n auto --dist loadfile --max-worker-restart 1 --ignore tests/faults && $(py) -m pytest tests/faults; fi

faults: env  ## everything breaks while people work: five seeds, a quarter of an hour (SEEDS=1,2,3)
	@YIDANG_FAULTS_TIMED=1 YIDANG_FAULT_SEEDS=$(SEEDS) $(py) -m pytest tests/faults $(ARGS)

recovery: env  ## the database, a web process and a clock worker killed under `yidang up`: serving again within five seconds
	@$(py) -m tests.faults.recovery

overload: env  ## six times what can be done, from processes of their own; 0 when every goal is met (ARGS="--seconds 10 --times 6")
	@$(py) -m tests.faults.overload $(ARGS)

steady: env  ## an ordinary day's load: answers, deliveries, and what 300 who come and go leave behind (ARGS="--seconds 30")
	@$(py) -m tests.faults.steady $(ARGS)

fuzz: env  ## random operations by people of every role (EXAMPLES=200 each, SEED=1)
	@YIDANG_FUZZ_EXAMPLES=$(EXAMPLES) YIDANG_FUZZ_SEED=$(SEED) $(py) -m pytest tests/fuzz $(ARGS)

privacy: env  ## journeys with a canary in every text, and then everybody asks everything (JOURNEYS="tests/journeys/test_scenario_03.py")
	@$(py) -m pytest -p tests.privacy.sweep --timeout=0 -q $(JOURNEYS) $(ARGS)

mutants: env  ## the domain's rules broken one at a time: does a test notice? (SAMPLE=300 of them, 0 for all; SEED=1, ARGS="--only domain/risk")
	@$(py) -m tests.mutants --sample $(SAMPLE) --seed $(SEED) $(ARGS)

soak: env  ## steady load with many subscribers; prints memory, lag and loss (MINUTES=30 SUBSCRIBERS=2000)
	@$(py) -m tests.faults.soak --minutes $(MINUTES) --subscribers $(SUBSCRIBERS)

bench: env  ## everything that is measured, on cities of N=200000 and GROWTH=20000,2000 children
	@$(py) -m bench --children $(N) --growth $(GROWTH) $(ARGS)

bench-quick: env  ## the same in minutes, on a small city
	@$(py) -m bench --children 2000 --seconds 1 --rounds 3 --events 12 $(ARGS)

bench-report: env  ## bench/report.html from the figures that are kept
	@$(py) -m bench.report

bench-data: env  ## builds the city of N children alone (up to 1000000)
	@$(py) -m bench --children $(N) --only-data

check: env  ## format, lint, types, import law, generated artefacts
	@$(py) -m ruff format --check --quiet --output-format concise .
	@$(py) -m ruff check --quiet .
	@$(py) -m mypy --no-error-summary
	@.venv/bin/lint-imports --no-logo >.venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }
	@$(py) -m ops.artefacts --check
	@$(py) web/vendor_graphiql.py --check || { echo "web/vendor: python web/vendor_graphiql.py"; exit 1; }

regen: env  ## write the generated artefacts anew (docs and contracts told from the code)
	@$(py) -m ops.artefacts

lock:  ## requirements.lock from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "需要 uv · uv is needed: https://docs.astral.sh/uv" >&2; exit 1; }
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean:  ## .venv and caches; the data in .state stay
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info tests/clients/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
