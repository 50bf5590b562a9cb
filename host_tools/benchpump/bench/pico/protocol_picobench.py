"""Where pyserial looks for ports named `picobench://…`: the file's name is pyserial's rule."""

from __future__ import annotations

from benchpump.bench.pico.serial_bridge import BridgedSerial as Serial

__all__ = ["Serial"]
