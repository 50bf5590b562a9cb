"""Where the hub of a port is found: one name a port, in a folder that is the user's own."""

from __future__ import annotations

import hashlib
import socket
import warnings
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")


@dataclass(frozen=True)
class Place:
    """Files of one hub."""

    socket: Path  # the unix socket, or the number of the loopback port
    owner: Path  # process number of the hub that holds the port; locked while it does


def place_of(url: str) -> Place:
    """Files of the hub for `url`; two names of one device give the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fallback folder without a login session is good enough
        folder = Path(platformdirs.user_runtime_dir("benchpump"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = url if "://" in url else str(Path(url).resolve())
    key = hashlib.sha256(name.encode()).hexdigest()[:16]
    return Place(folder / f"{key}.socket", folder / f"{key}.owner")


def owner_of(place: Place) -> int:
    """Process number of the hub that holds the port, as it wrote it; 0 if none did."""
    try:
        return int(place.owner.read_text(encoding="ascii") or "0")
    except (FileNotFoundError, ValueError):
        return 0
