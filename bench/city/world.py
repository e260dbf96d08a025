"""The template's world: the demo's people and children, and long stories, made by real commands under a set clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from bench.city.templates import Line, Scope, Story, lines_of, stories
from domain.child.contacts import MakeContact
from domain.context import Actor
from domain.divisions import Divisions, Level
from domain.terms.visits import VisitContactChannel, VisitContactWith
from eventlog.casebook import Request
from eventlog.reader import LoggedEvent, LogReader
from ops import demo_world
from ops.demo_world import BY_KEY, SPACE, UNIT_BY_KEY
from ops.platform import Platform
from ops.seed import PLACES, Place, seed

BEGAN = datetime(2026, 1, 12, 1, 0, tzinfo=UTC)
"""The day on which the template's children come on file; every copy is recorded then."""
LONG_EVENTS = 250


class Clock:
    """The clock of the template's world."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Pattern:
    """One village with its township and district: what is copied to another township."""

    place: Place
    village: str
    units: dict[Scope, list[Line]] = field(default_factory=dict)
    short: list[Story] = field(default_factory=list)
    whole: list[Story] = field(default_factory=list)
    long: list[Story] = field(default_factory=list)


def play(platform: Platform, clock: Clock, say: Callable[[str], None]) -> None:
    """The demo's seed, then a long story for the first child of each place."""
    seed(platform, say)
    for place in PLACES:
        _visited_long(platform, clock, place, _first_child(platform, place))
        say(f"长故事 · a long story in {place.village}")


def _first_child(platform: Platform, place: Place) -> UUID:
    found = platform.lookup.ask(
        "select child_id from child where residence_id = %(village)s order by child_id limit 1",
        {"village": demo_world.division(place.village)},
    )
    child_id: UUID = found[0]["child_id"]
    return child_id


def _visited_long(platform: Platform, clock: Clock, place: Place, child_id: UUID) -> None:
    who = BY_KEY[f"{place.prefix}_director"]
    actor = Actor(
        person_id=who.id,
        role=who.role,
        unit_id=UNIT_BY_KEY[who.unit].id,
        assignment_id=who.assignment_id,
    )
    for number in range(LONG_EVENTS):
        clock.at += timedelta(hours=20)
        contact = MakeContact(
            contact_channel=VisitContactChannel.PHONE,
            contact_with=(VisitContactWith.CHILD,),
            visit_notes="孩子情绪稳定,按时上学",
        )
        command_id = uuid5(SPACE, f"long/{child_id}/{number}")
        platform.casebook.perform(
            Request(command=contact, command_id=command_id, actor=actor, stream_id=child_id)
        )
    clock.at = BEGAN


SHORT_EVENTS = 8


def patterns(platform: Platform) -> tuple[list[Pattern], dict[str, Scope]]:
    """The patterns, and the scope of every id that is wider than one child."""
    log = LogReader(platform.ways.writer_dsn)
    try:
        events = [e for page in _pages(log) for e in page]
    finally:
        log.close()
    lines = lines_of(platform.store, events)
    homes = {
        str(r["unit_id"]): r["division_id"]
        for r in platform.lookup.ask("select unit_id, division_id from unit", {})
    }
    made = [Pattern(place, str(demo_world.division(place.village))) for place in PLACES]
    scopes = _share_units(made, [n for n in lines if n.stream == "unit"], homes)
    _share_stories(platform, made, lines)
    return made, scopes


def _pages(log: LogReader) -> Iterator[list[LoggedEvent]]:
    position = 0
    while page := log.page(position):
        yield page
        position = page[-1].position


def _share_units(made: list[Pattern], lines: list[Line], homes: dict[str, str]) -> dict[str, Scope]:
    """Unit streams to the pattern whose district or township they serve; ids by the widest scope they occur in."""
    divisions, scopes = Divisions.load(), dict[str, Scope]()
    owner: dict[str, tuple[Scope, Pattern | None]] = {}
    for pattern in made:
        path = divisions.path(pattern.village)
        for unit_id, home in homes.items():
            level = divisions.get(home).level
            if home in path and level is not Level.PROVINCE:
                scope = Scope.DISTRICT if level is Level.DISTRICT else Scope.TOWNSHIP
                owner[unit_id] = (scope, pattern)
    for line in sorted(lines, key=lambda n: owner.get(n.stream_id, (Scope.CITY, None))[0]):
        scope, whose = owner.get(line.stream_id, (Scope.CITY, None))
        for slot in (*line.rest.slots, *(s for _, t in line.boxes for s in t.slots)):
            scopes.setdefault(slot, scope)
        if whose is not None:
            whose.units.setdefault(scope, []).append(line)
    return scopes


def _share_stories(platform: Platform, made: list[Pattern], lines: list[Line]) -> None:
    cases = {
        str(r["case_id"]): str(r["child_id"])
        for r in platform.lookup.ask("select case_id, child_id from case_child", {})
    }
    homes = {
        str(r["child_id"]): r["residence_id"]
        for r in platform.lookup.ask("select child_id, residence_id from child", {})
    }
    by_village = {pattern.village: pattern for pattern in made}
    for story in stories(lines, cases):
        pattern = by_village[homes[story.child_id]]
        if len(story.lines) > LONG_EVENTS:
            pattern.long.append(story)
        else:
            pattern.whole.append(story)
            pattern.short.append(story.cut_after(SHORT_EVENTS))
