"""改值 · ``dataclasses.replace`` for values that only hold their fields: a state is changed several times an event.

The library's own makes the value anew, field by field, each through ``object.__setattr__`` because it is frozen: to
change one of a file's thirty fields takes ten microseconds. Here they are taken over as they lie.
"""

from __future__ import annotations

import dataclasses
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    D = TypeVar("D", bound=DataclassInstance)


def replace(value: D, /, **changes: Any) -> D:
    """The same with these fields changed. Raises ``TypeError`` for a name that is no field."""
    kind = type(value)
    names = _fields_alone(kind)
    if names is None or not changes.keys() <= names:
        return dataclasses.replace(value, **changes)
    new = object.__new__(kind)
    held = new.__dict__
    held.update(value.__dict__)
    held.update(changes)
    return new


@cache
def _fields_alone(kind: type[DataclassInstance]) -> frozenset[str] | None:
    """The names of the fields, where an instance holds these and nothing else, and its making checks nothing."""
    if hasattr(kind, "__post_init__") or not hasattr(kind, "__dict__") or _has_slots(kind):
        return None
    fields = dataclasses.fields(kind)
    if not all(f.init for f in fields) or _keeps_more(kind):
        return None
    return frozenset(f.name for f in fields)


def _has_slots(kind: type) -> bool:
    return any(vars(base).get("__slots__") for base in kind.__mro__)


def _keeps_more(kind: type) -> bool:
    """What is worked out once and kept beside the fields would be taken over too, and be that of the old value."""
    return any(
        isinstance(held, cached_property) for base in kind.__mro__ for held in vars(base).values()
    )
