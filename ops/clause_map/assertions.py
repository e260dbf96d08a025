"""What a test asserts about: the words of its assertions, with everything they lead back to.

An assertion is ``assert``, ``with pytest.raises``, a sentence that ends in ``.then…``, a journey's ``.done`` or
``.refused``, or a call of a helper that asserts. Words are names, attributes and texts; a local name
leads to what it was given, a parametrised one to its table, a helper to its body. What is only the history of a test
(the arguments of ``given`` and ``past``) is not asserted about, and to narrow a type is to assert nothing. Nor does it
show what something does that nothing follows, or that somebody is kept from it (``.not_found``): that would be so,
too, if it did nothing at all.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.kernel import STREAMS
from ops.clause_map.test_sources import Function, Module, Sources

SENTENCES = frozenset({"then", "then_refused", "done", "refused"})
HISTORY = frozenset({"given", "past"})
STATES = frozenset(s.__name__ for s in STREAMS.values())
Where = tuple[str, str]


@dataclass
class Assertions:
    """Reads functions of a folder of tests; each helper once."""

    sources: Sources
    _told: dict[Where, frozenset[str]] = field(default_factory=dict)
    _said: dict[Where, frozenset[str]] = field(default_factory=dict)

    def of(self, module: Module, function: Function) -> frozenset[str]:
        """The words a test asserts about; empty if it asserts nothing."""
        return _Body(self, module, function).asserted()

    def own(self, function: Function) -> Iterator[str]:
        """The words of a test's own text, decorators included."""
        for node in ast.walk(function):
            match node:
                case ast.Constant(value=str() as text):
                    yield text
                case ast.Name(id=word) | ast.Attribute(attr=word):
                    yield word
                case _:
                    pass

    # ── What the reading of one body asks of the others

    def told(self, module: Module, name: str) -> frozenset[str]:
        """All words of a helper, a table or a helper class."""
        where = (module.name, name)
        if where not in self._told:
            self._told[where] = frozenset()  # a helper that calls itself adds nothing
            node = module.tops[name]
            body = _Body(self, module, node if isinstance(node, Function) else None)
            body.hear(node)
            self._told[where] = frozenset(body.heard)
        return self._told[where]

    def said(self, module: Module, function: Function) -> frozenset[str]:
        """What a helper asserts about."""
        where = (module.name, f"{function.name}@{function.lineno}")
        if where not in self._said:
            self._said[where] = frozenset()
            self._said[where] = _Body(self, module, function).asserted()
        return self._said[where]


class _Body:
    """One function's body with its local names. ``heard``: the words so far; what led to them is not followed twice."""

    def __init__(self, reading: Assertions, module: Module, function: Function | None) -> None:
        self.reading, self.module, self.function = reading, module, function
        self.heard: set[str] = set()
        self.followed: set[Where] = set()
        self.local: dict[str, list[ast.AST]] = {}
        self.nodes = list(ast.walk(function)) if function is not None else []
        for target, value in (pair for node in self.nodes for pair in _bound(node)):
            for name in (n.id for n in ast.walk(target) if isinstance(n, ast.Name)):
                self.local.setdefault(name, []).append(value)
        for node in self.nodes:
            if isinstance(node, Function) and node is not function:
                self.local.setdefault(node.name, []).append(node)
        for name, table in _parametrised(function) if function is not None else ():
            self.local.setdefault(name, []).append(table)

    # ── Words

    def hear(self, node: ast.AST) -> None:
        """Takes in the words of an expression or body and of all it leads to."""
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in HISTORY:
                return
            case ast.Constant(value=str() as text):
                self.heard.add(text)
            case ast.Name(id=name):
                self._name(name)
                return
            case ast.Attribute(value=value, attr=attr):
                self.heard.add(attr)
                self._attribute(value, attr)
            case _:
                pass
        for child in ast.iter_child_nodes(node):
            if not (isinstance(node, Function) and child is node.returns):
                self.hear(child)

    def _name(self, name: str) -> None:
        where = ("", name)
        if where in self.followed:
            return
        self.followed.add(where)
        if name in self.local:
            for value in self.local[name]:
                self.hear(value)
            return
        self.heard.add(self.module.imports.get(name, ("", name))[1] or name)
        found = self.reading.sources.of(self.module, name)
        if found is not None:
            self.heard |= self.reading.told(*found)

    def _attribute(self, value: ast.AST, attr: str) -> None:
        if isinstance(value, ast.Name) and (value.id, attr) not in self.followed:
            self.followed.add((value.id, attr))
            other = self.reading.sources.module_called(self.module, value.id)
            if other is not None and attr in other.tops:
                self.heard |= self.reading.told(other, attr)

    # ── Assertions

    def asserted(self) -> frozenset[str]:
        """The words of every assertion."""
        for node in self.nodes:
            match node:
                case ast.Assert(test=test) if not (_narrows(test) or _expects_nothing(test)):
                    self.hear(test)
                case ast.With(items=items, body=body) if any(_raises(i) for i in items):
                    for one in (*items, *body):
                        self.hear(one)
                case ast.Call(func=ast.Attribute(attr=attr)) if attr in SENTENCES:
                    self.hear(node)
                case ast.Call():
                    self._helped(node)
                case _:
                    pass
        return frozenset(self.heard)

    def _helped(self, call: ast.Call) -> None:
        """A helper that asserts: what it asserts, and what it was given."""
        for module, helper in self._helpers(call.func):
            said = self.reading.said(module, helper)
            if said:
                self.heard |= said
                for one in (*call.args, *(k.value for k in call.keywords)):
                    self.hear(one)

    def _helpers(self, func: ast.expr) -> Iterator[tuple[Module, Function]]:
        match func:
            case ast.Name(id=name):
                found = self.reading.sources.of(self.module, name)
                candidates = [found] if found else []
            case ast.Attribute(value=ast.Name(id=name), attr=attr):
                other = self.reading.sources.module_called(self.module, name)
                candidates = [(other, attr)] if other is not None and attr in other.tops else []
            case _:
                candidates = []
        for module, name in candidates:
            node = module.tops[name]
            if isinstance(node, Function):
                yield module, node


def _parametrised(function: Function) -> Iterator[tuple[str, ast.AST]]:
    """The parameters a test is run with, each with the table it is taken from."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[names, table, *_]):
                for one in ast.walk(names):
                    if isinstance(one, ast.Constant):
                        yield from ((n.strip(), table) for n in str(one.value).split(","))
            case _:
                pass


def _bound(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Names and what they are given, in one statement or comprehension."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((t, value) for t in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            yield target, value
        case (
            ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated)
        ):
            yield target, iterated
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield target, value
        case _:
            pass


def _expects_nothing(test: ast.expr) -> bool:
    """``… == ()``: that nothing follows from a command."""
    match test:
        case ast.Compare(
            ops=[ast.Eq()],
            comparators=[ast.Tuple(elts=[])],
        ):
            return True
        case _:
            return False


def _narrows(test: ast.expr) -> bool:
    """``assert isinstance(x, Child)`` and ``assert x is not None`` tell the type checker, not the reader."""
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id=name)]):
            return name in STATES or name in vars(builtins)
        case ast.Compare(
            left=ast.Name() | ast.Attribute(attr="stamp"),
            ops=[ast.IsNot()],
            comparators=[ast.Constant(value=None)],
        ):
            return True
        case _:
            return False


def _raises(item: ast.withitem) -> bool:
    return isinstance(item.context_expr, ast.Call) and ast.unparse(item.context_expr.func).endswith(
        "raises"
    )
