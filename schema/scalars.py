"""From domain types to GraphQL types: identifiers, terms, value objects and lists, derived once and shared."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import EnumMeta
from typing import Any, NewType, Optional, Union, cast, get_args, get_origin
from uuid import UUID

import strawberry
from strawberry.schema_directive import Location

from domain.fields import FieldSpec, field_specs
from domain.labels import FIELD_LABELS, Term, title_of

_ENUMS: dict[Any, Any] = {}
_INPUTS: dict[Any, Any] = {}


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.INPUT_FIELD_DEFINITION],
    name="sensitivity",
    description="敏感等级 · The sensitivity class of a value (P0-P6).",
)
class SensitivityDirective:
    """Says in the SDL which class a field or an input belongs to."""

    cls: str = strawberry.directive_field(name="class")


def mutation_name(command: type) -> str:
    """``EscortChild`` → ``escortChild``."""
    name = command.__name__
    return name[:1].lower() + name[1:]


def label_of(name: str) -> str:
    """What a field is called, in both languages; its own name where nobody named it."""
    label = FIELD_LABELS.get(name)
    return f"{label.zh} · {label.en}" if label else name


def graphql_type(plain: Any) -> Any:
    """The annotation strawberry is given for a domain type. Raises ``TypeError`` for a type it does not know."""
    origin = get_origin(plain)
    if origin in {Union, types.UnionType}:
        (inner,) = [a for a in get_args(plain) if a is not type(None)]
        return Optional[graphql_type(inner)]  # noqa: UP045 - built at run time
    if origin in {tuple, list, frozenset}:
        return list[graphql_type(get_args(plain)[0])]  # type: ignore[misc]
    if isinstance(plain, NewType):
        return strawberry.ID
    if plain is UUID:
        return UUID
    if isinstance(plain, EnumMeta):
        return enum_type(plain)
    if is_dataclass(plain):
        return input_type(cast("type", plain))
    if plain in {str, int, bool, date, datetime}:
        return plain
    raise TypeError(f"no GraphQL type for {plain!r}")


def enum_type(term: EnumMeta) -> Any:
    """A term as a GraphQL enum, its values described in both languages by ``describe_terms``."""
    if term not in _ENUMS:
        title = title_of(cast("type[Term]", term))
        _ENUMS[term] = strawberry.enum(term, description=f"{title.zh} · {title.en}")
    return _ENUMS[term]


def describe_terms(schema: strawberry.Schema) -> None:
    """Writes the labels of every term onto the values of its enum."""
    for term in _ENUMS:
        if not issubclass(term, Term):
            continue
        kind = cast("Any", schema._schema.get_type(term.__name__))  # noqa: SLF001 - no public door
        for member in term:
            if kind and member.name in kind.values:
                kind.values[member.name].description = f"{member.zh} · {member.en}"


def input_fields(specs: tuple[FieldSpec, ...]) -> dict[str, Any]:
    """Annotations and defaults of an input type for these fields."""
    body: dict[str, Any] = {"__annotations__": {}}
    for spec in sorted(specs, key=lambda s: not s.required):
        body["__annotations__"][spec.name] = graphql_type(spec.type)
        described: dict[str, Any] = {
            "description": label_of(spec.name),
            "directives": [SensitivityDirective(cls=spec.sensitivity.value)],
        }
        if spec.required:
            body[spec.name] = strawberry.field(**described)
        else:
            default = (
                list(spec.default) if isinstance(spec.default, tuple | frozenset) else spec.default
            )
            if isinstance(default, list):
                body[spec.name] = strawberry.field(default_factory=list, **described)
            else:
                body[spec.name] = strawberry.field(default=default, **described)
    return body


def input_type(value: type) -> Any:
    """A value object as a GraphQL input type."""
    if value not in _INPUTS:
        body = input_fields(field_specs(value, skip=frozenset()))
        doc = (value.__doc__ or value.__name__).strip().splitlines()[0]
        made = type(f"{value.__name__}Input", (), body)
        _INPUTS[value] = strawberry.input(made, description=doc)
    return _INPUTS[value]


def to_domain(plain: Any, given: Any) -> Any:
    """A coerced GraphQL value as the domain's own type."""
    if given is None:
        return None
    origin = get_origin(plain)
    if origin in {Union, types.UnionType}:
        (inner,) = [a for a in get_args(plain) if a is not type(None)]
        return to_domain(inner, given)
    if origin in {tuple, list, frozenset}:
        inner = get_args(plain)[0]
        items = (to_domain(inner, g) for g in given)
        return frozenset(items) if origin is frozenset else tuple(items)
    if isinstance(plain, NewType):
        return str(given)
    if is_dataclass(plain) and isinstance(plain, type):
        hints = {s.name: s.type for s in field_specs(plain, skip=frozenset())}
        return plain(
            **{f.name: to_domain(hints[f.name], getattr(given, f.name)) for f in fields(plain)}
        )
    return given
