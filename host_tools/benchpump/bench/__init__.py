"""The bench: virtual clock, firmware VM, drive, flash, plant, faults and truth, joined by a rig."""
