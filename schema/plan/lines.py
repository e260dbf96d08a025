"""Lines of a timeline in a plan (``schema.timeline``), and the clauses with their words that lines and tasks cite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLObjectType, get_named_type

from domain.sensitivity import P2, P3
from projections.case import CaseRow
from projections.child import ChildRow
from projections.fragments import Fragment
from projections.short_law import seen
from schema.plan import leaves
from schema.plan.cited import LABELS, Clauses, Values
from schema.plan.compilation import (
    Cells,
    Compilation,
    Encoder,
    Functions,
    Mask,
    Masks,
    Path,
    Place,
    Writes,
)
from schema.plan.leaves import present
from schema.plan.level import Level
from schema.plan.pages import Kept, PageNode, Source
from schema.plan.rendered import Member, rendered, runs
from schema.plan.selection import Unfit, Unplanned
from schema.plan.whole import Item, NotWhole
from schema.plan.whole_page import WholeNode
from schema.relations import Relation

if TYPE_CHECKING:
    from schema.plan.run import Run

PLAIN = {
    "position": ("position", int, None),
    "eventId": ("event_id", str, None),
    "stream": ("stream", str, None),
    "streamId": ("stream_id", str, None),
    "version": ("version", int, None),
    "name": ("name", str, None),
    "precision": ("precision", str, None),
    "isLate": ("is_late", bool, None),
    "lateBecause": ("late_because", str | None, P3),
    "actorRole": ("actor_role", str, None),
    "actorUnitId": ("actor_unit_id", str | None, P2),
    "actorPersonId": ("actor_person_id", str | None, P2),
    "packs": ("packs", tuple[str, ...], None),
}
"""Fields that are a column: its name, its type as text, and the class that must be open (null otherwise, unsaid)."""
PARENTS_OF = {"child": ChildRow, "case": CaseRow}
PARTS, ENDS = "\x1f", "\x1e"
"""Between a case and its tokens, and between cases: neither holds such a character."""
MOMENTS = {"occurredAt": "occurred_at", "recordedAt": "recorded_at"}
OTHERS = {"__typename": "", "zh": "name", "en": "name", "clauses": "clauses", "values": "details"}
"""The column that any other field is made of."""


class LineNode:
    """A timeline line under one selection; ``function(mask)`` writes its rows."""

    def __init__(self, made: Compilation, level: Level, nodes: Sequence[FieldNode]) -> None:
        self._made, self._level = made, level
        self._kind = made.kind("TimelineLine")
        self.under = Functions(self._generated)
        """By the classes that are open on a line, the function that writes it."""
        fields = made.selection.below(self._kind, nodes)
        self._runs = list(runs(made, level.model, fields))
        self._sources = [self._member(run) for run in self._runs]

    def item(self) -> Item:
        """The line for PostgreSQL to write: one that is rendered. Raises ``NotWhole``."""
        members = []
        for run in self._runs:
            if not isinstance(run, Fragment):
                raise NotWhole
            text = f"{self._level.model.table}.{run.column}"
            members.append(("", Item(text, run.classes)))
        return Item.object_of(members)

    def _member(self, run: Member | Fragment) -> tuple[str, Callable[[Mask, dict[str, Any]], str]]:
        if not isinstance(run, Fragment):
            return f'"{run[0]}":', self._source(run[1])
        part = rendered(self._made, self._level.model, run, self._level.column)
        return "", lambda mask, names: part.source(mask, f"n{len(names)}", names)

    def _source(self, nodes: list[FieldNode]) -> Callable[[Mask, dict[str, Any]], str]:
        name = nodes[0].name.value
        if name == "__typename":
            return lambda _mask, _names: '"TimelineLine"'
        if name in PLAIN:
            column, plain, cls = PLAIN[name]
            cell = f"r[{self._level.column(column)}]"
            text = leaves.expression(plain, cell)
            return lambda mask, _names: text if cls is None or cls in mask else "null"
        if name in MOMENTS:
            cell = f"r[{self._level.column(MOMENTS[name])}]"
            return lambda _mask, _names: f'"{{moment({cell})}}"'
        if name in {"zh", "en"}:
            cell, which = f"r[{self._level.column('name')}]", ("zh", "en").index(name)

            def label(_mask: Mask, names: dict[str, Any]) -> str:
                names["LABELS"] = LABELS
                return f"{{LABELS[{cell}][{which}]}}"

            return label
        inner = get_named_type(self._kind.fields[name].type)
        if name == "clauses":
            clauses = Clauses(self._made, inner, self._level.column("clauses"), nodes)
            return lambda mask, names: clauses.source(mask, f"n{len(names)}", names)
        if name != "values":
            raise Unplanned(f"TimelineLine.{name}")
        values, details = Values(self._made, inner, nodes), self._level.column("details")

        def source(mask: Mask, names: dict[str, Any]) -> str:
            called = f"n{len(names)}"
            names[called] = values.writes(mask)
            return f"{{{called}(r[{details}])}}"

        return source

    def _generated(self, mask: Mask) -> Encoder:
        names: dict[str, Any] = {}
        members = [f"{before}{source(mask, names)}" for before, source in self._sources]
        return leaves.encoder(members, names)


def briefest(
    made: Compilation, kind: GraphQLObjectType, relation: Relation, nodes: list[FieldNode]
) -> Relation:
    """The relation to read a page of lines from: the one with few columns, where these are all that is asked for."""
    if relation.brief is None:
        return relation
    held = {"", *(s.name for s in relation.brief.model.specs)}
    return relation.brief if _columns(made, kind, nodes) <= held else relation


def _columns(made: Compilation, kind: GraphQLObjectType, nodes: Sequence[FieldNode]) -> set[str]:
    """The columns that the lines of a page are told from; ``kind``: the connection, an edge or the line."""
    found: set[str] = set()
    for inner in made.selection.below(kind, nodes).values():
        name = inner[0].name.value
        if kind.name == "TimelineLine":
            found.add(PLAIN[name][0] if name in PLAIN else MOMENTS.get(name) or OTHERS[name])
        elif name in {"nodes", "edges", "node"}:
            below = get_named_type(kind.fields[name].type)
            assert isinstance(below, GraphQLObjectType)
            found |= _columns(made, below, inner)
    return found


def lines(
    made: Compilation,
    kind: GraphQLObjectType,
    place: Place,
    source: Source,
    relation: Relation,
    key: str,
    nodes: list[FieldNode],
) -> Writes:
    """A page of lines; each is masked by the child or case it belongs to, and each of those is a look."""
    level = source.level

    page = PageNode(made, kind, (level, relation), nodes, partial(LineNode, made, level))
    of = itemgetter(*(level.column(c) for c in ("case_id", "child_id", "existence")))
    tokens = _tokens_of_one if relation.parent in place.known else _tokens_of_many
    tokens_of = tokens(made, place, relation.parent)
    whole = page.whole(source, lambda _item: [_WHOSE.format(table=level.model.table)])
    if whole is not None:
        own = place.level.column(relation.parent, place.table)
        return _whole(page, whole, tokens_of, own, key)

    def write(r: Cells, p: Path, x: Run) -> str:
        found, most = source.rows(r, x), source.size(x)
        kept = found[:most]
        looked = _masks(x, set(map(of, kept)), tokens_of(r, x))
        masks = {whose: mask for whose, mask in looked.items() if mask is not None}
        if len(masks) < len(looked):
            kept = [row for row in kept if of(row) in masks]
        under = Masks(set(masks.values()), lambda: [masks[of(row)] for row in kept])
        return page.write(Kept(kept, under, len(found) > most), (p, key), x)

    return write


_WHOSE = "coalesce({table}.case_id::text, '') || '/' || {table}.existence"


def _whole(page: PageNode, whole: WholeNode, tokens_of: TokensOf, own: int, key: str) -> Writes:
    """A page of lines that PostgreSQL has written, for whoever sees all of each."""
    needs = whole.item.classes

    def write(r: Cells, p: Path, x: Run) -> str:
        told = whole.told(x)
        of = [each.partition("/") for each in set(told.page(whole.size(x)).of[0])]
        whose = {(case or None, r[own], existence) for case, _, existence in of}
        masks = _masks(x, whose, tokens_of(r, x)).values()
        if not all(mask is not None and needs <= mask for mask in masks):
            raise Unfit
        return page.write_whole(whole, told, (p, key), x)

    return write


Whose = tuple[str | None, str | None, str]
"""The case whose line it is, else the child, and the class in which a line exists."""
Tokens = Callable[[str], str | None]
"""The tokens of a child or case, by its id."""
TokensOf = Callable[[Cells, "Run"], Tokens]
"""Those of the children and cases whose lines stand below a row."""


def _tokens_of_one(made: Compilation, place: Place, parent: str) -> TokensOf:
    """Below the one child or case that was asked for: its own tokens are in its row, and those of its cases too."""
    obj = parent.removesuffix("_id")
    own, root = place.level.column(parent, place.table), place.level.tokens(PARENTS_OF[obj])
    if obj == "case":
        return lambda r, _x: {r[own]: r[root]}.get
    cases = place.level.expression(_cases(made, place.known[parent]))
    return lambda r, _x: {**_told(r[cases]), r[own]: r[root]}.get


def _tokens_of_many(made: Compilation, place: Place, parent: str) -> TokensOf:
    """Below the rows of a list: a statement of its own."""
    number = made.level(Subjects(made, place, parent))

    def below(_r: Cells, x: Run) -> Tokens:
        known = x.groups(number)
        return lambda subject: known[subject][0][1] if subject in known else None

    return below


def _masks(x: Run, whose: set[Whose], tokens: Tokens) -> dict[Whose, Mask | None]:
    """The mask of each child and case that lines belong to, None where it shows no such line; each is looked at."""
    masks: dict[Whose, Mask | None] = {}
    for each in sorted(whose, key=_children_first):
        case, child, existence = each
        obj, subject = ("child", present(child)) if case is None else ("case", case)
        mask = x.look(obj, subject, present(tokens(subject)))
        masks[each] = mask if existence in mask else None
    return masks


def _children_first(each: Whose) -> tuple[str, str]:
    case, child, _ = each
    return case or "", child or ""


def _cases(made: Compilation, child: str) -> str:
    """An expression: the tokens of the cases that concern the one child, as ``_told`` reads them."""
    tokens = f"case_file.{made.params.tokens(CaseRow)}::text"
    return (
        f"(select string_agg(case_file.case_id || chr({ord(PARTS)}) || {tokens}, chr({ord(ENDS)})) "
        "from case_file where case_file.case_id in "
        f"(select case_child.case_id from case_child where case_child.child_id = {child}) "
        f"and {seen(CaseRow, made.params.words())})"
    )


def _told(cases: str | None) -> dict[str | None, str | None]:
    """Case → its tokens."""
    parted = [one.partition(PARTS) for one in cases.split(ENDS)] if cases else []
    return {case: tokens for case, _, tokens in parted}


class Subjects(Level):
    """The tokens of the children and cases whose lines a timeline holds."""

    def __init__(self, made: Compilation, place: Place, parent: str) -> None:
        self.params = made.params
        words = made.params.words()
        ids = f"({place.level.keys_of(parent, place.table)})"
        cases = f"case_file.case_id in {ids}"
        if parent == "child_id":
            cases = (
                "case_file.case_id in (select case_child.case_id from case_child "
                f"where case_child.child_id in {ids})"
            )
        self._text = (
            "select case_file.case_id, case_file.tokens from case_file "
            f"where {cases} and {seen(CaseRow, words)}"
        )
        if parent == "child_id":
            self._text += (
                " union all select child.child_id, child.tokens from child "
                f"where child.child_id in {ids} and {seen(ChildRow, words)}"
            )

    def text(self) -> str:
        """The statement before its parameters are numbered."""
        return self._text
