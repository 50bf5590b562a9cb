"""A real pump on a wire: its sensors and switches driven by a rig board, the plant on the host."""
