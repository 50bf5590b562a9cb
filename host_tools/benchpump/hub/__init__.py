"""One process owns a port and serves local clients: many read, one controls, anyone may stop."""

from __future__ import annotations

from benchpump.hub.connection import HubTransport, connect

__all__ = ["HubTransport", "connect"]
