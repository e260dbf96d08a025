"""Anything the domain can say, drawn from its own field specifications: values, facts, requests.

Ids are drawn from those that occur, so that a request finds what an earlier fact made; texts are sometimes blank.
"""

from __future__ import annotations

import types
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

from domain.fields import strip
from domain.kernel import Command, Message
from tests.domain.child.family import BAIDI, DIRECTORY, HUANHUA, JIANGSU_ROAD, JUYUAN
from tests.dsl import an_id

CODES = {
    "DivisionId": st.sampled_from([HUANHUA, BAIDI, JUYUAN, JIANGSU_ROAD]),
    "TierCode": st.sampled_from(["R1", "R2", "R3", "R4", "R9", "NONE"]),
}
OTHER_CODE = st.sampled_from(["Q-01", "R-E2", "CQ2016-3.1-d", "code"])
SOME_IDS = (an_id("somebody"), an_id("something"), *DIRECTORY.units)
TEXTS = st.sampled_from(["情况属实", "甲乙", "some words", "𠮷 rare", "a, b", "1", " ", ""])
DAYS = st.integers(0, 9000).map(lambda n: date(2010, 1, 1) + timedelta(days=n))
MOMENTS = st.integers(0, 9000 * 24).map(
    lambda n: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(hours=n)
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.integers(0, 40),
    date: DAYS,
    datetime: MOMENTS,
}


@cache
def values(plain: Any, ids: tuple[UUID, ...] = SOME_IDS) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    origin = get_origin(plain)
    if plain is UUID:
        return st.sampled_from(ids)
    if isinstance(plain, NewType):
        return CODES.get(plain.__name__, OTHER_CODE)
    if origin in {Union, types.UnionType}:
        return st.one_of(
            [st.none() if a is type(None) else values(a, ids) for a in get_args(plain)]
        )
    if origin is tuple:
        return st.lists(values(get_args(plain)[0], ids), max_size=2).map(tuple)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return st.sampled_from(plain)
    if isinstance(plain, type) and is_dataclass(plain):
        hints = get_type_hints(plain)
        return st.builds(plain, **{f.name: values(hints[f.name], ids) for f in fields(plain)})
    return PLAIN[plain]


def messages(kind: type[Message], ids: tuple[UUID, ...] = SOME_IDS) -> st.SearchStrategy[Any]:
    """Facts or requests of one kind, with whatever values."""
    return st.builds(kind, **{s.name: values(strip(s.type), ids) for s in kind.specs})


def requests(
    kinds: Collection[type[Command[Any]]], ids: tuple[UUID, ...] = SOME_IDS
) -> st.SearchStrategy[Any]:
    """A request of one of these kinds."""
    return st.sampled_from(sorted(kinds, key=lambda k: k.name)).flatmap(
        lambda kind: messages(kind, ids)
    )


def ids_in(told: Any) -> tuple[UUID, ...]:
    """The ids a fact or a state mentions, for later requests to refer to."""
    return tuple(dict.fromkeys(_ids(told)))


def _ids(value: Any) -> Iterator[UUID]:
    if isinstance(value, UUID):
        yield value
    elif isinstance(value, tuple | frozenset):
        for one in value if isinstance(value, tuple) else sorted(value, key=repr):
            yield from _ids(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            yield from _ids(getattr(value, f.name))
