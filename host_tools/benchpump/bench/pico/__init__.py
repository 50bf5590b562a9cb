"""A Pico's own MicroPython image in an RP2040 emulator, with the bench's plant at its pins."""
