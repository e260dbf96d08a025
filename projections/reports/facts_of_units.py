"""机构事实行 · What reports count of units: how they stand, who serves, what they owe, what inspections found.

Shaped as in ``facts``: versions between positions of the log, ``event_id`` the event a figure is traced to. What a
unit did once (an activity, a conference, a training) is a row of ``report_happening`` like any other event.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from domain.labels import Term
from domain.sensitivity import P0, P2
from projections.readmodel import ReadModel


class Rectification(Term):
    """整改状态 · How far what an inspection found has been put right."""

    FOUND = "FOUND", "已发现", "Found"
    ORDERED = "ORDERED", "已责令整改", "To be put right"
    COMPLETED = "COMPLETED", "已整改", "Put right"


class UnitFact(
    ReadModel,
    table="report_unit",
    key=("unit_id", "from_position"),
    private=True,
    zh="机构事实行",
    en="Facts of a unit",
):
    """How a unit stands."""

    unit_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    digest: Annotated[str, P0]
    event_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    kind: Annotated[str, P0]
    vacancies: Annotated[tuple[str, ...], P0]
    """Required posts that nobody, or too few, hold."""
    directors: Annotated[int, P0]
    children: Annotated[int, P2]
    """Children on file in the village, each once."""
    ratio_breached: Annotated[bool, P0]
    offices: Annotated[tuple[str, ...], P0]
    """Offices held at the station."""
    prosecutor: Annotated[bool, P0]
    """Whether a prosecutor holds one of them."""


class PostFact(
    ReadModel,
    table="report_post",
    key=("assignment_id", "from_position"),
    private=True,
    indexes=("person_id", "unit_id"),
    zh="任职事实行",
    en="Facts of a post",
):
    """One person serving in one role; ``places`` is the post's own territory where that is narrower."""

    assignment_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    event_id: Annotated[UUID, P0]
    unit_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    role: Annotated[str, P0]
    active: Annotated[bool, P0]


class TrainedFact(
    ReadModel,
    table="report_trained",
    key=("event_id", "person_id"),
    private=True,
    indexes=("person_id",),
    zh="参训事实行",
    en="Facts of somebody trained",
):
    """One person at one training; ``until_position`` is empty, a training is not taken back."""

    event_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    unit_id: Annotated[UUID, P0]
    person_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    """Of the unit that trained."""
    level: Annotated[str, P0]
    trainees: Annotated[str, P0]
    trained_on: Annotated[date, P0]


class ObligationFact(
    ReadModel,
    table="report_obligation",
    key=("obligation_id", "from_position"),
    private=True,
    indexes=("unit_id",),
    zh="周期义务事实行",
    en="Facts of an obligation",
):
    """A duty of one period: how often it was done, whether its period ended before it was done as often as needed."""

    obligation_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    event_id: Annotated[UUID, P0]
    unit_id: Annotated[UUID, P0]
    unit_kind: Annotated[str, P0]
    places: Annotated[tuple[str, ...], P0]
    code: Annotated[str, P0]
    period: Annotated[str, P0]
    begins_on: Annotated[date, P0]
    due_on: Annotated[date | None, P0]
    presumed: Annotated[bool, P0]
    """By the usual holidays, until the school calendar names this one."""
    needed: Annotated[int, P0]
    done: Annotated[int, P0]
    missed: Annotated[bool, P0]
    fulfilled_on: Annotated[date | None, P0]
    """The day it was done as often as needed."""
    double_use: Annotated[bool, P0]


class InspectionFact(
    ReadModel,
    table="report_inspection",
    key=("inspection_id",),
    private=True,
    indexes=("unit_id",),
    zh="督查事实行",
    en="Facts of an inspection",
):
    """One inspection; ``until_position`` is empty."""

    inspection_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    event_id: Annotated[UUID, P0]
    unit_id: Annotated[UUID, P0]
    inspected_unit_id: Annotated[UUID | None, P0]
    places: Annotated[tuple[str, ...], P0]
    kind: Annotated[str, P0]
    sampled_files: Annotated[int, P0]
    inspected_on: Annotated[date, P0]


class FindingFact(
    ReadModel,
    table="report_finding",
    key=("finding_id", "from_position"),
    private=True,
    indexes=("inspection_id",),
    zh="督查问题事实行",
    en="Facts of a finding",
):
    """What an inspection found, and how far it has been put right (``Rectification``)."""

    finding_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    event_id: Annotated[UUID, P0]
    unit_id: Annotated[UUID, P0]
    inspection_id: Annotated[UUID, P0]
    rectifying_unit_id: Annotated[UUID | None, P0]
    places: Annotated[tuple[str, ...], P0]
    kind: Annotated[str, P0]
    many: Annotated[int, P0]
    status: Annotated[str, P0]
    found_on: Annotated[date, P0]
    rectify_by_on: Annotated[date | None, P0]
    completed_on: Annotated[date | None, P0]


class SentFact(
    ReadModel,
    table="report_sent",
    key=("event_id",),
    private=True,
    indexes=("unit_id, report_year",),
    zh="年度报告事实行",
    en="Facts of a report that was sent",
):
    """A yearly report as it was sent, with its figures; ``until_position`` is empty, nothing takes it back."""

    event_id: Annotated[UUID, P0]
    from_position: Annotated[int, P0]
    until_position: Annotated[int | None, P0]
    unit_id: Annotated[UUID, P0]
    places: Annotated[tuple[str, ...], P0]
    report_year: Annotated[int, P0]
    as_of_on: Annotated[date, P0]
    log_position: Annotated[int, P0]
    """What had been recorded when the figures were taken."""
    figures_hash: Annotated[str, P2]
    narrative: Annotated[str, P2]
    open_rectifications: Annotated[int, P0]
    figures: Annotated[dict[str, Any], P0]
    """Under ``figures``, in their canonical order."""
    sent_at: Annotated[datetime, P0]


UNIT_FACTS: tuple[type[ReadModel], ...] = (
    UnitFact,
    PostFact,
    TrainedFact,
    ObligationFact,
    InspectionFact,
    FindingFact,
    SentFact,
)
