# The commands of a checkout. On a bare Debian 12 with python3 and make, `make demo` and `make test` install what they need.
#   another Python:  make test PYTHON=python3.12 VENV=.venv-3.12
#   fewer tests:     make test PYTEST_ARGS="tests/unit -x"

VENV ?= .venv
PYTHON ?=
PYTEST_ARGS ?=
# A worker more than processors, for many tests wait for something; no more than four, for each has servers of its own.
JOBS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1); n=$$((n + 1)); [ $$n -le 4 ] || n=4; echo $$n)
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PREPARE = PYTHON='$(PYTHON)' VENV='$(VENV)' bash packaging/bootstrap.sh
# What only a display can show is tested on a private one (Xvfb); everything else runs without.
UNSEEN = env -u DISPLAY -u WAYLAND_DISPLAY QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE=1
LOCK = $(UV) --no-config --quiet pip compile pyproject.toml packaging/build.in --universal --python-version 3.11 \
	--generate-hashes --no-build --no-header --no-annotate --no-emit-index-url $(LOCK_ARGS)

.DEFAULT_GOAL := help
.PHONY: help demo test pytest check lint format bench lock clean

help:  ## mostra esta lista
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

demo:  ## abre o programa com uma loja de exemplo (sem tela: percorre as telas e guarda as imagens em build/tour)
	@$(PREPARE)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname -s)" != Linux ]; then \
		$(BIN)/varejoforte-desktop --demo; \
	else \
		echo "Não há tela aqui: percorrendo o programa e guardando as imagens em build/tour."; \
		QT_QPA_PLATFORM=offscreen $(BIN)/python -m varejoforte_desktop tour --output build/tour; \
	fi

test:  ## confere o estilo e roda todos os testes
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory pytest

pytest:  ## só os testes (PYTEST_ARGS escolhe quais)
	@$(PREPARE) --for-tests
	@$(UNSEEN) $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --max-worker-restart=0 $(PYTEST_ARGS)

lint:  ## confere o estilo, os tipos e quem importa quem
	@$(PREPARE) --for-tests
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format:  ## arruma o que o ruff sabe arrumar sozinho
	@$(PREPARE) --for-tests
	$(BIN)/ruff check --fix src tests
	$(BIN)/ruff format src tests

bench:  ## mede o desempenho
	@$(PREPARE) --for-tests
	@$(UNSEEN) $(BIN)/python -m tests.benchmarks

# UV may name one that is already there; LOCK_ARGS=--upgrade raises the versions.
UV ?= build/uv/bin/uv
lock: $(filter build/%,$(UV))  ## refaz packaging/requirements*.txt
	$(LOCK) --group dev --output-file packaging/requirements-dev.txt
	$(LOCK) --constraint packaging/requirements-dev.txt --output-file packaging/requirements.txt

build/uv/bin/uv:
	@$(PREPARE)
	$(BIN)/python -m venv build/uv
	build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv

clean:  ## apaga o que foi construído (os ambientes ficam)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
