# FROZEN_MANIFEST of MicroPython's rp2 port: its own modules, and the pump for boards/rpi_pico.
# ruff: noqa: F821
include("$(PORT_DIR)/boards/manifest.py")
include("pump.py", board="rpi_pico")
