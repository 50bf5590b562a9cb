# What every image with the pump in it freezes; `board` is a folder of boards/. Included by the
# manifests beside this file, run by MicroPython's build and not by a board.
# ruff: noqa: F821
import os

options.defaults(board="")
board = "../" + options.board

# Under a name of its own: firmware/main.py only joins the parts, and an image runs a frozen
# `main.py` as its own. Its boot.py needs board data, hence the board's.
package("firmware/link", base_path="../..")
package("firmware/pump", base_path="../..")
module("firmware/main.py", base_path="../..")

for folder in (board, "../common"):
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            module(name, base_path=folder)

module("boot.py", base_path=board + "/root")
module("main.py", base_path=".")
