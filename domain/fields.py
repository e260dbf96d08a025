"""Field specifications: every field of a message has exactly one sensitivity class, or the import fails (law 3)."""

from __future__ import annotations

import types
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from typing import Annotated, Any, NewType, Union, get_args, get_origin, get_type_hints

from domain.sensitivity import P0, Sensitivity


@dataclass(frozen=True)
class FieldSpec:
    """One field: its name, full hint, plain type and class; whether it may be left out; whether it is sealed."""

    name: str
    hint: Any
    type: Any
    sensitivity: Sensitivity
    required: bool
    default: Any
    sealed: bool


def field_specs(
    cls: Any, *, skip: frozenset[str], open_text: bool = False
) -> tuple[FieldSpec, ...]:
    """The specifications of a dataclass; raises ``TypeError`` for a field without a class.

    ``open_text`` lets a string be P0: a read model has labels and codes, an event has what people typed.
    """
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        _spec(cls, f.name, hints[f.name], f.default, open_text=open_text)
        for f in fields(cls)
        if f.name not in skip
    )


def _spec(cls: Any, name: str, hint: Any, default: Any, *, open_text: bool) -> FieldSpec:
    found = set(_classes(hint))
    if len(found) != 1:
        raise TypeError(
            f"{cls.__name__}.{name} needs exactly one sensitivity class, has {sorted(found)}"
        )
    (sensitivity,) = found
    plain = strip(hint)
    text = holds_text(plain)
    if text and sensitivity is P0 and not open_text:
        raise TypeError(f"{cls.__name__}.{name} is free text: it cannot be P0")
    return FieldSpec(
        name=name,
        hint=hint,
        type=plain,
        sensitivity=sensitivity,
        required=default is MISSING,
        default=None if default is MISSING else default,
        sealed=sensitivity.level in {1, 6} or (sensitivity.level > 0 and text),
    )


def _classes(hint: Any) -> list[Sensitivity]:
    """The classes written on the hint itself or on the branches of an optional."""
    if get_origin(hint) is Annotated:
        return [m for m in hint.__metadata__ if isinstance(m, Sensitivity)]
    if get_origin(hint) in {Union, types.UnionType}:
        return [c for arg in get_args(hint) for c in _classes(arg)]
    return []


def strip(hint: Any) -> Any:
    """The hint without its annotations, at every depth."""
    origin = get_origin(hint)
    if origin is Annotated:
        return strip(hint.__origin__)
    if origin in {Union, types.UnionType}:
        return Union.__getitem__(tuple(strip(a) for a in get_args(hint)))
    if origin is tuple:
        inner = get_args(hint)[0]
        return types.GenericAlias(tuple, (strip(inner), ...))
    return hint


def holds_text(plain: Any) -> bool:
    """Whether a value of this type can hold words somebody typed; codes and identifiers cannot."""
    if plain is str:
        return True
    if isinstance(plain, NewType):  # an identifier with a name of its own, such as DivisionId
        return False
    if get_origin(plain) is not None:
        return any(holds_text(a) for a in get_args(plain) if a is not Ellipsis)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return False
    if is_dataclass(plain):
        hints = get_type_hints(plain)
        return any(holds_text(hints[f.name]) for f in fields(plain))
    return False


def types_in(plain: Any) -> frozenset[Any]:
    """The plain type and those it is made of, e.g. of an optional or a list."""
    inner = (a for a in get_args(plain) if a not in {Ellipsis, type(None)})
    return frozenset({plain}).union(*(types_in(a) for a in inner))


def camel(name: str) -> str:
    """``nearest_because`` → ``nearestBecause``: the name of a field at the API."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)
