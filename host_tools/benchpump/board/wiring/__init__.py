"""Wiring as data: `wiring.toml` beside a `board.toml`, checked, and drawn."""
