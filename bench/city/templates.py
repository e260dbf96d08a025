"""Templates: streams that real commands made, taken from the log in clear, cut where their ids stand.

A template line is text with slots: every UUID and every division id is a slot, so that a copy is a join of strings.
Each id has the widest scope in which it occurs: the city keeps its ids, a district, a township, a child have copies.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

import orjson

from eventlog.keyring import Keyring
from eventlog.mapper import scope_of
from eventlog.reader import LoggedEvent
from eventlog.store import EventStore

SLOT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\")(?:sh|cq)\d{5}(?=\")")


class Scope(IntEnum):
    """How far an id of the template reaches; the wider one wins."""

    CITY = 0
    DISTRICT = 1
    TOWNSHIP = 2
    CHILD = 3


@dataclass(frozen=True, slots=True)
class Text:
    """Literal pieces with a slot between each two."""

    pieces: tuple[str, ...]
    slots: tuple[str, ...]

    @classmethod
    def cut(cls, text: str) -> Text:
        """The text at its ids."""
        return cls(tuple(SLOT.split(text)), tuple(SLOT.findall(text)))

    def filled(self, names: Naming) -> str:
        """The text with the ids of a copy."""
        if not self.slots:
            return self.pieces[0]
        out = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            out += (names[slot], piece)
        return "".join(out)


class Naming(dict[str, str]):
    """Template id → the copy's id; asks ``make`` at first use."""

    def __init__(self, make: Any) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, slot: str) -> str:
        made: str = self._make(slot)
        self[slot] = made
        return made


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a template."""

    stream: str
    stream_id: str
    version: int
    topic: str
    rest: Text
    """``"data":…,"meta":…`` as stored."""
    boxes: tuple[tuple[str, Text], ...]
    """What is sealed, in clear, by box."""
    recorded_at: datetime
    append: str
    """The append it belongs to: a story is never cut inside one."""


@dataclass
class Story:
    """The streams of one child in log order: its file and its cases."""

    child_id: str
    lines: list[Line] = field(default_factory=list)

    def cut_after(self, events: int) -> Story:
        """The first appends that hold at least so many events; all of it if it is shorter."""
        for number in range(events, len(self.lines)):
            if self.lines[number].append != self.lines[number - 1].append:
                return Story(self.child_id, self.lines[:number])
        return self


def lines_of(store: EventStore, events: Iterable[LoggedEvent]) -> list[Line]:
    """The events as template lines, their boxes opened."""
    return [_line(store.keyring, e) for e in events]


def _line(keyring: Keyring, e: LoggedEvent) -> Line:
    state = orjson.loads(e.state)
    boxes = [(box, Text.cut(_opened(keyring, e, box))) for box in sorted(state["box"])]
    rest = orjson.dumps(
        {"data": state["data"], "meta": state["meta"]}, option=orjson.OPT_SORT_KEYS
    ).decode()[1:]
    return Line(
        stream=e.stream,
        stream_id=str(e.stream_id),
        version=e.version,
        topic=e.topic,
        rest=Text.cut(rest),
        boxes=tuple(boxes),
        recorded_at=e.recorded_at,
        append=state["meta"]["correlation"] or state["meta"]["id"],
    )


def _opened(keyring: Keyring, e: LoggedEvent, box: str) -> str:
    sealed = b64decode(orjson.loads(e.state)["box"][box])
    place = box_place(e.stream_id, e.version, e.topic, box)
    opened = keyring.open(scope_of(e.stream, e.stream_id, box), sealed, place)
    assert opened is not None, "a template's key is there"
    return opened.decode()


def box_place(stream_id: UUID | str, version: int, topic: str, box: str) -> bytes:
    """What ties a box to its place, as ``eventlog.mapper`` does."""
    return f"{stream_id}|{version}|{topic}|{box}".encode()


def stories(lines: Sequence[Line], cases: dict[str, str]) -> list[Story]:
    """The lines of children and cases by child, in log order; ``cases`` tells whose a case is."""
    found: dict[str, Story] = {}
    for line in lines:
        child = line.stream_id if line.stream == "child" else cases.get(line.stream_id)
        if child is not None:
            found.setdefault(child, Story(child)).lines.append(line)
    return list(found.values())
