"""The link to the host (contract C8): frames, commands, the server."""
