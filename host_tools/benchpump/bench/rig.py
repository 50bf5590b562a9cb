"""The abstract rig: all that a hardware-in-the-loop test may know of the bench.

The same tests run on every target; a target that cannot do something raises `Unsupported`, which
the pytest plugin turns into a counted skip.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from benchpump.bench.truth import Truth
    from benchpump.link.client import Pump


class Unsupported(Exception):
    """This target cannot do what was asked; the message says what and why."""


class DeviceMissing(Unsupported):
    """There is nothing here to test with; the message says what to get or set."""


class RigClock(Protocol):
    """The rig's own clock: virtual on the emulator, real elsewhere. All timed asserts use it."""

    def now_ms(self) -> float:
        """Milliseconds since the rig was started."""
        ...

    def sleep_ms(self, duration_ms: float) -> None:
        """Let that much of the rig's time pass."""
        ...


class Fault(Protocol):
    """An injected fault, active until cleared."""

    def clear(self) -> None:
        """Take the fault away again; harmless when it is gone."""
        ...


class RawLink(Protocol):
    """The bytes of the pump's link, for tests of bad input."""

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        ...

    def read(self, timeout_ms: float) -> bytes:
        """What arrived, after at most `timeout_ms` of the rig's time; empty if nothing did."""
        ...


class Rig(ABC):
    """One pump on one bench."""

    target: str
    pump: str
    """`syringe` or `peristaltic`."""
    clock: RigClock
    truth: Truth
    link: RawLink
    silent_at_start_s: float = 0.0
    """How long after power-on a sound pump may be before it answers at all."""

    @abstractmethod
    def connect(self) -> Pump:
        """Open the pump with the public client over this rig's link and clock."""

    @abstractmethod
    def press_button(self, duration_ms: float = 200) -> None:
        """Press the pump's local button and let go; returns when it is released."""

    @abstractmethod
    def set_jumper(self, fitted: bool) -> None:
        """Fit or remove the service jumper."""

    @abstractmethod
    def power_cycle(self, off_ms: float = 1000) -> None:
        """Take the supply away and bring it back; the board boots from what its memory holds."""

    @abstractmethod
    def inject(self, channel: str, kind: str, **parameters: float) -> Fault:
        """Start a fault of the vocabulary in `faults.VOCABULARY`.

        Raises ValueError for a word that is not in the vocabulary, Unsupported where this target
        cannot do it.
        """

    @property
    @abstractmethod
    def panel(self) -> tuple[str, str]:
        """What is seen and heard at the pump: light and sound by name, as protocol.toml has them.

        Raises Unsupported where nobody looks.
        """

    @abstractmethod
    def close(self) -> None:
        """Stop everything that this rig started."""
