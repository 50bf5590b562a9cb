"""What a hardware-in-the-loop suite needs from pytest: targets, rigs, truth and the verdict."""
