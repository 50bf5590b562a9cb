"""The USB cable: `bench.cable` lanes on one side, the chip's serial port on the other."""

from __future__ import annotations

from collections.abc import Callable

from benchpump.bench.cable import Lane
from benchpump.bench.pico.chip import HOST_POLL_US, NS_PER_US, Chip


class UsbCable:
    """Of one powered chip. What is sent before the chip has its port is lost."""

    def __init__(
        self, chip: Chip, to_pump: Lane, from_pump: Lane, now_us: Callable[[], int]
    ) -> None:
        self._cdc = chip.cdc
        self._to_pump = to_pump
        self._from_pump = from_pump
        self._now_us = now_us
        self._alarm = chip.alarm(self._feed)
        self._chip = chip
        self.stop_at_bytes = False
        self.connected = False
        self.on_connected: Callable[[], None] = _nothing
        """Is called each time the host has found the chip's port."""
        self._cdc.on_device_connected = self._connect
        self._cdc.on_serial_data = self._take

    def unplug(self) -> None:
        """The chip was reset: its port is gone until it enumerates again."""
        self.connected = False
        self._to_pump.clear()

    def send(self) -> None:
        """Something was put on the lane to the pump."""
        if self.connected:
            self._feed()
        else:
            self._to_pump.clear()

    def _connect(self) -> None:
        self.connected = True
        self.on_connected()

    def _take(self, data: bytes) -> None:
        self._from_pump.put(bytes(data), self._now_us())
        if self.stop_at_bytes:
            self._chip.pause()

    def _feed(self) -> None:
        fifo = self._cdc.tx_fifo
        for byte in self._to_pump.take(self._now_us(), fifo.size - fifo.item_count):
            self._cdc.send_serial_byte(byte)
        if self._to_pump.waiting:
            self._alarm.schedule(HOST_POLL_US * NS_PER_US)


def _nothing() -> None:
    """Nobody wants to know."""
