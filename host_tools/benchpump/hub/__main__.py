"""`python -m benchpump.hub <port or URL>`: started on demand by `hub.connect`."""

import sys

from benchpump.hub.serve import run

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchpump.hub <port or URL>")
    sys.exit(run(sys.argv[1]))
