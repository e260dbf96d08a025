"""Timelines in a plan: pages of lines, each masked by the child or case it belongs to (``schema.timeline``)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLObjectType

from projections.case import CaseRow
from projections.child import ChildRow
from projections.short_law import seen
from schema.plan.compilation import Cells, Compilation, Mask, Masks, Path, Place, Writes
from schema.plan.leaves import present
from schema.plan.level import Written
from schema.plan.lines import LineNode, columns
from schema.plan.pages import Kept, PageNode, Source
from schema.plan.selection import Unfit
from schema.plan.whole import BETWEEN, WITHIN, Beside
from schema.plan.whole_page import WholeNode
from schema.relations import Relation

if TYPE_CHECKING:
    from schema.plan.run import Run

PARENTS_OF = {"child": ChildRow, "case": CaseRow}


def briefest(
    made: Compilation, kind: GraphQLObjectType, relation: Relation, nodes: list[FieldNode]
) -> Relation:
    """The relation to read a page of lines from: the one with few columns, where these are all that is asked for."""
    if relation.brief is None:
        return relation
    held = {"", *(s.name for s in relation.brief.model.specs)}
    return relation.brief if columns(made, kind, nodes) <= held else relation


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
    page = PageNode(made, kind, source, relation, nodes, partial(LineNode, made, level))
    item = page.item()
    if item is not None:
        table, beside = level.model.table, None
        if relation.parent == "child_id":
            beside = Beside(f"{table}.case_id", _cases_of(made, _GIVEN))
        whole = page.whole(source, item, [_WHOSE.format(table=table)], beside)
        return _whole(page, whole, place, relation.parent, key)
    of = itemgetter(*(level.column(c) for c in ("case_id", "child_id", "existence")))
    tokens = _tokens_of_one if relation.parent in place.known else _tokens_of_many
    tokens_of = tokens(made, place, relation.parent)

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


_WHOSE = "concat({table}.existence, '/' || {table}.case_id)"
"""What is told of each line: the class in which it exists and its case, which few have."""
_GIVEN = f"array_agg({Beside.NAME}) filter (where {Beside.NAME} is not null)"


def _whole(page: PageNode, whole: WholeNode, place: Place, parent: str, key: str) -> Writes:
    """A page of lines that PostgreSQL has written, for whoever sees all of each."""
    needs, level = whole.item.classes, place.level
    own = level.column(parent, place.table)
    root = level.tokens(PARENTS_OF[parent.removesuffix("_id")])

    def write(r: Cells, p: Path, x: Run) -> str:
        told = whole.told(x)
        of = [each.partition("/") for each in set(told.of[0])]
        whose = {(case or None, r[own], existence) for existence, _, case in of}
        tokens = {**_told(told.beside), r[own]: r[root]}
        masks = _masks(x, whose, tokens.get).values()
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
    return _tokens_of_cases(
        made, f"in (select case_child.case_id from case_child where case_child.child_id = {child})"
    )


def _cases_of(made: Compilation, lines: str) -> str:
    """An expression: those of the cases in a list, which is none where no line is of a case."""
    return (
        f"case when count({Beside.NAME}) > 0 then {_tokens_of_cases(made, f'= any({lines})')} end"
    )


def _tokens_of_cases(made: Compilation, which: str) -> str:
    tokens = made.params.tokens_as_text(CaseRow)
    return (
        f"(select string_agg(case_file.case_id || chr({ord(WITHIN)}) || {tokens}, chr({ord(BETWEEN)})) "
        f"from case_file where case_file.case_id {which} and {seen(CaseRow, made.params.words())})"
    )


def _told(cases: str | None) -> dict[str | None, str | None]:
    """Case → its tokens."""
    parted = [one.partition(WITHIN) for one in cases.split(BETWEEN)] if cases else []
    return {case: tokens for case, _, tokens in parted}


class Subjects(Written):
    """The tokens of the children and cases whose lines a timeline holds."""

    def __init__(self, made: Compilation, place: Place, parent: str) -> None:
        words = made.params.words()
        ids = f"({place.level.keys_of(parent, place.table)})"
        cases = f"case_file.case_id in {ids}"
        if parent == "child_id":
            cases = (
                "case_file.case_id in (select case_child.case_id from case_child "
                f"where case_child.child_id in {ids})"
            )
        text = (
            "select case_file.case_id, case_file.tokens from case_file "
            f"where {cases} and {seen(CaseRow, words)}"
        )
        if parent == "child_id":
            text += (
                " union all select child.child_id, child.tokens from child "
                f"where child.child_id in {ids} and {seen(ChildRow, words)}"
            )
        super().__init__(made, text)
