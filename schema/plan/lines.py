"""Lines of a timeline in a plan (``schema.timeline``), and the clauses with their words that lines and tasks cite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

import orjson
from graphql import FieldNode, GraphQLObjectType, get_named_type

from domain.fields import camel
from domain.kernel import EVENTS
from domain.labels import FIELD_LABELS
from domain.sensitivity import P2, P3, Sensitivity
from projections.case import CaseRow
from projections.child import ChildRow
from projections.row_law import seen
from schema.outcomes import clause_ref
from schema.plan import leaves
from schema.plan.level import Level
from schema.plan.objects import Cells, Compilation, Mask, Part, Path, Place, Writes
from schema.plan.pages import Item, Kept, PageNode, Source
from schema.plan.selection import Deopt, Unplanned
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
MOMENTS = {"occurredAt": "occurred_at", "recordedAt": "recorded_at"}


class Labels(dict[str, tuple[str, str]]):
    """An event's name → its label in both languages, as JSON."""

    def __missing__(self, name: str) -> tuple[str, str]:
        kind = EVENTS.get(name)
        label = kind.label if kind else None
        zh, en = (label.zh, label.en) if label else (name, name)
        made = encode_basestring(zh), encode_basestring(en)
        if kind:
            self[name] = made
        return made


LABELS = Labels()


class Clauses(Part):
    """The clauses of a column, each as an object; lists repeat, so their JSON is remembered by the column's text."""

    def __init__(self, made: Compilation, kind: Any, cell: int, nodes: Sequence[FieldNode]) -> None:
        assert isinstance(kind, GraphQLObjectType)
        self._cell = cell
        fields = made.selection.below(kind, nodes)
        self._members = [(key, inner[0].name.value) for key, inner in fields.items()]
        self._kind = kind.name
        self._known: dict[str, str] = {}

    def source(self, mask: Mask, name: str, names: dict[str, Any]) -> str:  # noqa: ARG002
        """A look into what is remembered."""
        names[name] = self.write
        return f"{{{name}(r[{self._cell}])}}"

    def write(self, text: str) -> str:
        """The list whose ids the column holds."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= leaves.CACHED:
                self._known.clear()
            made = [self._object(i) for i in leaves.array_items(text)]
            known = self._known[text] = f"[{','.join(made)}]"
        return known

    def _object(self, clause_id: str) -> str:
        try:
            clause = clause_ref(clause_id)
        except LookupError:
            raise Deopt from None  # an error of the reference
        told = {
            "id": clause.id,
            "document": clause.document,
            "quoteZh": clause.quote_zh,
            "__typename": self._kind,
        }
        members = [f'"{key}":{encode_basestring(told[name])}' for key, name in self._members]
        return "{" + ",".join(members) + "}"


class Values:
    """The values of a line that a mask lets through (``schema.timeline._values``)."""

    def __init__(self, made: Compilation, kind: Any, nodes: Sequence[FieldNode]) -> None:
        assert isinstance(kind, GraphQLObjectType)
        fields = made.selection.below(kind, nodes)
        self._members = [(key, inner[0].name.value) for key, inner in fields.items()]
        self._kind = kind.name
        self._templates: dict[tuple[str, str], list[str]] = {}

    def writes(self, mask: Mask) -> Callable[[str], str]:
        """From the column's text to the list, for one mask."""
        open_ = {str(cls) for cls in mask}
        templates, loads, quoted = self._templates, orjson.loads, encode_basestring

        def write(text: str) -> str:
            out = []
            for cls, values in loads(text).items():
                if cls not in open_:
                    if cls not in Sensitivity.__members__:
                        raise Deopt
                    continue
                for name, value in values.items():
                    template = templates.get((cls, name)) or self._template(cls, name)
                    said = quoted(value) if value.__class__ is str else _json(value)
                    out.append(said.join(template))
            return f"[{','.join(out)}]"

        return write

    def _template(self, cls: str, name: str) -> list[str]:
        """The object's text around each place where the value stands."""
        label = FIELD_LABELS.get(name)
        told = {
            "field": camel(name),
            "zh": label.zh if label else name,
            "en": label.en if label else name,
            "sensitivity": cls,
            "__typename": self._kind,
        }
        pieces = [""]
        for i, (key, field) in enumerate(self._members):
            pieces[-1] += f'{"," if i else ""}"{key}":'
            if field == "value":
                pieces.append("")
            else:
                pieces[-1] += encode_basestring(told[field])
        pieces[0] = "{" + pieces[0]
        pieces[-1] += "}"
        self._templates[cls, name] = pieces
        return pieces


def _json(value: Any) -> str:
    if value is None:
        raise Deopt  # the reference's error: a value is never null
    return orjson.dumps(value).decode()


class LineNode:
    """A timeline line under one selection; ``function(mask)`` writes its rows."""

    def __init__(self, made: Compilation, level: Level, nodes: Sequence[FieldNode]) -> None:
        self._made, self._level = made, level
        self._kind = made.kind("TimelineLine")
        self._functions: dict[Mask, Writes] = {}
        self._sources = [
            (key, self._source(inner))
            for key, inner in made.selection.below(self._kind, nodes).items()
        ]

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
            return lambda _mask, _names: f"{{LABELS[{cell}][{which}]}}"
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

    def function(self, mask: Mask) -> Writes:
        """The function for lines under this mask."""
        known = self._functions.get(mask)
        if known is None:
            names: dict[str, Any] = {**leaves.NAMES, "LABELS": LABELS}
            members = [f'"{key}":{source(mask, names)}' for key, source in self._sources]
            text = "{{" + ",".join(members) + "}}"
            code = f"def write(r, p, x):\n    return f'''{text}'''\n"
            exec(code, names)  # noqa: S102 - made of GraphQL names and of this package's own text
            known = self._functions[mask] = names["write"]
        return known


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

    def makes(inner: list[FieldNode]) -> Item:
        return LineNode(made, level, inner).function

    page = PageNode(made, kind, level, nodes, makes)
    stream, subject = level.column("stream"), level.column("stream_id")
    existence = level.column("existence")
    subjects = made.level(Subjects(made, place, relation.parent))

    def write(r: Cells, p: Path, x: Run) -> str:
        found, most = source.rows(r, x), source.size(x)
        kept = found[:most]
        masks = _masks(x, {(row[stream], row[subject]) for row in kept}, subjects)
        under = [masks[row[stream], row[subject]] for row in kept]
        shown = [(row, m) for row, m in zip(kept, under, strict=True) if row[existence] in m]
        page_kept = Kept([row for row, _ in shown], [m for _, m in shown], len(found) > most)
        return page.write(page_kept, (p, key), x)

    return write


def _masks(
    x: Run, subjects: set[tuple[str | None, str | None]], number: int
) -> dict[tuple[str | None, str | None], Mask]:
    """The mask of each child and case that lines belong to; each is looked at."""
    tokens = {(row[0], row[1]): row[2] for row in x.rows[number]}
    masks: dict[tuple[str | None, str | None], Mask] = {}
    for obj, subject in sorted(subjects, key=str, reverse=True):  # children, then cases
        text = tokens.get((obj, subject))
        if obj is None or subject is None or text is None:
            raise Deopt
        masks[obj, subject] = x.look(obj, subject, text)
    return masks


class Subjects(Level):
    """The tokens of the children and cases whose lines a timeline holds."""

    def __init__(self, made: Compilation, place: Place, parent: str) -> None:
        self.params = made.params
        words = made.params.words()
        known = place.known.get(parent)
        ids = f"({known}::uuid)" if known else f"({place.level.keys_of(parent, place.table)})"
        cases = f"case_file.case_id in {ids}"
        if parent == "child_id":
            cases = (
                "case_file.case_id in (select case_child.case_id from case_child "
                f"where case_child.child_id in {ids})"
            )
        self._text = (
            "select 'case', case_file.case_id, case_file.tokens from case_file "
            f"where {cases} and {seen(CaseRow, words)}"
        )
        if parent == "child_id":
            self._text += (
                " union all select 'child', child.child_id, child.tokens from child "
                f"where child.child_id in {ids} and {seen(ChildRow, words)}"
            )

    def text(self) -> str:
        """The statement before its parameters are numbered."""
        return self._text
