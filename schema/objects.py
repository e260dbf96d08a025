"""Object types told from read models: one field a column, masked by its class; relations are added by hand."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NewType, Optional, Union, get_args, get_origin

import strawberry
from strawberry.scalars import JSON
from strawberry.types.field import StrawberryField

from domain.fields import FieldSpec, camel
from domain.sensitivity import P0, Sensitivity
from projections.column_labels import COLUMN_LABELS
from projections.column_terms import vocabularies_of
from projections.readmodel import ReadModel
from schema.context import RequestContext
from schema.names import Named, name_of, named, words_beside
from schema.scalars import SensitivityDirective, label_of

Info = strawberry.Info[RequestContext, None]


class RowObject:
    """A row with the classes its reader may see. The GraphQL types below are its shapes."""

    def __init__(self, row: dict[str, Any], mask: frozenset[Sensitivity]) -> None:
        self.row, self.mask = row, mask


def output_type(plain: Any) -> Any:
    """The annotation strawberry is given for a column's type."""
    origin = get_origin(plain)
    if origin in {Union, types.UnionType}:
        (inner,) = [a for a in get_args(plain) if a is not type(None)]
        return Optional[output_type(inner)]  # noqa: UP045 - built at run time
    if origin is tuple:
        return list[output_type(get_args(plain)[0])]  # type: ignore[misc]
    if origin is dict:
        return JSON
    if isinstance(plain, NewType):
        return strawberry.ID
    return plain


def column_field(
    spec: FieldSpec, terms: tuple[str, ...] = (), called: str | None = None
) -> StrawberryField:
    """One column: its value where its class is open to this reader, else null (and a note that it was held back).

    ``terms``: the vocabularies whose codes it holds. ``called``: its description, if the column's label is not it.
    """
    name, cls = spec.name, spec.sensitivity

    def resolve(self: RowObject, info: Info) -> Any:
        if cls in self.mask:
            return self.row[name]
        held_back(info, cls, self.row)
        return None

    kind = output_type(spec.type)
    if cls is not P0 and get_origin(kind) is not Union:
        kind = Optional[kind]  # noqa: UP045 - built at run time
    resolve.__name__ = name
    resolve.__annotations__ = {"self": RowObject, "info": Info, "return": kind}
    field: StrawberryField = strawberry.field(
        resolver=resolve,
        name=camel(name),
        description=called
        or column_label(name) + (f"\n\n取值 · {', '.join(terms)}" if terms else ""),
        directives=[SensitivityDirective(cls=cls.value)],
    )
    return field


def name_field(of: Named) -> StrawberryField:
    """The name of what an id stands for, under the class of the id (``schema.names``)."""
    cls = of.spec.sensitivity

    async def resolve(self: RowObject, info: Info) -> str | None:
        if cls not in self.mask:
            held_back(info, cls, self.row)
            return None
        reads = await info.context.reads()
        return await name_of(of.directory, self.row[of.id_column], reads)

    resolve.__name__ = of.spec.name
    made: Any = strawberry.field(
        resolver=resolve,
        name=camel(of.spec.name),
        description=words_beside(of.directory, column_label(of.id_column)),
        directives=[SensitivityDirective(cls=cls.value)],
    )
    field: StrawberryField = made
    return field


def column_label(name: str) -> str:
    """What a column is called, in both languages."""
    label = COLUMN_LABELS.get(name)
    return f"{label.zh} · {label.en}" if label else label_of(name)


REDACTIONS_MAX = 200


def held_back(info: Info, cls: Sensitivity, row: dict[str, Any]) -> None:
    """Notes a redaction, from role, relation and class only: an absent value and a hidden one look the same.

    Nothing is said of the protected classes: they are neither confirmed nor denied. The journal is told of all.
    """
    info.context.withheld(row, cls)
    if not cls.is_silent:
        info.context.redactions.append(redaction(info.path.as_list(), cls))


def redaction(path: list[str | int], cls: Sensitivity) -> dict[str, Any]:
    """What the answer says of a value that was held back."""
    return {"path": path, "class": cls.value, "code": "NEED_TO_KNOW", "remedy": "NONE"}


def in_order(redactions: list[dict[str, Any]], data: Any) -> list[dict[str, Any]]:
    """The redactions in the order of the answer, however its fields were resolved; the first so many of them."""

    def place(entry: dict[str, Any]) -> list[int]:
        places, inside = [], data
        for step in entry["path"]:
            if inside is None:  # above it something failed: it is not in the answer
                break
            places.append(step if isinstance(step, int) else list(inside).index(step))
            inside = inside[step]
        return places

    return sorted(redactions, key=place)[:REDACTIONS_MAX]


@dataclass(frozen=True)
class Shape:
    """What a GraphQL type told from a read model consists of: its columns and relations by their GraphQL names."""

    name: str
    model: type[ReadModel]
    made: Any
    columns: dict[str, FieldSpec]
    relations: dict[str, Any]
    names: dict[str, Named]
    """What ids among the columns stand for, by name."""

    @property
    def values(self) -> dict[str, FieldSpec]:
        """What has a class: the columns, and the names beside them."""
        return self.columns | {name: of.spec for name, of in self.names.items()}


SHAPES: dict[str, Shape] = {}
"""The types told from read models, by name."""


def object_type(
    model: type[ReadModel],
    name: str,
    *,
    hidden: frozenset[str] = frozenset(),
    relations: tuple[tuple[str, Callable[..., Any]], ...] = (),
    called: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """The GraphQL type of a read model: its columns but the ``hidden``, and the ``relations`` (name, resolver).

    ``called``: descriptions of columns that say something else here, and under the type's own name its description.
    """
    body: dict[str, Any] = {
        spec.name: column_field(spec, vocabularies_of(model, spec), called.get(spec.name))
        for spec in model.specs
        if spec.name not in hidden
    }
    beside = named(model, hidden)
    body |= {of.spec.name: name_field(of) for of in beside}
    for relation, resolver in relations:
        body[relation] = strawberry.field(
            resolver=resolver, name=camel(relation), description=(resolver.__doc__ or "").strip()
        )
    body |= {
        "__doc__": model.__doc__,
        "__init__": RowObject.__init__,
    }  # strawberry keeps a given one
    made = type(name, (RowObject,), body)
    label = f"{model.label.zh} · {model.label.en}"
    description = called.get(name) or f"{label}\n\n{(model.__doc__ or '').strip()}"
    whole = strawberry.type(made, name=name, description=description)
    SHAPES[name] = Shape(
        name,
        model,
        whole,
        {camel(s.name): s for s in model.specs if s.name not in hidden},
        {camel(relation): resolver for relation, resolver in relations},
        {camel(of.spec.name): of for of in beside},
    )
    return whole
