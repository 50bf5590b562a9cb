"""Build hook: the wheel carries what a board needs, under `benchpump/_tree/` as in the repository.

An editable install carries nothing: there `benchpump.tree_root()` is the repository itself.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = (
    "firmware",
    "boards",
    "recipes",
    "host_tools/protocol.toml",
    "host_tools/lockstep.toml",
    "host_tools/containers.toml",
    "host_tools/profiles.toml",
)


class CarryTree(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the carried files to a wheel that is not editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            places = {path: f"benchpump/_tree/{path}" for path in CARRIED}
            build_data["force_include"].update(places)
