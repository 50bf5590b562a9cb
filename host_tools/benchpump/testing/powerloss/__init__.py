"""Power cuts by the thousand: one reference run, each moment of it cut, each memory recovered.

Virtual time is deterministic, so a cut need not be made to know what it leaves: the memory is
that of the moment, and the motor stands at once. `reference` runs once and notes every storage
operation and where the pin stood; `memories` gives what each cut leaves; `recovery` boots the
firmware on it; `judge` compares the debit with the pin (contract C3); `campaign` does it for all
and counts.
"""
