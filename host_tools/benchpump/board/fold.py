"""Constants put in where they are used, before modules are compiled for a board.

`codes.STATE_IDLE` costs a search at each use, its name and value cost heap for good, and every
module that names it a search among all names when it is loaded: mpy-cross knows one module at a
time. What is folded are names of capitals that a module binds once, at its top, to an integer that
can be computed from integers and other such names. Sources stay as they are; the firmware that a
board runs is what they mean.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

_NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")
_BINARY: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[int], int]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def fold(sources: Mapping[str, str], *, drop: bool = True) -> dict[str, str]:
    """The same modules by path (`pump/app.py`), their constants folded.

    With `drop`, what nobody can ask for any more is left out: definitions whose name occurs
    nowhere, and imports of them and of modules that are not named again. Importing one of these
    modules must do nothing but define. Raises SyntaxError, also for what asks for a name that it
    puts together: it would not be found.
    """
    trees = {path: _Module(path, ast.parse(text, path)) for path, text in sources.items()}
    modules = {module.name: module for module in trees.values()}
    written = {name for module in modules.values() for name in _written(module.tree)}
    for module in modules.values():
        module.forget(written)
    while any([module.learn(modules) for module in modules.values()]):
        pass
    for module in modules.values():
        _Folder(module, modules).visit(module.tree)
    if drop:
        for path, module in trees.items():
            _no_name_put_together(path, module.tree)
        _drop(list(modules.values()))
    return {path: ast.unparse(ast.fix_missing_locations(m.tree)) for path, m in trees.items()}


class _Module:
    """One module: what its names are bound to, as far as it is bound once and at its top."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.tree = tree
        self.values: dict[str, int] = {}
        bound = list(_bound(tree))
        self._once = {name for name in bound if bound.count(name) == 1}
        self._left = [
            (one.targets[0].id, one.value)
            for one in tree.body
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
            if len(one.targets) == 1 and _NAME.fullmatch(one.targets[0].id)
            if one.targets[0].id in self._once
        ]
        self._imported = {
            alias.asname or alias.name: (one.module, alias.name)
            for one in tree.body
            if isinstance(one, ast.ImportFrom) and one.module and not one.level
            for alias in one.names
            if (alias.asname or alias.name) in self._once
        }
        self._whole = {
            alias.asname or alias.name: alias.name
            for one in tree.body
            if isinstance(one, ast.Import)
            for alias in one.names
            if (alias.asname or alias.name) in self._once
        }

    def forget(self, names: set[str]) -> None:
        """These are no constants: somebody writes to an attribute of that name."""
        self._left = [(name, value) for name, value in self._left if name not in names]

    def learn(self, modules: Mapping[str, _Module]) -> bool:
        """Take over what has become known by now; True if something new is."""
        before = len(self.values)
        for name, (place, original) in self._imported.items():
            if name not in self.values and place in modules and _NAME.fullmatch(name):
                value = modules[place].values.get(original)
                if value is not None:
                    self.values[name] = value
        for name, expression in self._left:
            if name not in self.values:
                value = self.value(expression, modules)
                if value is not None:
                    self.values[name] = value
        return len(self.values) > before

    def value(self, node: ast.expr, modules: Mapping[str, _Module]) -> int | None:
        """What the expression is, None: not known here, or no integer."""
        if isinstance(node, ast.Constant):
            return node.value if type(node.value) is int else None
        if isinstance(node, ast.Name):
            return self.values.get(node.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            named = self.module_of(node.value.id, modules)
            return named.values.get(node.attr) if named else None
        if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
            operand = self.value(node.operand, modules)
            return None if operand is None else _UNARY[type(node.op)](operand)
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            left, right = self.value(node.left, modules), self.value(node.right, modules)
            if left is not None and right is not None:
                return _BINARY[type(node.op)](left, right)
        return None

    def module_of(self, name: str, modules: Mapping[str, _Module]) -> _Module | None:
        """The module that the name stands for, None: another thing, or none of these modules."""
        if name in self._whole:
            return modules.get(self._whole[name])
        if name in self._imported:
            return modules.get(".".join(self._imported[name]))
        return None


class _Folder(ast.NodeTransformer):
    """Puts the values in."""

    def __init__(self, module: _Module, modules: Mapping[str, _Module]) -> None:
        self._module = module
        self._modules = modules

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._literal(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._literal(node) if isinstance(node.value, ast.Name) else self._inside(node)

    def _literal(self, node: ast.Name | ast.Attribute) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return self._inside(node)
        value = self._module.value(node, self._modules)
        return self._inside(node) if value is None else ast.copy_location(_number(value), node)

    def _inside(self, node: ast.Name | ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        return node


def _number(value: int) -> ast.expr:
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _bound(tree: ast.Module) -> list[str]:
    """Every name that is bound anywhere in it, at whatever depth, once for each time."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.append(node.id)
        elif isinstance(node, ast.arg):
            names.append(node.arg)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            names += node.names * 2
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.ExceptHandler):
            names += [node.name] if node.name else []
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names += [alias.asname or alias.name.split(".")[0] for alias in node.names]
    return names


def _written(tree: ast.Module) -> list[str]:
    """Every attribute that is written to."""
    return [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    ]


def _drop(modules: list[_Module]) -> None:
    """Leave out imports of what is not named any more, then definitions that nobody can reach."""
    names = {module.name: module for module in modules}
    for module in modules:
        used = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
        for one in module.tree.body:
            if isinstance(one, ast.ImportFrom):
                one.names = [
                    alias
                    for alias in one.names
                    if (name := alias.asname or alias.name) in used
                    or (name not in module.values and module.module_of(name, names) is None)
                ]
        module.tree.body = [
            one for one in module.tree.body if not isinstance(one, ast.ImportFrom) or one.names
        ]
    reachable = {name for module in modules for name in _named(module.tree)}
    for module in modules:
        module.tree.body = [
            one
            for one in module.tree.body
            if not (
                isinstance(one, ast.Assign)
                and isinstance(one.targets[0], ast.Name)
                and one.targets[0].id in module.values
                and one.targets[0].id not in reachable
            )
        ] or [ast.Pass()]


def _no_name_put_together(path: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            asks = node.func.id in ("getattr", "hasattr") and len(node.args) > 1
            if asks and not isinstance(node.args[1], ast.Constant | ast.Name):
                where = (path, node.lineno, node.col_offset + 1, ast.unparse(node))
                raise SyntaxError("asks for a name put together: write it whole", where)


def _named(tree: ast.Module) -> list[str]:
    """Every name by which something may be asked for in it: of any object, or as a text."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            names.append(node.id)
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
        elif isinstance(node, ast.ImportFrom):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.append(node.value)
    return names
