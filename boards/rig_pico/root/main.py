"""Starts the rig board."""

import sys

# Nothing that lies about beside the board's own folder can take the place of one of its files.
sys.path[:] = ["/firmware", ".frozen"]

import rig  # noqa: E402 - /firmware/rig

rig.run()
