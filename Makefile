# benchpump: every job of the project by one name. `make` alone lists them.
# Knobs: VM=auto|micropython|wasm|cpython  TARGET=emulator|pico|<serial URL>  RIG=<serial URL>  PUMP=syringe|peristaltic  PYTHON=python3

PYTHON ?= python3
VM ?= auto
TARGET ?= emulator
RIG ?=
# The Pico and the rig board are wired for one pump.
PUMP ?= $(if $(filter emulator,$(TARGET)),syringe peristaltic,syringe)

PY := .venv/bin/python
EACH_PUMP := set -e; for pump in $(PUMP); do
# Each worker keeps its pump's VM on its own CPU; what is slow is handed over when one is idle.
TWO_WORKERS := -q -n 2 --dist worksteal
# A board on a wire is there once.
HIL := $(PY) -m pytest hil_tests --target=$(TARGET) $(if $(RIG),--rig=$(RIG)) $(if $(filter emulator pico,$(TARGET)),$(TWO_WORKERS))
# What no other target can show: a run of its own, for these tests start and copy their boards themselves.
CHIP := $(addprefix host_tools/tests/,pico pico_image pico_firmware rig_board)
HIL_CHIP := $(if $(filter pico,$(TARGET)),$(PY) -m pytest $(CHIP) $(TWO_WORKERS))
# For what takes a hundred thousand starts or virtual days.
FASTEST_VM := $(if $(filter file,$(origin VM)),cpython,$(VM))
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-deps
NODE := .venv/bin/node
WASM := node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs
PACKAGES_READY := .venv/.packages
PYTHON_READY := .venv/.ready
NODE_READY := node_modules/.ready

# A virtual environment knows its own path: set up again when the folder was moved.
ifneq ($(shell cat $(PACKAGES_READY) 2>/dev/null),$(CURDIR))
.PHONY: $(PACKAGES_READY)
CLEAR := --clear
endif

.PHONY: help setup run test unit unit-cpython unit-host unit-long unit-wasm hil hil-long check sabotage powerloss endurance bench report trumpet generate lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo '  knobs: VM=auto|micropython|wasm|cpython TARGET=emulator|pico|<serial URL>'
	@echo '         RIG=<serial URL of the rig board, where TARGET is one>'
	@echo '         PUMP=syringe|peristaltic (both unless named) PYTHON=python3'

setup: $(PYTHON_READY) $(NODE_READY) ## virtual environment, pinned packages, the MicroPython VM

$(PACKAGES_READY): requirements.lock requirements.esp32.lock
	@command -v $(PYTHON) >/dev/null || { echo "set-up cannot begin: no $(PYTHON) here:" \
	  "install Python 3.11 or newer (apt install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) host_tools/prerequisites.py
	@[ ! -L .venv ] || { echo "set-up cannot begin: .venv is a link, and would be cleared where it leads:" \
	  "remove the link" >&2; exit 1; }
	@rm -f $(PACKAGES_READY)
	$(PYTHON) -m venv $(CLEAR) .venv
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --upgrade --target .venv/esp32_stubs --require-hashes -r requirements.esp32.lock
	@printf '%s' "$(CURDIR)" > $(PACKAGES_READY)

$(PYTHON_READY): $(PACKAGES_READY) pyproject.toml hatch_build.py
	$(PIP) --no-build-isolation --editable .
	@touch $(PYTHON_READY)

$(NODE_READY): package-lock.json | $(PYTHON_READY)
	PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/npm ci --silent
	@touch $(NODE_READY)

run: setup ## the main job: an infusion with an occlusion on the emulated bench, and its report
	$(PY) -m benchpump demo --vm=$(VM)

test: setup ## what proves it and is short: checks, unit tests, a proof on the chip's image, the HIL suite on wasm
	$(MAKE) --no-print-directory -j2 --output-sync=target check unit-wasm unit-cpython
	$(MAKE) --no-print-directory unit-host
	$(PY) -m pytest hil_tests --target=emulator --vm=wasm -m "not long" $(TWO_WORKERS)

unit: unit-cpython unit-host ## unit tests: firmware under CPython, host tools

unit-cpython: setup
	$(PY) -m unittest discover -q -s firmware/tests -t firmware

unit-host: setup
	$(PY) -m pytest host_tools/tests -m "not long" $(TWO_WORKERS)

unit-long: setup ## unit tests of the host tools with what is long, the chip's own image among it
	$(PY) -m pytest host_tools/tests $(TWO_WORKERS)

unit-wasm: setup ## unit tests of the firmware in the WebAssembly VM
	$(NODE) boards/emulator/test_wasm.mjs $(WASM) firmware

hil: setup ## the HIL suite on VM and TARGET, for each PUMP; TARGET=pico: and all of the chip's own tests
	$(EACH_PUMP) $(HIL) --pump=$$pump --vm=$(VM) -m "not long"; done
	$(HIL_CHIP)

hil-long: setup ## the HIL suite with its virtual days, for each PUMP
	$(EACH_PUMP) $(HIL) --pump=$$pump --vm=$(VM); done

check: setup ## the house rules, one line each
	$(PY) -m checks

sabotage: setup ## every patch of hil_tests/sabotage must turn its test red (VM: cpython)
	$(PY) -m benchpump.testing.sabotage --vm=$(FASTEST_VM)

powerloss: setup ## cut the power at every byte and tick, and again in each recovery (VM: cpython)
	$(EACH_PUMP) \
	  $(PY) -m pytest hil_tests/power --target=$(TARGET) --pump=$$pump --vm=$(FASTEST_VM) -m powerloss; done

endurance: setup ## seven days across counter wraps, every tick judged (VM=cpython: faster)
	$(EACH_PUMP) \
	  $(PY) -m benchpump.testing.endurance --pump=$$pump --vm=$(VM); done

bench: setup ## how many times faster than real time; writes out/bench.json (TARGET=pico: the chip's ticks; HOURS=1)
	$(PY) -m benchpump.bench.$(if $(filter pico,$(TARGET)),pico.figures $(if $(HOURS),--hours $(HOURS)),measure)

report: setup ## measure every stopping cause, write docs/safety/*.md and out/stopping.json (VM: cpython); TARGET=pico: chip beside emulator
ifeq ($(TARGET),pico)
	$(PY) -m benchpump.testing.side_by_side --out out/side_by_side.txt
else
	rm -rf out/stopping
	$(PY) -m pytest hil_tests/alarms/test_stop_table.py -q --target=$(TARGET) --vm=$(FASTEST_VM)
	$(PY) -m pytest hil_tests/alarms/test_stop_table.py -k upstream -q --target=$(TARGET) --pump=peristaltic --vm=$(FASTEST_VM)
	$(PY) -m benchpump.testing.safety
endif

MEASURED := hil_tests/delivery/test_trumpet.py hil_tests/delivery/test_bolus_accuracy.py hil_tests/alarms/test_occlusion_measured.py
trumpet: setup ## IEC curves, boluses and occlusions, virtual days; writes out/measured, out/trumpet.html (VM: cpython)
	rm -rf out/measured
	$(EACH_PUMP) \
	  $(PY) -m pytest $(MEASURED) -q --target=$(TARGET) --pump=$$pump --vm=$(FASTEST_VM); done
	$(PY) -m benchpump.report.trumpet

generate: setup ## write every generated file again from its source
	$(PY) -m benchpump.board.generate
	$(PY) -m benchpump.board.pio

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --quiet \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade
lock: ## compute the lock files again (needs uv and network)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(COMPILE) requirements.in -o requirements.lock
	$(COMPILE) --no-deps requirements.esp32.in -o requirements.esp32.lock
	.venv/bin/npm install --package-lock-only

clean: ## remove what was set up and written
	rm -rf .venv node_modules out build .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
