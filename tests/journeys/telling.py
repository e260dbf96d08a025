"""What the journeys say again and again: the one event of a name, a denial that tells nothing, a task's time limit."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID, uuid4

from tests.journeys.person import Answer, Person, moment
from tests.journeys.wire import LOCAL
from tests.journeys.world import World


def recorded(world: World, stream_id: UUID | str, name: str) -> Any:
    """The only event of this name on the stream, with its envelope."""
    found = world.events(stream_id, name)
    assert len(found) == 1, (name, len(found))
    return found[0]


def told(world: World, stream_id: UUID | str, name: str) -> Any:
    """The only event of this name on the stream."""
    return recorded(world, stream_id, name).event


def last(world: World, stream_id: UUID | str, name: str) -> Any:
    """The latest event of this name on the stream."""
    return world.events(stream_id, name)[-1].event


def new_names(world: World, stream_id: UUID | str, outcome: Answer) -> list[str]:
    """The names of what a command has recorded on its own stream."""
    ids = set(outcome["events"])
    return [r.event.name for r in world.log(stream_id) if str(r.event_id) in ids]


def denied(
    person: Person, mutation: str, stream_id: UUID | str, given: Answer | None = None
) -> None:
    """Not this person's to do, or absent for them: nothing is written, and a random id is answered alike."""
    here = person.not_found(mutation, stream_id, given, version=1)
    assert here == person.not_found(mutation, uuid4(), given, version=1)


def unknown(person: Person, mutation: str) -> None:
    """Nobody of this person's audience may ever do it: it does not exist in their schema."""
    mutations = person.schema_of(person.who.role).mutation_type
    assert mutations is None or mutation not in mutations.fields


def absent(person: Person, stream: str, stream_id: UUID | str) -> None:
    """Absent for this person: head, timeline and actions answer as for a random id."""
    read = person.child if stream == "child" else person.case
    for key in (stream_id, uuid4()):
        assert read(key) is None
        assert person.timeline(stream, key) == []
        assert person.actions(stream, key) == set()


def seen(line: Answer) -> dict[str, Any]:
    """The values of a timeline line that this reader sees, by field."""
    return {each["field"]: each["value"] for each in line["values"]}


def line_of(person: Person, stream: str, stream_id: UUID | str, name: str) -> Answer:
    """The only line of this name in the timeline this person reads."""
    (found,) = [one for one in person.timeline(stream, stream_id) if one["name"] == name]
    return found


def due(task: Answer) -> str:
    """Until when a task runs, in local time: a day alone where it is the day's last second."""
    at = moment(task["dueAt"]).astimezone(LOCAL)
    day_long = at.time() == time(23, 59, 59)
    return f"{at:%Y-%m-%d}" if day_long else f"{at:%Y-%m-%d %H:%M}"
