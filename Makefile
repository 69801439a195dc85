# Two commands matter: `make demo` and `make test`. Everything lives in .venv; nothing is installed elsewhere.
# Debian's Python cannot put pip into a new environment without python3-venv; its own pip can, from outside.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.installed

.PHONY: demo test test-fast lint lock weights weights-into-package clean
.DEFAULT_GOAL := demo

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "需要 Python 3.11 或更高版本；可用 make PYTHON=python3.11 指定。"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null \
	  || { $(PYTHON) -m venv --without-pip --clear $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; } \
	  || { echo "无法建立虚拟环境；Debian/Ubuntu 请先执行：sudo apt-get install python3-venv python3-pip"; exit 1; }
	@echo "正在安装依赖（首次约需几分钟）……"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $(READY)

demo: $(READY)
	@$(BIN)/matcher demo

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-fast: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow and not browser"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Renew the pins. A CPU build of torch carries a local version (+cpu) that other machines do not know: cut it off.
lock: $(READY)
	$(BIN)/pip-compile --quiet --all-extras --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --no-header --no-annotate --upgrade -c constraints.txt -o requirements.lock pyproject.toml
	sed -i 's/+cpu$$//' requirements.lock

# Every model of the package from public parts and the folder beside this one: about seven hours (docs/training.md).
weights: $(READY)
	$(MAKE) -f corpora/training/weights.mk MATCHER=$(BIN)/matcher all

weights-into-package: $(READY)
	$(MAKE) -f corpora/training/weights.mk MATCHER=$(BIN)/matcher install

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
