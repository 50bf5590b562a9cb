"""Say what set-up lacks on this machine, and what to do. Runs before anything is installed."""

import importlib.util
import sys


def missing():
    """Lines that name what is missing; empty when set-up can begin."""
    lines = []
    if sys.version_info < (3, 11):
        lines.append(
            "python3 is %d.%d and benchpump needs 3.11 or newer: install it, then"
            " make PYTHON=python3.11 …" % sys.version_info[:2]
        )
    lines += [
        "python3 has no '%s' module: on Debian and Ubuntu, apt install python3-venv" % module
        for module in ("venv", "ensurepip")
        if importlib.util.find_spec(module) is None
    ]
    return lines


if __name__ == "__main__":
    found = missing()
    for line in found:
        sys.stderr.write("set-up cannot begin: " + line + "\n")
    sys.exit(1 if found else 0)
