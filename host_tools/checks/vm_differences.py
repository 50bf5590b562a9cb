"""What MicroPython VMs and CPython do differently is not used in firmware (contract C6).

The rules see syntax, not types: a set that a function returned is not recognised as one. `int()`
is accepted with a reason: a comment `# int: why this is no text from the wire` on its line.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from checks.sources import Source, python_files

FORBIDDEN_CALLS = {
    "round": "VMs round differently: use // with half the divisor added",
    "hash": "differs between VMs: use pump.crc",
    "id": "differs between runs: use an index",
    "float": "floats differ in precision: use integers",
    "complex": "floats differ in precision: use integers",
    "repr": "texts differ between VMs: format the number itself",
    "vars": "order differs between VMs: name the fields",
    "dir": "order differs between VMs: name the fields",
    "globals": "order differs between VMs: name the fields",
}
FORBIDDEN_MODULES = {
    "math": "floats differ in precision: use integers",
    "random": "generators differ: pass the numbers in",
    "typing": "MicroPython has none: say types in the docstring",
    "__future__": "MicroPython has none",
    "time": "time belongs to the HAL: use clock.ticks_ms()",
}
HAL_MAY_IMPORT = {"time"}
UNORDERED_VIEWS = {"items", "keys", "values", "popitem"}
CONSUMERS = {"list", "tuple", "sorted", "iter", "enumerate", "sum", "min", "max", "map", "zip"}
NATIVE_SIZES = set("lLqQfdO")
INT_REASON = re.compile(r"# int: \S+")
ORDER = "order differs between VMs: iterate a tuple or a list"


def check(root: Path) -> list[str]:
    """Findings in firmware/ (without its tests) and in the hal.py of each board."""
    findings: list[str] = []
    for source in python_files(root, "firmware/**/*.py", "boards/*/hal.py", "boards/*/readout.py"):
        if not source.path.startswith("firmware/tests/"):
            findings += differences(source)
    return findings


def differences(source: Source) -> list[str]:
    """Findings in one file, in order of lines."""
    visitor = _Visitor(source)
    visitor.visit(source.tree)
    return [f"{source.path}:{line}: {text}" for line, text in sorted(visitor.findings)]


class _Visitor(ast.NodeVisitor):
    def __init__(self, source: Source) -> None:
        self.findings: list[tuple[int, str]] = []
        self._lines = source.lines
        self._in_hal = source.path.startswith("boards/")
        self._caught: list[str] = []
        self._unordered = {
            ast.unparse(target)
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Assign) and _makes_unordered(node.value)
            for target in node.targets
        }

    def _say(self, node: ast.expr | ast.stmt | ast.excepthandler, text: str) -> None:
        self.findings.append((node.lineno, text))

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, float | complex):
            self._say(node, f"float {node.value}: floats differ in precision: use integers")

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Div):
            self._say(node, "/ makes a float: use //")
        if isinstance(node.op, ast.Mod) and _is_text(node.left):
            self._say(node, "% on text allocates: format in place, digit by digit")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.op, ast.Div):
            self._say(node, "/= makes a float: use //=")
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._say(node, "f-string allocates: format in place, digit by digit")

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._module(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._module(node, node.module or "")

    def _module(self, node: ast.stmt, name: str) -> None:
        if name in FORBIDDEN_MODULES and not (self._in_hal and name in HAL_MAY_IMPORT):
            self._say(node, f"import {name}: {FORBIDDEN_MODULES[name]}")

    def visit_For(self, node: ast.For) -> None:
        self._iteration(node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._iteration(node.iter)
        self.generic_visit(node)

    def visit_Starred(self, node: ast.Starred) -> None:
        self._iteration(node.value)
        self.generic_visit(node)

    def _iteration(self, node: ast.expr) -> None:
        if _makes_unordered(node) or ast.unparse(node) in self._unordered:
            self._say(node, f"iterates over {ast.unparse(node)}: {ORDER}")

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._caught.append(node.name or "")
        self.generic_visit(node)
        self._caught.pop()

    def visit_Attribute(self, node: ast.Attribute) -> None:
        caught = isinstance(node.value, ast.Name) and node.value.id in self._caught
        if caught and node.attr == "args":
            self._say(node, "exception text differs between VMs: use a code of your own")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in FORBIDDEN_CALLS:
            self._say(node, f"{name}(): {FORBIDDEN_CALLS[name]}")
        if name == "int":
            self._int(node)
        if method in UNORDERED_VIEWS:
            self._say(node, f".{method}(): {ORDER}")
        if method == "format":
            self._say(node, ".format() allocates: format in place, digit by digit")
        if name in CONSUMERS:
            for argument in node.args:
                self._iteration(argument)
        if name not in ("isinstance", "type"):
            self._caught_argument(node)
        self._layout(node, name or method)
        self.generic_visit(node)

    def _int(self, node: ast.Call) -> None:
        literal = all(isinstance(argument, ast.Constant) for argument in node.args)
        if not literal and not INT_REASON.search(self._lines[node.lineno - 1]):
            self._say(
                node,
                "int() takes digits that differ between VMs: read ASCII digits yourself, or say"
                " why this is no text (# int: …)",
            )

    def _caught_argument(self, node: ast.Call) -> None:
        for argument in node.args:
            if isinstance(argument, ast.Name) and argument.id and argument.id in self._caught:
                self._say(node, "exception text differs between VMs: use a code of your own")

    def _layout(self, node: ast.Call, name: str) -> None:
        first = node.args[0] if node.args else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            return
        if name == "array" and first.value in NATIVE_SIZES:
            self._say(
                node, f"array('{first.value}') differs in size or allocates: use 'i', 'H' or 'B'"
            )
        packs = name in ("pack", "pack_into", "unpack", "unpack_from", "calcsize")
        if packs and first.value[:1] not in ("<", ">"):
            self._say(node, f"{name}('{first.value}') has native sizes: begin with < or >")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def _makes_unordered(node: ast.expr) -> bool:
    if isinstance(node, ast.Dict | ast.Set | ast.SetComp | ast.DictComp):
        return True
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in ("dict", "set", "frozenset")
