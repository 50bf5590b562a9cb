import machine; machine.Pin(21, machine.Pin.OUT, value=1)  # fmt: skip  # noqa: E702, I001
# The driver is cut before anything can go wrong: no import of ours, no board data, hence the bare
# number (`enable`). Runs at power-on, after a watchdog bite and at each soft reset, also at one
# that skips main.py. An exception here keeps main.py from being run: the way past one that hangs.
if not machine.Pin(15, machine.Pin.IN, machine.Pin.PULL_UP).value():  # `jumper`, to ground
    raise RuntimeError("service jumper fitted at boot: no pump, no watchdog; take it out, reset")
