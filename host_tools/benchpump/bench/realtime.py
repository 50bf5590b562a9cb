"""An emulated rig in real time behind a port, so that any serial program can use it."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Callable

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.exchange import SWITCH_BUTTON
from benchpump.bench.fault_appliers import ActiveFault
from benchpump.bench.ports import open_port

KEYS = {
    "b": "press the button",
    "j": "fit or remove the service jumper",
    "e": "press or release the e-stop",
    "c": "take out or seat the cassette",
    "o": "occlude or clear the line",
    "q": "quit",
}
STEP_S = 0.005  # how often the port is looked at; the pump's own tick is ten times that
LAG_MAX_S = 1.0  # after a longer pause (a suspended laptop) time is dropped, not made up
BUTTON_US = 300_000
Tell = Callable[[str], None]


def serve(rig: EmulatedRig, port_spec: str, keys: int | None, tell: Tell = print) -> None:
    """Run until `q`, or for ever; `keys` is a descriptor that gives single characters, or None.

    `tell` gets the port's name first and then a line for each key. Raises ValueError and OSError
    as `ports.open_port`, vm.VmCrashed.
    """
    port = open_port(port_spec)
    try:
        tell(port.name)
        panel = Panel(rig, tell)
        board = rig.board
        origin_s = time.monotonic() - board.now_us / 1e6
        while True:
            now_s = time.monotonic() - origin_s
            if now_s - board.now_us / 1e6 > LAG_MAX_S:
                origin_s += now_s - board.now_us / 1e6
                now_s = board.now_us / 1e6
            board.run_until(max(board.now_us, round(now_s * 1e6)))
            if sent := board.receive():
                port.write(sent)
            watched = [*port.descriptors(), *([] if keys is None else [keys])]
            ready = _wait(watched)
            if received := port.read():
                rig.link.write(received)
            if keys is not None and keys in ready:
                key = os.read(keys, 1).decode(errors="replace")
                if key in ("", "q"):
                    return
                panel.press(key)
    finally:
        port.close()


def _wait(descriptors: list[int]) -> list[int]:
    with selectors.DefaultSelector() as selector:
        for descriptor in descriptors:
            selector.register(descriptor, selectors.EVENT_READ)
        return [key.fd for key, _ in selector.select(STEP_S)]


class Panel:
    """What a person at the bench can do, by key."""

    def __init__(self, rig: EmulatedRig, tell: Tell) -> None:
        self._rig = rig
        self._tell = tell
        self._jumper = rig.setup.jumper
        self._faults: dict[str, ActiveFault] = {}

    def press(self, key: str) -> None:
        """Do what `KEYS` says; any other key tells what there is."""
        if key == "b":
            board = self._rig.board
            board.set_switch(SWITCH_BUTTON, True)
            board.call_at(board.now_us + BUTTON_US, lambda: board.set_switch(SWITCH_BUTTON, False))
            self._tell("button pressed")
        elif key == "j":
            self._jumper = not self._jumper
            self._rig.set_jumper(self._jumper)
            self._tell(f"service jumper {'fitted' if self._jumper else 'removed'}")
        elif key == "e":
            self._toggle(key, "estop", "pressed", "e-stop pressed", "e-stop released")
        elif key == "c":
            self._toggle(key, "cassette", "out", "cassette taken out", "cassette seated")
        elif key == "o":
            self._toggle(key, "downstream", "occluded", "line occluded", "line cleared")
        else:
            self._tell(", ".join(f"{name}: {text}" for name, text in KEYS.items()))

    def _toggle(self, key: str, channel: str, kind: str, begun: str, ended: str) -> None:
        fault = self._faults.pop(key, None)
        if fault is None:
            self._faults[key] = self._rig.inject(channel, kind)
            self._tell(begun)
        else:
            fault.clear()
            self._tell(ended)
