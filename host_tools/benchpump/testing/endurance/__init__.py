"""Seven days of virtual time, every tick judged (C4): `make endurance`."""
