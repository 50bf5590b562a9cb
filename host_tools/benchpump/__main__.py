"""`python -m benchpump` is the command `benchpump`."""

from benchpump.cli import main

main(prog_name="benchpump")
