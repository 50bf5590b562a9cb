"""The bench: virtual clock, firmware VM, drive, flash, plant, faults, truth, and the rig."""
