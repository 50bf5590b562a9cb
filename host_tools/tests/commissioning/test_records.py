"""Records: numbered, never written over, and a history that shows what was changed in it."""

import tomllib
from pathlib import Path

import pytest

from benchpump.commissioning import records

pytestmark = pytest.mark.requirement("REQ-CALIBRATE-4")


def test_each_names_the_one_before(tmp_path: Path) -> None:
    """Three in a row are read back as written, oldest first, all intact."""
    for number in (1, 2, 3):
        path = records.write(tmp_path, "volume", {"note": f"n {number}", "run": [{"steps": 1}]})
        assert path.name == f"{number:04d}-volume.toml"
    kept = records.read(tmp_path)
    assert [record.content["note"] for record in kept] == ["n 1", "n 2", "n 3"]
    assert all(record.intact for record in kept)
    assert kept[2].content["previous"] == "0002-volume.toml"


@pytest.mark.parametrize("change", ["edited", "removed"])
def test_a_changed_history_shows(tmp_path: Path, change: str) -> None:
    """One that was edited or taken away: the next one says so, the others are as they were."""
    paths = [records.write(tmp_path, "volume", {"count": n}) for n in range(4)]
    if change == "edited":
        paths[1].write_text(paths[1].read_text().replace("count = 1", "count = 7"))
    else:
        paths[1].unlink()
    broken = [record.number for record in records.read(tmp_path) if not record.intact]
    assert broken == [3]


def test_nothing_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file is there although it should not be, writing fails and it stays."""
    (tmp_path / "0001-volume.toml").write_text("precious")
    monkeypatch.setattr(records, "_files", lambda folder: [])
    with pytest.raises(records.RecordsError, match="cannot be written"):
        records.write(tmp_path, "volume", {})
    assert (tmp_path / "0001-volume.toml").read_text() == "precious"


@pytest.mark.parametrize("text", ['quotes " and \\', "line\nline", "µ ± °C", "\x7f\x00", ""])
def test_texts(text: str) -> None:
    """Whatever an operator types comes back as typed."""
    content = {"note": text, "table": {"a": 1, "b": 2.5, "c": True}, "rows": [{"x": text}]}
    assert tomllib.loads(records.as_toml(content)) == content


def test_other_versions_are_told(tmp_path: Path) -> None:
    """A record of a version not known is not guessed at; a folder that is not there is empty."""
    (tmp_path / "0001-volume.toml").write_text("version = 2\n")
    with pytest.raises(records.RecordsError, match="version 2"):
        records.read(tmp_path)
    assert records.read(tmp_path / "none") == []
