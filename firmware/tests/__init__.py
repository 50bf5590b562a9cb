"""Tests of the firmware: unittest, the same files under CPython and MicroPython."""
