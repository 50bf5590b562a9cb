"""What a board says of itself after it was flashed."""

from __future__ import annotations

from contextlib import closing

import click

from benchpump.bench.hardware.lines import NAME
from benchpump.bench.hardware.rig_board import RigBoard
from benchpump.bench.rig import DeviceMissing
from benchpump.cli import allotment
from benchpump.cli.exits import Faulty, Lost
from benchpump.cli.infusion import describe
from benchpump.flashing.doctor import unprovisioned
from benchpump.flashing.flash import SELFTEST_S, SILENT_S
from benchpump.flashing.port import BoardPort
from benchpump.flashing.who import Firmware, Prompt
from benchpump.link.client import Pump
from benchpump.link.errors import PortError, PumpLost
from benchpump.link.messages import ALARMS, Flag, State

REOPEN_S = 0.25
RESET_CAUSES = {1: "power-on", 2: "watchdog", 3: "reset"}


def report_rig_board(port: BoardPort) -> None:
    """That it is back, by its own word. Raises Lost."""
    until_s = port.clock.now_s() + SILENT_S
    while port.clock.now_s() < until_s:
        port.clock.sleep_s(REOPEN_S)
        try:
            with closing(port.link()) as link:
                RigBoard(link)
        except (PortError, PumpLost, DeviceMissing):
            continue
        click.echo(f"board     {NAME}; it holds nothing until a host does (make hil TARGET= RIG=)")
        return
    raise Lost(
        "flashed, but the rig board does not answer", "plug it in again, then flash it again"
    )


def report(port: BoardPort, crc: str) -> None:
    """What the board says of itself after a restart: that it runs the files of that `crc`.

    Raises Lost, Faulty, what `Pump` raises.
    """
    found = port.ask_after_reset(SILENT_S * 2)
    if isinstance(found, Prompt):
        todo = "take the service jumper out and plug the board in again; else: benchpump doctor"
        raise Faulty("flashed, but the board does not start the firmware", todo)
    if not isinstance(found, Firmware):
        raise Lost("flashed, but the board does not come back", "benchpump doctor")
    with closing(Pump(port.link())) as pump:
        now = pump.wait(
            lambda s: s.state not in (State.BOOT, State.SELFTEST), timeout_s=SELFTEST_S
        )
        tested = pump.selftest()
        allotted = allotment.in_force(pump)
        alarms = pump.alarms()
    failed = tested.number("failed")
    click.echo(f"board     {found.identity}")
    runs = tested.text("crc", "unknown")
    files = f"{tested.text('code')}, {tested.number('files')} checked by the board"
    click.echo(f"files     {files}, crc {runs}")
    passed = f"failed: {ALARMS[failed].name}" if failed in ALARMS else "passed"
    cause = RESET_CAUSES.get(tested.number("reset"), "?")
    click.echo(f"self-test {passed}, after {cause}; the pump is {now.state.name.lower()}")
    missing = tested.names("notfitted")
    click.echo(f"sensors   not fitted: {', '.join(missing) or 'none'}")
    if now.flags & Flag.UNPROVISIONED:
        click.echo("memory    not provisioned; fit the service jumper, then: benchpump provision")
    elif allotted is None:
        click.echo("memory    provisioned, no allotment; make one: benchpump allot")
    else:
        left_ml, cap_ml = allotted.left_nl / 1e6, allotted.cap_nl / 1e6
        click.echo(
            f"memory    provisioned; allotment {allotted.identity}: {left_ml:.4f} of"
            f" {cap_ml:.4g} mL left"
        )
    for alarm in alarms:
        if not unprovisioned(now, alarm.info.code):
            click.echo(describe(alarm))
    if (failed and not unprovisioned(now, failed)) or runs != crc:
        raise Faulty("the board is not as it should be", "benchpump doctor says what to do")
