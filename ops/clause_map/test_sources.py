"""The tests as text: their modules, what each imports, its functions, tables and helper classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One file below ``tests/``. ``tops``: what it defines; ``imports``: a local name → (module, its name there)."""

    name: str
    path: str
    tree: ast.Module
    tops: dict[str, ast.AST] = field(default_factory=dict)
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    methods: dict[str, list[Function]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.tree.body:
            self._top(node)

    def _top(self, node: ast.stmt) -> None:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self.tops[name] = node
            case ast.ClassDef(name=name, body=body):
                self.tops[name] = node
                for inner in body:
                    if isinstance(inner, Function):
                        self.methods.setdefault(inner.name, []).append(inner)
            case ast.Assign(targets=targets, value=value):
                for name in (n for t in targets for n in _names(t)):
                    self.tops[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self.tops[name] = value
            case ast.ImportFrom(module=str() as module, names=names):
                for alias in names:
                    self.imports[alias.asname or alias.name] = (module, alias.name)
            case _:
                pass

    @cached_property
    def promises(self) -> bool:
        """Whether it speaks of whole tables (``pytest.mark.contract``): such a test shows no single row."""
        return "contract" in _marks(self.tops.get("pytestmark"))

    def tests(self) -> Iterator[Function]:
        """Its test functions."""
        for name, node in self.tops.items():
            if name.startswith("test") and isinstance(node, Function):
                yield node


class Sources:
    """Every module below a folder of tests, by dotted name."""

    def __init__(self, folder: Path) -> None:
        self.modules: dict[str, Module] = {}
        for path in sorted(folder.rglob("*.py")):
            inside = path.relative_to(folder.parent)
            name = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            self.modules[name] = Module(name, inside.as_posix(), tree)

    def of(self, module: Module, name: str) -> tuple[Module, str] | None:
        """Where a name of a module is defined among the tests: itself, or what it imports."""
        if name in module.tops:
            return module, name
        source, inner = module.imports.get(name, ("", None))
        other = self.modules.get(source)
        if other is None or inner is None or other is module:
            return None
        return self.of(other, inner)

    def module_called(self, module: Module, name: str) -> Module | None:
        """The module of tests that a local name stands for (``from tests.journeys import staffing as steps``)."""
        source, inner = module.imports.get(name, ("", None))
        return self.modules.get(f"{source}.{inner}")

    def method(self, module: Module, name: str) -> Iterator[tuple[Module, Function]]:
        """Methods of that name of the helper classes this module or its imports define."""
        near = {source for source, _ in module.imports.values()} | {module.name}
        for one in sorted(near & self.modules.keys()):
            yield from ((self.modules[one], f) for f in self.modules[one].methods.get(name, ()))


def _names(target: ast.AST) -> Iterator[str]:
    yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def _marks(node: ast.AST | None) -> set[str]:
    """The names of the marks in an expression."""
    if node is None:
        return set()
    return {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}


def is_contract(function: Function) -> bool:
    """Whether a single test speaks of a whole table."""
    return any("contract" in _marks(one) for one in function.decorator_list)


def marked_clauses(function: Function) -> tuple[str, ...]:
    """The clauses a test says it shows: ``@pytest.mark.clause("SH2020-3.2-b")``."""
    found: list[str] = []
    for one in function.decorator_list:
        match one:
            case ast.Call(func=ast.Attribute(attr="clause"), args=args):
                found += [str(a.value) for a in args if isinstance(a, ast.Constant)]
            case _:
                pass
    return tuple(found)
