"""事实行 · What reports count: one row per version of a subject, with the log positions between which it was so.

``from_position`` is the position of the event that made the row so, ``until_position`` that of the event that changed
it (none while it stands). What was known on a day is then a plain question: the rows whose span holds the last position
recorded on or before that day (``report_day``). All tables are private: they are shown as figures only.
``places`` is the path of divisions from the province down; ``event_id`` the event a figure is traced to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from domain.sensitivity import P0, P1, P2, P3, P6_REPORTER
from projections.readmodel import ReadModel
from projections.reports.facts_of_pupils import PUPIL_FACTS
from projections.reports.facts_of_support import SUPPORT_FACTS
from projections.reports.facts_of_units import UNIT_FACTS


class DayFact(
    ReadModel,
    table="report_day",
    key=("recorded_on",),
    private=True,
    zh="记录日",
    en="Days of the log",
):
    """The last position recorded on a local day."""

    recorded_on: Annotated[date, P0]
    last_position: Annotated[int, P0]


class ChildFact(
    ReadModel,
    table="report_child",
    key=("child_id", "from_position"),
    private=True,
    zh="儿童事实行",
    en="Facts of a child",
):
    """How a child stands on file: what coverage, trend and entrusted care count."""

    child_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    status: Annotated[str, P0]
    categories: Annotated[tuple[str, ...], P0]
    care_group: Annotated[str, P0]
    """LBC, CID, VISITOR, several joined by ``+``, or NONE."""
    sex: Annotated[str | None, P1]
    birth_on: Annotated[date | None, P1]
    area_type: Annotated[str | None, P0]
    sections: Annotated[tuple[str, ...], P0]
    """Which contents the file has; what they say is nowhere here."""
    has_worker: Annotated[bool, P0]
    verified_on: Annotated[date | None, P0]
    key_target: Annotated[bool, P0]
    parents_gone: Annotated[bool, P0]
    has_carer: Annotated[bool, P0]
    agreement_required: Annotated[bool, P0]
    agreement_signed: Annotated[bool, P0]


class TierFact(
    ReadModel,
    table="report_tier",
    key=("child_id", "from_position"),
    private=True,
    zh="等级事实行",
    en="Facts of a tier",
):
    """At which tier a child on file stands; ``event_id`` put it there, or moved it to this place."""

    child_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    status: Annotated[str, P0]
    tier: Annotated[str | None, P0]


class DutyFact(
    ReadModel,
    table="report_duty",
    key=("child_id", "kind", "counted_event", "from_position"),
    private=True,
    zh="走访义务事实行",
    en="Facts of a visiting duty",
):
    """One contact, home visit or supervision that fell due once, counted from ``counted_event``.

    ``done_on`` by ``event_id``; ``ended``: it fell away, or another took its place before it was done.
    """

    child_id: Annotated[UUID, P0]
    kind: Annotated[str, P0]
    counted_event: Annotated[UUID, P0]
    counted_on: Annotated[date, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    cadence: Annotated[str, P0]
    due_on: Annotated[date, P0]
    done_on: Annotated[date | None, P0]
    ended: Annotated[bool, P0]


class IntakeFact(
    ReadModel,
    table="report_intake",
    key=("report_id", "from_position"),
    private=True,
    indexes=("case_id",),
    zh="报告事实行",
    en="Facts of a report",
):
    """One mandatory report and the stations of its case; ``is_first``: it opened the case, the others were linked."""

    report_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    event_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    is_first: Annotated[bool, P0]
    reporter_category: Annotated[str | None, P6_REPORTER]
    school_unit_id: Annotated[UUID | None, P6_REPORTER]
    """The school whose staff reported in that capacity; counted, never shown by the report."""
    triggers: Annotated[tuple[str, ...], P0]
    discovered_at: Annotated[datetime, P0]
    reported_at: Annotated[datetime, P0]
    accepted_at: Annotated[datetime | None, P0]
    dispatch_due_at: Annotated[datetime | None, P0]
    """By when the police were to be out; none until they accept, and where that was not said."""
    dispatched_at: Annotated[datetime | None, P0]
    notified_at: Annotated[datetime | None, P0]
    unfounded: Annotated[bool, P0]


class PlacementFact(
    ReadModel,
    table="report_placement",
    key=("placement_id", "from_position"),
    private=True,
    indexes=("case_id",),
    zh="安置事实行",
    en="Facts of a placement",
):
    """One placement of one child as it stood."""

    placement_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    case_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P0]
    places: Annotated[tuple[str, ...], P0]
    kind: Annotated[str, P0]
    status: Annotated[str, P0]
    site_kind: Annotated[str, P0]
    started_on: Annotated[date | None, P0]
    limit_on: Annotated[date | None, P0]
    ended_on: Annotated[date | None, P0]


class MatterFact(
    ReadModel,
    table="report_matter",
    key=("kind", "matter_id", "from_position"),
    private=True,
    indexes=("child_id", "case_id"),
    zh="办理事项事实行",
    en="Facts of a matter",
):
    """Something that was opened and is to be closed: a warning, a problem found, a failing, a plan."""

    kind: Annotated[str, P0]
    matter_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    event_id: Annotated[UUID, P0]
    subject_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P0]
    case_id: Annotated[UUID | None, P0]
    places: Annotated[tuple[str, ...], P0]
    cell: Annotated[str | None, P0]
    opened_at: Annotated[datetime, P0]
    due_at: Annotated[datetime | None, P0]
    closed_at: Annotated[datetime | None, P0]
    closed_event: Annotated[UUID | None, P0]
    outcome: Annotated[str | None, P0]


class HappeningFact(
    ReadModel,
    table="report_happening",
    key=("event_id",),
    private=True,
    indexes=("name, occurred_on", "child_id", "case_id"),
    zh="事件事实行",
    en="Facts of an event",
):
    """One event that is counted as such. ``until_position``: when it was disavowed."""

    event_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    name: Annotated[str, P0]
    subject_id: Annotated[UUID, P0]
    child_id: Annotated[UUID | None, P0]
    case_id: Annotated[UUID | None, P0]
    places: Annotated[tuple[str, ...], P0]
    cells: Annotated[tuple[str, ...], P0]
    amount: Annotated[int | None, P0]
    part: Annotated[int | None, P0]
    """How many of the amount are of those a text names apart."""
    occurred_on: Annotated[date, P0]
    person_id: Annotated[UUID | None, P2]
    fingerprint: Annotated[str | None, P3]
    """Of a free text, to find the same words written of several children; emptied by erasure like the text."""


FACTS: tuple[type[ReadModel], ...] = (
    ChildFact,
    TierFact,
    DutyFact,
    IntakeFact,
    PlacementFact,
    MatterFact,
    HappeningFact,
    *PUPIL_FACTS,
    *UNIT_FACTS,
    *SUPPORT_FACTS,
)
