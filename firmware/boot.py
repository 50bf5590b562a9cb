"""First thing on any board: the drive is disabled before anything else can go wrong."""

import hal

hal.board().drive.enable(False)
