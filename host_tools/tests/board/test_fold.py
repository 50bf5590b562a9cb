"""Constants folded at deployment: only what cannot be anything else, and nothing else changed."""

from __future__ import annotations

import ast
import tomllib

import pytest

from benchpump import tree_root
from benchpump.board import data, manifest
from benchpump.board.fold import fold
from benchpump.board.generate import board_data_text

CODES = "IDLE = 2\nNEXT = IDLE + 1\nMASK = ~(1 << 3)\nNAMES = (b'x', IDLE)\nLOW = -IDLE\n"


def folded(drop: bool = True, **modules: str) -> dict[str, str]:
    """Modules by name (`pump__codes` is pump/codes.py), folded; without their last line's end."""
    paths = {name.replace("__", "/") + ".py": text for name, text in modules.items()}
    return {
        path.removesuffix(".py").replace("/", "__"): text
        for path, text in fold(paths, drop=drop).items()
    }


@pytest.mark.parametrize(
    ("imported", "used"),
    [
        ("from pump import codes", "codes.{}"),
        ("from pump import codes as numbers", "numbers.{}"),
        ("import pump.codes as codes", "codes.{}"),
    ],
)
def test_by_whatever_name_of_the_module(imported: str, used: str) -> None:
    """Its constants become numbers wherever they are read; what else it has is asked for."""
    uses = [used.format(name) for name in ("IDLE", "NEXT", "MASK", "LOW", "NAMES")]
    text = f"{imported}\ndef run(a={uses[0]}):\n    return [{', '.join(uses)}]\n"
    made = folded(pump__codes=CODES, main=text)
    alias = uses[0].split(".")[0]
    expected = f"{imported}\ndef run(a=2):\n    return [2, 3, -9, -2, {alias}.NAMES]\n"
    assert ast.dump(ast.parse(made["main"])) == ast.dump(ast.parse(expected))
    assert made["pump__codes"] == "NAMES = (b'x', 2)"


def test_imported_names_and_chains() -> None:
    """Over any number of modules; an import of nothing but constants goes with them."""
    made = folded(
        main="from a import FAR\nfrom b import TICK, f\nX = f(FAR, TICK)\n",
        a="from b import TICK\nFAR = TICK * 20 // 3 % 7 | 8\n",
        b="TICK = 50\ndef f(a, b):\n    return a + b\n",
    )
    assert made["main"] == "from b import f\nX = f(12, 50)"
    assert made["a"] == "pass"
    assert made["b"].startswith("def f")


@pytest.mark.parametrize(
    "text",
    [
        "X = 1\nX = 2\nprint(X)",
        "X = 1\ndef f():\n    X = 2\n    return X\nprint(X)",
        "X = 1\ndef f(X):\n    return X\nprint(X)",
        "X = 1\ndef f():\n    global X\n    X += 1\nprint(X)",
        "X = 1\nclass A:\n    X = 3\n    Y = X\nprint(X, A.X)",
        "X = 1\nfor X in (2, 3):\n    pass\nprint(X)",
        "if True:\n    X = 1\nprint(X)",
        "X = 1.5\nprint(X)",
        "X = True\nprint(X)",
        "X = Y = 1\nprint(X, Y)",
        "x = 1\nprint(x)",
        "X = 7 / 2\nprint(X)",
        "X = open\nprint(X)",
        "X = 1\ntry:\n    pass\nexcept OSError as X:\n    pass\nprint(X)",
    ],
)
def test_what_may_change_or_is_no_integer_stays(text: str) -> None:
    """Bound twice, anywhere and in whatever way; not at the top; of another type; in small."""
    assert folded(main=text)["main"] == ast.unparse(ast.parse(text))


def test_what_somebody_writes_to_stays() -> None:
    """From another module, by its attribute; and what hides the module hides its numbers."""
    made = folded(a="X = 1\nY = 2\n", main="import a\na.X = 3\nprint(a.X, a.Y)\n")
    assert made["main"] == "import a\na.X = 3\nprint(a.X, 2)"
    hidden = "import a\ndef f(a):\n    return a.Y"
    assert folded(a="Y = 2\n", main=hidden)["main"] == ast.unparse(ast.parse(hidden))


def test_what_can_still_be_asked_for_stays() -> None:
    """As an attribute of whatever object, or by its text; without `drop` everything does."""
    asks = "import a\ndef f(data):\n    return data.X + getattr(a, 'Y')\n"
    assert folded(a="X = 1\nY = 2\nZ = 3\n", main=asks)["a"] == "X = 1\nY = 2"
    kept = folded(drop=False, a="X = 1\n", main="from a import X\nprint(X)\n")
    assert kept == {"a": "X = 1", "main": "from a import X\nprint(1)"}


def test_a_name_put_together_is_refused() -> None:
    """It would be asked for in vain: what has that name is left out, unless nothing is."""
    asks = "import a\ndef f(name):\n    return getattr(a, 'PIN_' + name, -1)\n"
    with pytest.raises(SyntaxError, match="put together"):
        folded(a="PIN_X = 1\n", main=asks)
    assert folded(drop=False, a="PIN_X = 1\n", main=asks)["a"] == "PIN_X = 1"


@pytest.mark.parametrize(
    "pins",
    [
        {"fram_sda": 16, "fram_scl": 17},
        {"pressure_hx711_data": 12, "pressure_hx711_clock": 13},
        {"pressure_i2c_sda": 18, "pressure_i2c_scl": 19},
    ],
    ids=["fram", "hx711", "i2c"],
)
def test_a_pin_by_which_the_board_chooses_is_still_there(pins: dict[str, int]) -> None:
    """C5: else a pressure sensor that is fitted would not be read, and nobody be told."""
    root = tree_root()
    board = root / "boards/rpi_pico"
    trees = [root / "firmware", board, root / "boards/common"]
    sources = {
        name: path.read_text(encoding="utf-8") for name, path in manifest.files_of(trees).items()
    }
    raw = tomllib.loads((board / "board.toml").read_text(encoding="utf-8"))
    raw["pins"] |= pins
    if "fram_sda" not in pins:
        del raw["pins"]["pressure_adc"]
    sources["board_data.py"] = board_data_text(data.check(raw))
    made = fold(sources)["board_data.py"]
    for name, pin in pins.items():
        assert f"PIN_{name.upper()} = {pin}" in made


def test_the_firmware_of_a_board() -> None:
    """Every module can be compiled, most constants are gone, board data are still there."""
    root = tree_root()
    trees = [root / "firmware", root / "boards/rpi_pico", root / "boards/common"]
    sources = {
        name: path.read_text(encoding="utf-8") for name, path in manifest.files_of(trees).items()
    }
    made = fold(sources)
    assert sorted(made) == sorted(sources)
    for path, text in made.items():
        compile(text, path, "exec")
    assert sum(text.count("codes.") for text in made.values()) < 40
    assert "STORE_LEDGER_SECTORS = " in made["board_data.py"]  # pump/app.py: `data.…`
