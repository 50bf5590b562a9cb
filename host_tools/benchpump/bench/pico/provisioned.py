"""A board that was started for the first time and provisioned: done once, kept by what went in.

Minutes of real time: hence a cache outside the project, in the user's cache directory.
"""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from benchpump.bench.flash import TYPICAL
from benchpump.bench.pico.rig import PicoRig, PicoSetup
from benchpump.bench.provisioning import PROVISION_MAX_S
from benchpump.bench.reference import booted
from benchpump.link.messages import Flag, State


def provision(rig: PicoRig) -> None:
    """Provision a powered rig through jumper and link and leave it restarted, idle.

    The jumper is fitted after the start: fitted at power-on it keeps this board from starting.
    Raises link errors, RuntimeError if the pump then is not idle.
    """
    unready = Flag.UNPROVISIONED | Flag.PREPARING
    pump = booted(rig)
    rig.set_jumper(True)
    pump.wait(lambda status: bool(status.flags & Flag.JUMPER), timeout_s=1)
    pump.service(True)
    pump.provision()
    pump.wait(lambda status: not status.flags & unready, timeout_s=PROVISION_MAX_S)
    rig.set_jumper(False)
    rig.power_cycle()
    status = booted(rig).status()
    if status.state != State.IDLE or status.flags & Flag.UNPROVISIONED:
        raise RuntimeError(f"provisioning left the pump in {status.state.name}, {status.flags!r}")


def provisioned_flash(setup: PicoSetup) -> bytes:
    """The whole flash after `provision` of a board deployed as `setup` says. Raises as that."""
    fresh = setup.deployed()
    kept = _folder() / f"{_key(fresh)}.zlib"
    if kept.is_file():
        return zlib.decompress(kept.read_bytes())
    standard = replace(setup, image=fresh, parameters=None, timing=TYPICAL, jumper=False)
    with PicoRig(standard) as rig:
        provision(rig)
        rig.power_off()
        rig.truth.check()
        content = rig.flash.image()
    _keep(kept, zlib.compress(content))
    return content


def _key(fresh: bytes) -> str:
    digest = hashlib.blake2b(fresh, digest_size=16)
    digest.update(version("rp2040py").encode())
    return digest.hexdigest()


def _folder() -> Path:
    return user_cache_path("benchpump") / "pico"


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may look for it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)
