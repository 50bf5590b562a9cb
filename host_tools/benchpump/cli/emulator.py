"""`benchpump emulator`: an emulated pump in real time, behind a port for any program."""

from __future__ import annotations

import sys
import termios
import tty
from collections.abc import Generator
from contextlib import contextmanager

import click

from benchpump.cli.exits import Unusable


@click.command()
@click.option("--vm", default="auto", show_default=True, help="VM that runs the firmware.")
@click.option("--seed", default=1, show_default=True, help="Seed of the bench's noise.")
@click.option(
    "--pump", type=click.Choice(["syringe", "peristaltic"]), default="syringe", show_default=True,
    help="What kind of pump it is.",
)  # fmt: skip
@click.option("--instrumented", is_flag=True, help="Fit an encoder and a flow sensor.")
@click.option("--jumper", is_flag=True, help="Start with the service jumper fitted.")
@click.option(
    "--listen", "port_spec", default="pty", show_default=True, metavar="PORT",
    help="pty, or tcp:PORT.",
)  # fmt: skip
def emulator(
    vm: str, seed: int, pump: str, instrumented: bool, jumper: bool, port_spec: str
) -> None:
    """Run an emulated pump until q; keys press its button, fit its jumper, occlude its line.

    It prints the port's name; use it in another terminal with --port or BENCHPUMP_PORT.
    """
    from benchpump.bench import realtime
    from benchpump.bench.emulated import EmulatedRig, Setup
    from benchpump.bench.vm_choice import VmMissing

    try:
        setup = Setup(vm=vm, seed=seed, pump=pump, instrumented=instrumented, jumper=jumper)
        rig = EmulatedRig(setup)
    except (VmMissing, ValueError) as error:
        raise Unusable(str(error), "make setup, or choose another with --vm") from None
    with rig, single_keys() as keys:
        for key, meaning in realtime.KEYS.items() if keys is not None else ():
            click.echo(f"  {key}  {meaning}")
        try:
            realtime.serve(rig, port_spec, keys, click.echo)
        except (ValueError, OSError) as error:
            raise Unusable(str(error), "--listen pty, or --listen tcp:4000") from None
        except KeyboardInterrupt:
            click.echo("Emulator ended.")


@contextmanager
def single_keys() -> Generator[int | None]:
    """Standard input giving single keys, or None where it is no terminal."""
    if not sys.stdin.isatty():
        yield None
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield descriptor
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
