"""Board data: what is fixed when a board is flashed, and the files made from it."""
