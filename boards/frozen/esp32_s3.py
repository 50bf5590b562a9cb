# FROZEN_MANIFEST of MicroPython's esp32 port: its own modules, and the pump for boards/esp32_s3.
# ruff: noqa: F821
include("$(PORT_DIR)/boards/manifest.py")
include("pump.py", board="esp32_s3")
