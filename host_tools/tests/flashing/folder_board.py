"""A board whose file system is a folder of this machine, cut off after so many operations."""

from __future__ import annotations

from pathlib import Path

from benchpump.flashing.files import MEMORY, Listing, sha256


class Cut(Exception):
    """The cable was pulled."""


class FolderBoard:
    """`flashing.files.BoardFiles` by this system's own files: renaming replaces, as on littlefs.

    `spoil`: a path that is written wrongly.
    """

    def __init__(self, root: Path, cut_after: int | None = None, spoil: str = "") -> None:
        self.root = root
        self.done: list[str] = []
        self._cut_after = cut_after
        self._spoil = spoil

    def _now(self, what: str) -> None:
        if self._cut_after is not None and len(self.done) >= self._cut_after:
            raise Cut
        self.done.append(what)

    def listing(self) -> Listing:
        found = sorted(self.root.rglob("*"))
        names = {path: path.relative_to(self.root).as_posix() for path in found}
        seen = [path for path in found if names[path].split("/")[0] != MEMORY]
        return Listing(
            {names[path]: sha256(path.read_bytes()) for path in seen if path.is_file()},
            frozenset(names[path] for path in seen if path.is_dir()),
        )

    def write(self, path: str, content: bytes) -> None:
        self._now(f"write {path}")
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content[:-1] if path == self._spoil else content)

    def digest(self, path: str) -> bytes:
        return sha256((self.root / path).read_bytes())

    def rename(self, path: str, to: str) -> None:
        self._now(f"rename {path} {to}")
        (self.root / path).replace(self.root / to)

    def remove(self, path: str) -> None:
        self._now(f"remove {path}")
        (self.root / path).unlink()

    def remove_folder(self, path: str) -> None:
        self._now(f"remove_folder {path}")
        (self.root / path).rmdir()

    def content(self) -> dict[str, bytes]:
        """Every file, the memory too."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file()
        }

    def put(self, files: dict[str, bytes]) -> None:
        """Have those files from the beginning."""
        for name, content in files.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_bytes(content)
