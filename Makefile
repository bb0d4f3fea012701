# A bare machine needs Python >= 3.11 and make, and some targets what they say. All else comes into
# .venv, in the versions and with the hashes that requirements/ names; it is installed anew only when
# they change.

PYTHON ?= python3
SECONDS ?= 600
UV := uv==0.13.9
HELM := v3.18.6
PEERS := aiokafka bytewax confluent faust quixstreams

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help
help: ## List what make can do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

.PHONY: demo
demo: .venv/.demo ## See raw page events become canonical ones: no Kafka, no Java, no Docker
	@.venv/bin/page-pipeline demo

.PHONY: test
test: .venv/.dev ## Run all tests; on a real Kafka where there are Java 17 and Maven
	.venv/bin/pytest

.PHONY: chaos
chaos: .venv/.dev ## Kill and freeze workers and brokers under load; ARGS="-m short" for a part of it
	BROKERS="$(BROKERS)" .venv/bin/pytest tests/chaos -m chaos $(ARGS)

.PHONY: soak
soak: .venv/.dev ## Half an hour of load, with a fault each minute
	.venv/bin/pytest tests/chaos -m soak -s

.PHONY: fuzz
fuzz: .venv/.dev .venv/.fuzz ## Feed the core what breaks it: ten minutes, or SECONDS=30
	.venv/bin/python -m tests.fuzz $(SECONDS)

.PHONY: bench
bench: .venv/.bench $(PEERS:%=benchmarks/.venvs/%/.installed) .compiled ## Measure CPU, rate, latency and memory beside others; QUICK=1 for a first look; needs a C compiler
	.venv/bin/python -m benchmarks core $(if $(QUICK),--quick)
	$(COMPILED_CORE) .venv/bin/python -m benchmarks $(if $(QUICK),--quick)

.PHONY: wheel
wheel: .venv/.compile ## Build a wheel with the core compiled, into dist/; needs a C compiler
	@rm -rf build dist
	@COMPILE=1 .venv/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

.PHONY: compiled
compiled: .venv/.dev .compiled ## Run the tests of the core, and a worker, on the compiled core; needs a C compiler
	@$(COMPILED_CORE) .venv/bin/python -c \
		'from pipeline.event import enricher as core; assert core.__file__.endswith(".so"), core.__file__'
	$(COMPILED_CORE) .venv/bin/pytest --import-mode=append tests/event tests/explain tests/test_api.py \
		tests/integration/test_demo.py

# Python finds the package there before it finds the source.
COMPILED_CORE := PYTHONSAFEPATH=1 PYTHONPATH="$(CURDIR)/.compiled:$(CURDIR)"

.compiled: setup.py pyproject.toml requirements/compile.txt $(wildcard pipeline/*.py pipeline/*/*.py pipeline/*/*/*.py)
	@echo "Compiling the core into .compiled ..."
	@$(MAKE) --no-print-directory wheel
	@rm -rf $@
	@.venv/bin/python -m pip install --quiet --no-deps --no-index --target $@ dist/*.whl
	@touch $@

.PHONY: lint
lint: .venv/.dev ## Check style, types and the direction of imports
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

.PHONY: audit
audit: .venv/.audit ## Ask PyPI for known vulnerabilities of what the image and the tests install
	.venv/bin/pip-audit --vulnerability-service pypi --disable-pip --require-hashes \
		--strict --progress-spinner off -r requirements/run.txt -r requirements/dev.txt

.PHONY: helm
helm: .tools/helm ## Build the Helm that the tests of the chart run; two minutes

.PHONY: format
format: .venv/.dev ## Put the code into the one format
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

.PHONY: lock
lock: .venv/bin/python ## Lock the newest versions that pyproject.toml allows
	@.venv/bin/python -m pip install --quiet $(UV)
	$(LOCK) --output-file requirements/dev.txt pyproject.toml --extra demo --group build --group dev
	$(LOCK) --output-file requirements/bench.txt pyproject.toml --group bench --group build $(SAME)
	$(LOCK) --output-file requirements/demo.txt pyproject.toml --extra demo --group build $(SAME)
	$(LOCK) --output-file requirements/run.txt pyproject.toml $(SAME)
	$(LOCK) --output-file requirements/build.txt --group build $(SAME)
	$(LOCK) --output-file requirements/compile.txt --group compile $(SAME)
	$(LOCK) --output-file requirements/audit.txt --group audit $(SAME)
	$(LOCK) --output-file requirements/fuzz.txt --group fuzz $(SAME)
	$(LOCK) --output-file requirements/go.txt --group go $(SAME)
	$(LOCK) --output-file benchmarks/peers/core.txt benchmarks/peers/core.in \
		--constraint requirements/run.txt
	for peer in $(PEERS); do $(LOCK) --output-file benchmarks/peers/$$peer.txt \
		benchmarks/peers/$$peer.in --constraint benchmarks/peers/core.txt || exit; done

LOCK := .venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes \
	--no-emit-index-url --python-version 3.11 --custom-compile-command "make lock"
SAME := --constraint requirements/dev.txt

.PHONY: clean
clean: ## Remove the environment, the caches and the brokers' jars
	rm -rf .venv .compiled .fuzz .kafka .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache build dist *.egg-info

# There is no package of Helm. Go checks what it fetches against its checksum database.
.tools/helm: | .venv/bin/python
	@echo "Building Helm $(HELM) ..."
	@go version 2>/dev/null | grep -Eq 'go1\.(2[4-9]|[3-9][0-9])' || $(MAKE) --no-print-directory .venv/.go
	@PATH="$(CURDIR)/.venv/bin:$$PATH" GOBIN="$(CURDIR)/.tools" \
		go install -ldflags='-s -w' helm.sh/helm/v3/cmd/helm@$(HELM)

.venv/.%: requirements/%.txt pyproject.toml | .venv/bin/python
	@echo "Installing $< into .venv ..."
	@.venv/bin/python -m pip install --quiet --require-hashes -r $<
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# A peer that cannot be installed is left out.
benchmarks/.venvs/%/.installed: benchmarks/peers/%.txt | .venv/bin/python
	@echo "Installing $< into benchmarks/.venvs/$* ..."
	@$(PYTHON) -m venv benchmarks/.venvs/$*
	@if benchmarks/.venvs/$*/bin/python -m pip install --quiet --require-hashes -r $<; \
		then touch $@; else rm -rf benchmarks/.venvs/$*; echo "!!! $* is left out !!!"; fi

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python >= 3.11 is needed; name one: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || \
		{ echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
