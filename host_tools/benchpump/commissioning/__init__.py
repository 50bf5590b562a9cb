"""A new rig made ready by a person: wiring and direction checked, volume, pressure calibrated."""
