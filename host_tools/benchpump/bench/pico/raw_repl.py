"""The board's REPL over the rig's cable: the firmware's way out, then code, and what it prints."""

from __future__ import annotations

from benchpump.bench.pico.rig import PicoRig

_STOP_AND_LEAVE = b"\x03\x01"
_PROMPT = b"raw REPL; CTRL-B to exit\r\n>"
_TAKEN = b"OK"
_END = b"\x04"
_READY = b">"
_LOOK_MS = 100
ANSWER_MAX_S = 20.0


class RawRepl:
    """Of a powered rig whose firmware has come up; once made, the firmware has stopped and left.

    What it consists of is still there: modules can be looked at, and ticks go on in `main.run`.
    While code runs, the cable is its standard input, hence the firmware's link.
    Methods raise RuntimeError where the board does not answer as its REPL does.
    """

    def __init__(self, rig: PicoRig) -> None:
        self._rig = rig
        self._heard = b""
        self._leave()

    def run(self, code: str, within_s: float = ANSWER_MAX_S) -> str:
        """What the code printed; RuntimeError also with the exception that it ended by."""
        self.begin(code)
        return self._ended(within_s)

    def begin(self, code: str) -> None:
        """Hand code over; it runs from here on."""
        self._rig.link.write(code.encode() + _END)
        self._until(_TAKEN, ANSWER_MAX_S)

    def end_ticks(self) -> str:
        """End the firmware's ticks that were begun; what was printed after them.

        The code has to catch SystemExit: passed on, it would restart the interpreter.
        """
        self._rig.link.write(_STOP_AND_LEAVE)
        printed = self._ended(ANSWER_MAX_S)
        self._until(_PROMPT, ANSWER_MAX_S)  # the REPL gets the Ctrl-A as well
        return printed

    def _leave(self) -> None:
        self._rig.link.write(_STOP_AND_LEAVE)
        self._until(_PROMPT, ANSWER_MAX_S)

    def _ended(self, within_s: float) -> str:
        printed = self._until(_END, within_s)
        error = self._until(_END, ANSWER_MAX_S)
        self._until(_READY, ANSWER_MAX_S)
        if error:
            raise RuntimeError(error.decode(errors="replace"))
        return printed.decode().replace("\r\n", "\n")

    def _until(self, mark: bytes, within_s: float) -> bytes:
        """What comes before that mark; what comes after it is kept."""
        rig = self._rig
        until_ms = rig.clock.now_ms() + within_s * 1000
        while mark not in self._heard:
            if rig.clock.now_ms() >= until_ms:
                raise RuntimeError(f"no {mark!r} from the REPL, only {self._heard[-200:]!r}")
            self._heard += rig.link.read(_LOOK_MS)
        before, _, self._heard = self._heard.partition(mark)
        return before
