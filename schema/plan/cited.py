"""What lines and tasks cite beside their columns: labels of events, clauses with their words, values by class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import Any

import orjson
from graphql import FieldNode, GraphQLObjectType

from domain.fields import camel
from domain.kernel import EVENTS
from domain.labels import FIELD_LABELS
from domain.sensitivity import Sensitivity
from schema.outcomes import clause_ref
from schema.plan import leaves
from schema.plan.compilation import Compilation, Mask
from schema.plan.objects import Part
from schema.plan.selection import Deopt


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
