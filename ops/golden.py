"""Golden events: one committed file for every event, with the values as the log keeps them, read back for ever.

``<name>.json`` is version 1 of an event, ``<name>.v2.json`` version 2 and so on. A file that is there is never written
again: a changed shape needs a new version and an upcast (``domain.codec.upcasts``), and the old file proves that
the step reads what was stored before.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid5

import domain.actions  # noqa: F401 - registers the domain
from domain.codec import encode
from domain.fields import strip
from domain.kernel import EVENTS, Event

FOLDER = Path(__file__).parent.parent / "tests" / "contracts" / "golden"
SPACE = UUID("90d1e9e0-0000-5000-8000-000000000001")
DAY = date(2020, 2, 29)
MOMENT = datetime(2020, 2, 29, 8, 30, tzinfo=UTC)


def sample(plain: Any, name: str) -> Any:
    """A value of this type, always the same; ``name`` tells fields of one type apart."""
    origin = get_origin(plain)
    if origin in {Union, types.UnionType}:
        return sample(next(a for a in get_args(plain) if a is not type(None)), name)
    if origin is tuple:
        return (sample(get_args(plain)[0], name),)
    if isinstance(plain, NewType):
        return plain(f"{plain.__name__}-{name}")
    if isinstance(plain, type) and issubclass(plain, Enum):
        return next(iter(plain))
    if is_dataclass(plain) and isinstance(plain, type):
        hints = get_type_hints(plain, include_extras=True)
        return plain(**{f.name: sample(strip(hints[f.name]), f.name) for f in fields(plain)})
    return _SAMPLES[plain](name)


_SAMPLES: dict[Any, Any] = {
    str: lambda name: f"文本 {name}",
    int: len,
    bool: lambda _: True,
    UUID: lambda name: uuid5(SPACE, name),
    date: lambda _: DAY,
    datetime: lambda _: MOMENT,
}


def sample_of(event: type[Event[Any]]) -> Event[Any]:
    """The event with every field filled."""
    return event(**{spec.name: sample(spec.type, spec.name) for spec in event.specs})


def text_of(event: Event[Any]) -> str:
    """The bytes of its golden file: name, version, plain values, and what each key seals, sorted."""
    encoded = encode(event)
    content = {
        "name": encoded.name,
        "version": encoded.version,
        "plain": encoded.plain,
        "boxes": encoded.boxes,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def path_of(name: str, version: int, folder: Path = FOLDER) -> Path:
    """Where the golden of one version stands."""
    return folder / (f"{name}.json" if version == 1 else f"{name}.v{version}.json")


def missing(folder: Path = FOLDER) -> Iterator[tuple[Path, str]]:
    """The files that should be there and are not, with what belongs into them."""
    for name, event in EVENTS.items():
        path = path_of(name, event.schema_version, folder)
        if not path.exists():
            yield path, text_of(sample_of(event))
