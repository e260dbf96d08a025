"""Copies of the patterns: one world a township, its children by a skewed share, as rows of the log with their chain."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from uuid import UUID

from bench.city.templates import Line, Naming, Scope, Story, box_place
from bench.city.world import Pattern
from domain.divisions import Divisions, Level
from eventlog.keyring import Keyring
from eventlog.mapper import scope_of

LONG_EVERY, WHOLE_EVERY = 100, 7
"""Of the children of a township: one in so many with a long story, one in so many with a whole one."""
SKEW = 0.7
"""Townships by size follow a power law: the largest has some hundred times the children of the smallest."""

TOWNSHIP = 100
"""Children a township has on the average where the city is too small for all townships."""
TOGETHER = 500
"""Children whose keys are made in one go."""

Row = tuple[UUID, int, int, str, str, bytes, datetime, bytes, bytes]


@dataclass(frozen=True)
class Township:
    """A township of the city that is built, the village its children live in, and how many there are."""

    village: str
    path: tuple[str, ...]
    pattern: Pattern
    children: int


def townships(patterns: Sequence[Pattern], children: int) -> list[Township]:
    """Townships with a village, their share of the children by rank. First come those of the patterns' districts, which
    are the ones that are read; the order is that of a hash. A small city is few whole townships, not a child in each.
    """
    divisions = Divisions.load()
    by_city: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        by_city.setdefault(divisions.path(pattern.village)[0], []).append(pattern)
    found = []
    for division in divisions:
        if division.level is Level.TOWNSHIP and division.stands():
            below = [d for d in divisions.children(division.id) if d.stands()]
            path = divisions.path(division.id)
            if below and path[0] in by_city:
                found.append((below[0].id, path))
    read = {divisions.path(pattern.village)[-3] for pattern in patterns}
    found.sort(key=lambda t: (t[1][-2] not in read, hashlib.sha256(t[0].encode()).digest()))
    del found[max(len(read), children // TOWNSHIP) :]
    upto = list(accumulate((rank + 3) ** -SKEW for rank in range(len(found))))
    shares = [round(children * one / upto[-1]) for one in (0.0, *upto)]
    return [
        Township(
            village, path, by_city[path[0]][n % len(by_city[path[0]])], shares[n + 1] - shares[n]
        )
        for n, (village, path) in enumerate(found)
    ]


class Copies:
    """Makes rows of ``es.event``; ``position`` goes on from the template's."""

    def __init__(self, keyring: Keyring, scopes: dict[str, Scope], position: int) -> None:
        self._keyring, self._scopes, self.position = keyring, scopes, position
        self._founded: set[tuple[str, str]] = set()

    def of(self, township: Township) -> Iterator[Row]:
        """The units of the township and its district, the first time; then its children."""
        pattern = township.pattern
        district = self._names(township, Scope.DISTRICT, township.path[-2], None)
        here = self._names(township, Scope.TOWNSHIP, township.path[-1], district)
        for scope, place, names in (
            (Scope.DISTRICT, township.path[-2], district),
            (Scope.TOWNSHIP, township.path[-1], here),
        ):
            kept = place in Divisions.load().path(pattern.village)
            if not kept and (pattern.place.prefix, place) not in self._founded:
                self._founded.add((pattern.place.prefix, place))
                yield from self._rows(pattern.units.get(scope, []), names)
        for first in range(0, township.children, TOGETHER):
            told = [
                (
                    _story(pattern, n),
                    self._names(township, Scope.CHILD, f"{township.path[-1]}/{n}", here),
                )
                for n in range(first, min(first + TOGETHER, township.children))
            ]
            self._keyring.ensure({key for story, names in told for key in _keys(story, names)})
            for story, names in told:
                yield from self._rows(story.lines, names)

    def _names(self, township: Township, scope: Scope, salt: str, wider: Naming | None) -> Naming:
        """Template id → copy's id. Wider ids ask the wider naming; divisions move with the township."""
        own = Divisions.load().path(township.pattern.village)
        moved = dict(zip(own, (*township.path, township.village), strict=True))
        kept = scope is not Scope.CHILD and salt in own
        seed = f"{township.pattern.place.prefix}/{salt}/".encode()

        def make(slot: str) -> str:
            if slot[2:].isdigit():  # a division
                return moved.get(slot, slot)
            reach = self._scopes.get(slot, Scope.CHILD)
            if reach is Scope.CITY or slot.startswith("00000000-") or kept:
                return slot
            if reach < scope and wider is not None:
                return wider[slot]
            raw = bytearray(hashlib.blake2b(seed + slot.encode(), digest_size=16).digest())
            raw[6], raw[8] = raw[6] & 0x0F | 0x80, raw[8] & 0x3F | 0x80  # RFC 9562 version 8
            return str(UUID(bytes=bytes(raw)))

        return Naming(make)

    def _rows(self, lines: Sequence[Line], names: Naming) -> Iterator[Row]:
        heads: dict[str, bytes] = {}
        for line in lines:
            stream_id = UUID(names[line.stream_id])
            state = self._state(line, stream_id, names)
            before = heads.get(line.stream_id, b"")
            after = hashlib.sha256(
                before
                + stream_id.bytes
                + line.version.to_bytes(8, "big")
                + line.topic.encode()
                + b"\x00"
                + state
            ).digest()
            heads[line.stream_id] = after
            self.position += 1
            yield (
                stream_id,
                line.version,
                self.position,
                line.stream,
                line.topic,
                state,
                line.recorded_at,
                before,
                after,
            )

    def _state(self, line: Line, stream_id: UUID, names: Naming) -> bytes:
        boxes = []
        for box, text in line.boxes:
            place = box_place(stream_id, line.version, line.topic, box)
            scope = scope_of(line.stream, stream_id, box)
            sealed = self._keyring.seal(scope, text.filled(names).encode(), place)
            boxes.append(f'"{box}":"{b64encode(sealed).decode()}"')
        return f'{{"box":{{{",".join(boxes)}}},{line.rest.filled(names)}'.encode()


def _story(pattern: Pattern, number: int) -> Story:
    """Which story the township's child of this number has."""
    some = pattern.short
    if number % LONG_EVERY == LONG_EVERY - 1:
        some = pattern.long
    elif number % WHOLE_EVERY == WHOLE_EVERY - 1:
        some = pattern.whole
    return some[number % len(some)]


def _keys(story: Story, names: Naming) -> Iterator[str]:
    """The key scopes of a child's streams, to be made many at a time."""
    for line in story.lines:
        for box, _ in line.boxes:
            yield scope_of(line.stream, UUID(names[line.stream_id]), box)
