"""The real MicroPython image of a Pico in an RP2040 emulator, with the bench's plant at its pins."""
