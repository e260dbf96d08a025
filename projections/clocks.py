"""时钟 · Durable clocks: when the system itself must do something, told from events like everything else.

``ops.clock_worker`` fires them. A clock and its moment make the command's id, so that firing twice is one command; a
retold clock that was fired long ago therefore changes nothing. The clocks of escalation are told with the tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any, LiteralString
from uuid import UUID, uuid5

from psycopg.types.json import Jsonb

from domain.child.categories import review_day
from domain.child.state import Child
from domain.kernel import COMMANDS, Event
from domain.periods import SHANGHAI, birthday
from domain.sensitivity import P0
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections import at_rest
from projections.clock_table import CLOCKS, Clock, Sets
from projections.due import rules_of
from projections.kernel import Projection, insert, sql
from projections.readmodel import ReadModel
from projections.rowwrite import Clearing


class ClockRow(
    ReadModel,
    table="clock",
    key=("clock_id",),
    private=True,
    sort=("fires_at",),
    indexes=("stream_id, act", "task_id", "rings_from"),
    zh="时钟",
    en="Clocks",
):
    """``act`` with ``arguments`` is put to ``stream_id`` at ``fires_at``.

    ``rings_from``: since when that can be done. What was told late sets clocks whose time is past: they are late from
    then on, not from a time at which nobody could have known of them.
    """

    clock_id: Annotated[UUID, P0]
    fires_at: Annotated[datetime, P0]
    rings_from: Annotated[datetime, P0]
    act: Annotated[str, P0]
    stream: Annotated[str, P0]
    stream_id: Annotated[UUID, P0]
    subject: Annotated[str, P0]
    arguments: Annotated[dict[str, Any], P0]
    task_id: Annotated[UUID | None, P0]
    clauses: Annotated[tuple[str, ...], P0]


class ClockAtRest(
    ClockRow,
    table="clock_at_rest",
    key=("clock_id",),
    private=True,
    indexes=("stream_id",),
    zh="停走的时钟",
    en="Clocks at rest",
):
    """A clock of a file that is closed: it goes on when the file is reopened, and rings then if its time is past."""


clocks = Projection("clock", zh="时钟", en="Clocks")

Rule = Callable[[Recorded], Iterator[Write]]
OF_AGE = next(c for c in CLOCKS if c.act == "child.note_coming_of_age")
GOING_ON = [c.act for c in CLOCKS if not c.rests]
"""They ring also for a file that is closed: nobody has anything to do by them."""
AGE_REVIEW = next(c for c in CLOCKS if c.act == "child.note_category_review_due")


def firing(clock_id: UUID, fires_at: datetime) -> UUID:
    """The command id of one firing: the same in every process and after every retelling."""
    return uuid5(clock_id, fires_at.astimezone(SHANGHAI).isoformat())


@clocks.on_every
def told(r: Recorded, event: Event[Any]) -> Iterator[Write]:
    """Clocks set, rung and cleared by this event. Those of a closed file rest, and go on for what is told of them."""
    rules = RULES.get(event.name, ())
    rested, rests = at_rest.is_closed(r.before), at_rest.is_closed(r.after)
    if rested and (rules or not rests):
        yield sql(_GO_ON, stream_id=r.stream_id, at=r.recorded_at)
    for rule in rules:
        yield from rule(r)
    if rests and (rules or not rested):
        yield sql(_REST, stream_id=r.stream_id, going_on=GOING_ON)


def _sets(clock: Clock, one: Sets, r: Recorded) -> Iterator[Write]:
    """The clocks of this subject as the event says; those set before are over. One of another matter sets none."""
    moments = list(_moments(getattr(r.event, one.field), after=clock.after))
    if not moments or any(getattr(r.event, n) is None for n in clock.key):
        return
    yield _gone(clock, r)
    arguments = {n: str(getattr(r.event, n)) for n in clock.key} | dict(clock.given)
    subject = _subject(clock, r)
    for number, fires_at in enumerate(moments):
        yield _set(clock, r, subject, arguments, fires_at, mark=f"/{number}")


def _set(
    clock: Clock,
    r: Recorded,
    subject: str,
    arguments: Mapping[str, str],
    fires_at: datetime,
    *,
    mark: str = "",
) -> Write:
    """One clock, set by this event; ``mark`` tells apart several that one event sets for a subject."""
    return insert(
        ClockRow,
        clock_id=uuid5(r.event_id, f"{clock.act}/{subject}{mark}"),
        fires_at=fires_at,
        rings_from=max(fires_at, r.recorded_at),
        act=clock.act,
        stream=r.stream,
        stream_id=r.stream_id,
        subject=subject,
        arguments=arguments,
        task_id=None,
        clauses=_clauses(clock, r),
    )


def _moments(value: Any, *, after: bool) -> Iterator[datetime]:
    """When a clock rings by what an event says; never for a day with none after it: that is how people write no end."""
    if isinstance(value, tuple):
        for one in value:
            yield from _moments(one, after=after)
    elif isinstance(value, datetime):
        yield value
    elif isinstance(value, date) and value < date.max:
        yield datetime.combine(value + timedelta(days=int(after)), time(), SHANGHAI)


def _subject(clock: Clock, r: Recorded) -> str:
    key = [str(getattr(r.event, n)) for n in clock.key if getattr(r.event, n, None) is not None]
    return "/".join([*clock.given.values(), *key])


def _clauses(clock: Clock, r: Recorded) -> list[str]:
    bound = {pack for pack, _ in r.stamp.packs}
    return [c for c in COMMANDS[clock.act].clauses if c.partition("-")[0] in bound]


_REST_OF_IT: LiteralString = "act, stream, stream_id, subject, arguments, task_id, clauses"
_COLUMNS: LiteralString = f"clock_id, fires_at, rings_from, {_REST_OF_IT}"
_REST: LiteralString = (
    "with rests as (delete from clock where stream_id = %(stream_id)s and task_id is null "
    "and not act = any(%(going_on)s::text[]) "
    f"returning {_COLUMNS}) "
    f"insert into clock_at_rest ({_COLUMNS}) select {_COLUMNS} from rests"
)
_GO_ON: LiteralString = (
    "with gone_on as (delete from clock_at_rest where stream_id = %(stream_id)s "
    f"returning {_COLUMNS}) "
    f"insert into clock ({_COLUMNS}) "
    f"select clock_id, fires_at, greatest(rings_from, %(at)s), {_REST_OF_IT} from gone_on"
)
_GONE: LiteralString = (
    "delete from clock k using jsonb_to_recordset(%(rows)s::jsonb) g "
    "(stream_id uuid, act text, subject text, begins boolean, until timestamptz) "
    "where k.stream_id = g.stream_id and k.act = g.act and k.task_id is null "
    "and (k.subject = g.subject or (g.begins and starts_with(k.subject, g.subject))) "
    "and (g.until is null or k.fires_at <= g.until)"
)


def _gone(clock: Clock, r: Recorded) -> Write:
    """The clocks of this subject, or all of the stream where the event names none."""
    named = all(hasattr(r.event, n) for n in clock.key)
    return cleared(r, clock.act, _subject(clock, r), begins=not named)


def cleared(
    r: Recorded, act: str, subject: str, *, begins: bool = False, until: datetime | None = None
) -> Write:
    """The clocks of the stream for this act and subject, or for those that begin so; those due ``until`` a moment."""

    def clears(clock: Mapping[str, Any]) -> bool:
        same = clock["subject"] == subject or (begins and clock["subject"].startswith(subject))
        return same and clock["task_id"] is None and (until is None or clock["fires_at"] <= until)

    row = {"stream_id": str(r.stream_id), "act": act, "subject": subject, "begins": begins}
    row |= {"until": until and until.isoformat()}
    under = (r.stream_id, act)
    return Clearing(_GONE, {"rows": Jsonb([row])}, "clock", ("stream_id", "act"), under, clears)


def _clears(clock: Clock, r: Recorded) -> Iterator[Write]:
    yield _gone(clock, r)


def _rung(clock: Clock, r: Recorded) -> Iterator[Write]:
    """What has been said need not be said again."""
    if any(str(getattr(r.event, n)) != value for n, value in clock.given.items()):
        return
    yield cleared(r, clock.act, _subject(clock, r), until=r.recorded_at)


def _corrected(r: Recorded) -> Iterator[Write]:
    """Another birth date, another day on which each category comes up for review, by the age it ends with."""
    if r.event.review_on is None or not isinstance(r.after, Child):  # type: ignore[attr-defined]
        return
    file = r.after.file
    for held in file.held:
        yield cleared(r, AGE_REVIEW.act, held.code)
        day = review_day(file.birth_on, held.age_below, rules_of(r))
        for fires_at in _moments(day, after=False):
            yield _set(AGE_REVIEW, r, held.code, {"category": held.code}, fires_at)


def _born(r: Recorded) -> Iterator[Write]:
    """The day of coming of age, by the birth that the file says now."""
    birth: date | None = r.event.birth_on  # type: ignore[attr-defined]
    if birth is not None:
        yield cleared(r, OF_AGE.act, "")
        for fires_at in _moments(birthday(birth, rules_of(r).count("adult_age")), after=False):
            yield _set(OF_AGE, r, "", {}, fires_at)


def _rules() -> dict[str, list[Rule]]:
    """Event name → what the table says of it: what clears, what has rung, then what sets."""
    found: dict[str, list[Rule]] = {}
    for clock in CLOCKS:
        for name in clock.clears:
            found.setdefault(name, []).append(partial(_clears, clock))
    for clock in CLOCKS:
        found.setdefault(clock.rung, []).append(partial(_rung, clock))
    for clock in CLOCKS:
        for one in clock.sets:
            found.setdefault(one.event, []).append(partial(_sets, clock, one))
    found.setdefault("child.event_corrected", []).extend((_corrected, _born))
    found.setdefault("child.file_opened", []).append(_born)
    return found


RULES = _rules()
