"""What may be broken: every small change of one source text that would make a rule say something else.

A change is found by its number in the text, so that the same source always has the same changes, and the changed tree
is made anew where it is needed. Labels, docstrings, annotations and refusals' words are never changed: they are no
rules.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Node = TypeVar("Node", bound=ast.AST)

Chain = tuple[tuple[str, int], ...]
"""The functions around a place, outermost first: the name and first line of each one's code object."""

Members = Mapping[str, tuple[str, ...]]
"""Every enumeration by name, and its members in order."""

LONGEST = 100
"""Signs of a change that are shown."""

ENUMERATIONS = {"Term", "Enum", "StrEnum", "IntEnum"}

OTHER_COMPARISON: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER_OPERATION: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
OTHER_FUNCTION = {"min": "max", "max": "min", "any": "all", "all": "any"}

NO_RULE = {"annotation", "returns", "decorator_list", "bases", "type_params"}
"""Fields of a node in which no rule is said."""

NO_RULE_IN = {"name_fields", "field", "dataclass", "cast", "Label", "Refusal", "TypeVar", "NewType"}
"""Calls that declare and decide nothing."""

CHANGED_BY_KEYWORD = {"replace", "of"}
"""Calls in which a keyword is what changes: without it something is forgotten."""


@dataclass
class Place:
    """Where a node hangs."""

    holder: Any
    name: str
    index: int | None

    @property
    def node(self) -> Any:
        held = getattr(self.holder, self.name)
        return held if self.index is None else held[self.index]

    def put(self, node: ast.AST | None) -> None:
        """Something else instead, or nothing."""
        if self.index is None:
            setattr(self.holder, self.name, node)
        elif node is None:
            del getattr(self.holder, self.name)[self.index]
        else:
            getattr(self.holder, self.name)[self.index] = node


@dataclass(frozen=True)
class Change:
    """One small change: what stands there, what would stand there, and the functions around it."""

    path: str
    number: int
    line: int
    before: str
    after: str
    around: Chain
    names: tuple[str, ...]
    """What the statement on the outer level declares, where the change is in no function."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.before} → {self.after}"


@dataclass(frozen=True)
class Found:
    """A change as it is found in a tree."""

    place: Place
    instead: ast.AST | None
    around: Chain


def members_of(sources: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The enumerations these texts declare."""
    return {
        node.name: tuple(
            target.id
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name) and target.id.isupper()
        )
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and _enumerates(node)
    }


def changes(path: str, source: str, members: Members) -> list[Change]:
    """Every change of this text, in the order of the text."""
    tree = ast.parse(source)
    return [
        Change(
            path,
            number,
            _line(found.place),
            _shown(found.place.node),
            _shown(found.instead),
            found.around,
            () if found.around else _declared_at(_line(found.place), tree),
        )
        for number, found in enumerate(_found(tree, members))
    ]


def changed(source: str, number: int, members: Members) -> ast.Module:
    """The tree with the change of that number."""
    tree = ast.parse(source)
    for n, found in enumerate(_found(tree, members)):
        if n == number:
            found.place.put(copy.deepcopy(found.instead))
            return ast.fix_missing_locations(tree)
    raise LookupError(number)


def _found(tree: ast.Module, members: Members) -> list[Found]:
    return [found for place in _places(tree) for found in _below(place, (), members)]


def _below(place: Place, around: Chain, members: Members) -> Iterator[Found]:
    """The changes of a node and of what it is made of."""
    node = place.node
    if _says_no_rule(node):
        return
    for where, instead in _instead(place, members):
        yield Found(where, instead, around)
    if isinstance(node, ast.Raise):
        return
    inside = around
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        inside = (*around, (node.name, first))
        for where, state in _forgotten(node):
            yield Found(where, state, inside)
    elif isinstance(node, ast.Lambda):
        inside = (*around, ("<lambda>", node.lineno))
    for child in _places(node):
        at_definition = child.name == "args" or isinstance(node, ast.arguments)
        yield from _below(child, around if at_definition else inside, members)


def _places(node: ast.AST) -> Iterator[Place]:
    for name, value in ast.iter_fields(node):
        if name in NO_RULE or (isinstance(node, ast.ClassDef) and name == "keywords"):
            continue
        if isinstance(value, ast.AST):
            yield Place(node, name, None)
        elif isinstance(value, list):
            yield from (
                Place(node, name, n) for n, one in enumerate(value) if isinstance(one, ast.AST)
            )


def _says_no_rule(node: ast.AST) -> bool:
    match node:
        case ast.Assert() | ast.Import() | ast.ImportFrom() | ast.JoinedStr():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case (
            ast.Call(func=ast.Name(id=called)) | ast.Expr(value=ast.Call(func=ast.Name(id=called)))
        ):
            return called in NO_RULE_IN
        case ast.Subscript(value=ast.Name(id=name)):
            return name[0].isupper() or name in {
                "tuple",
                "dict",
                "frozenset",
                "list",
                "set",
                "type",
            }
        case ast.keyword(arg=arg):
            return arg in {"strict", "cite", "zh", "en", "clauses"}
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name == "__all__"
        case _:
            return False


def _instead(place: Place, members: Members) -> Iterator[tuple[Place, ast.AST | None]]:
    """What could stand in a node's place, or in that of one of its parts."""
    node = place.node
    for kind in (_of_statements, _of_tests, _of_expressions):
        for instead in kind(node):
            yield place, instead
    if isinstance(node, ast.Attribute) and (other := _other_member(node, members)):
        yield place, other
    yield from ((part, None) for part in _droppable(node, members))


def _of_statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Raise() | ast.Expr(value=ast.Yield() | ast.YieldFrom() | ast.Call()):
            yield ast.copy_location(ast.Pass(), node)
        case ast.AugAssign(op=op) if type(op) in OTHER_OPERATION:
            yield _with(node, op=OTHER_OPERATION[type(op)]())
        case _:
            return


def _of_tests(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=ops):
            for n, op in enumerate(ops):
                if type(op) in OTHER_COMPARISON:
                    yield _with(node, ops=[*ops[:n], OTHER_COMPARISON[type(op)](), *ops[n + 1 :]])
        case ast.BoolOp(op=op, values=values):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            if len(values) == 2:
                yield from values
            else:
                for n in range(len(values)):
                    yield _with(node, values=values[:n] + values[n + 1 :])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.If(test=test) | ast.IfExp(test=test) if isinstance(
            test, ast.Name | ast.Attribute | ast.Call
        ):
            yield _with(node, test=ast.copy_location(ast.UnaryOp(ast.Not(), test), test))
        case _:
            return


def _of_expressions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool() as value):
            yield _with(node, value=not value)
        case ast.Constant(value=int() as value):
            yield _with(node, value=value + 1)
        case ast.BinOp(op=op) if type(op) in OTHER_OPERATION and not _is_type(node):
            yield _with(node, op=OTHER_OPERATION[type(op)]())
        case ast.Call(func=ast.Name(id=name)) if name in OTHER_FUNCTION:
            yield _with(node, func=ast.Name(OTHER_FUNCTION[name], ast.Load()))
        case _:
            return


def _droppable(node: ast.AST, members: Members) -> Iterator[Place]:
    """Parts without which the text still means something, and something else."""
    match node:
        case ast.Set(elts=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            if len(parts) > 1 and all(_is_member(part, members) for part in parts):
                yield from (Place(node, "elts", n) for n in range(len(parts)))
        case ast.comprehension(ifs=tests):
            yield from (Place(node, "ifs", n) for n in range(len(tests)))
        case ast.ClassDef(keywords=keywords):
            yield from (
                Place(node, "keywords", n)
                for n, word in enumerate(keywords)
                if word.arg == "when" and ast.unparse(word.value) != "PRESENT"  # asked anyway
            )
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), keywords=keywords):
            if name in CHANGED_BY_KEYWORD:
                yield from (
                    Place(node, "keywords", n) for n, word in enumerate(keywords) if word.arg
                )
        case _:
            return


def _forgotten(node: ast.FunctionDef) -> Iterator[tuple[Place, ast.AST]]:
    """An ``evolve`` that leaves the state as it was."""
    if node.name != "evolve" or len(node.args.args) != 2:
        return
    for below in ast.walk(node):
        if isinstance(below, ast.Return) and isinstance(below.value, ast.Call):
            state = ast.Name(node.args.args[1].arg, ast.Load())
            yield Place(below, "value", None), ast.copy_location(state, below.value)


def _other_member(node: ast.Attribute, members: Members) -> ast.Attribute | None:
    """The next member of the same enumeration."""
    if not _is_member(node, members):
        return None
    assert isinstance(node.value, ast.Name)
    names = members[node.value.id]
    other = names[(names.index(node.attr) + 1) % len(names)]
    return None if other == node.attr else _with(node, attr=other)


def _is_member(node: ast.AST, members: Members) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attr):
            return attr in members.get(name, ())
        case _:
            return False


def _is_type(node: ast.BinOp) -> bool:
    """``date | None`` and the like."""
    return any(
        isinstance(side, ast.Constant) and side.value is None for side in (node.left, node.right)
    )


def _with(node: Node, **other: Any) -> Node:
    """The node with other parts."""
    fields = dict(ast.iter_fields(node)) | other
    return ast.copy_location(type(node)(**fields), node)


def _enumerates(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id in ENUMERATIONS for base in node.bases)


def _line(place: Place) -> int:
    return int(place.node.lineno)


def _shown(node: ast.AST | None) -> str:
    """A node in one line."""
    text = "nothing" if node is None else ast.unparse(node).split("\n")[0]
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _declared_at(line: int, tree: ast.Module) -> tuple[str, ...]:
    """The names of the outermost statement on that line."""
    for statement in tree.body:
        if statement.lineno <= line <= (statement.end_lineno or line):
            return _declares(statement)
    return ()


def _declares(statement: ast.stmt) -> tuple[str, ...]:
    match statement:
        case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            return (name,)
        case ast.Assign(targets=targets):
            return tuple(target.id for target in targets if isinstance(target, ast.Name))
        case _:
            return ()
