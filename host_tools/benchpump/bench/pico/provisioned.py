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
from benchpump.bench.provisioning import provision


def provisioned_flash(setup: PicoSetup) -> bytes:
    """The whole flash of a board deployed as `setup` says, then provisioned.

    Raises as `provision_started`.
    """
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
