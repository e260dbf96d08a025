"""协调与指导 · Joint conferences and professional guidance (C.13; SH2020-5.1-a, CQ2016-6.1-a, CN2017-5.1-a)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from domain.kernel import Record
from domain.labels import name_fields
from domain.sensitivity import P0, P2
from domain.terms.oversight import CoordinationBody, CoordinationLevel
from domain.unit.state import Unit

name_fields(
    coordination_body=("协调机构", "Coordination body"),
    coordination_level=("层级", "Level"),
    member_units=("成员单位", "Members"),
    agenda=("议题", "Agenda"),
    conference_decisions=("议定事项", "Decisions"),
    guided_unit_id=("受指导单位", "Unit guided"),
    guidance_topic=("指导主题", "Topic of the guidance"),
)


class CoordinationBodyRegistered(
    Record[Unit],
    name="unit.coordination_body_registered",
    zh="协调机制已建立",
    en="Coordination body registered",
    act="unit.register_coordination_body",
    does=("登记协调机制", "Register a coordination body"),
    clauses=("SH2020-5.1-a", "CQ2016-6.1-a", "CQ2016-6.1-b", "CN2017-5.1-a", "SH2024-3.1-a"),
):
    """One a district; the districts without one are a list of their own (S-21)."""

    coordination_body: Annotated[CoordinationBody, P0]
    coordination_level: Annotated[CoordinationLevel, P0]
    member_units: Annotated[tuple[str, ...], P2]


class ConferenceHeld(
    Record[Unit],
    name="unit.conference_held",
    zh="联席会议已召开",
    en="Conference held",
    act="unit.hold_conference",
    does=("登记联席会议", "Record a conference"),
    clauses=("SH2020-5.1-a", "CQ2016-6.1-a", "CN2017-5.1-a", "CN2017-5.1-k", "SH2024-4.1-b"),
):
    """No child is named in its record: a child's own conference is a record of its case."""

    coordination_body: Annotated[CoordinationBody, P0]
    member_units: Annotated[tuple[str, ...], P2]
    agenda: Annotated[tuple[str, ...], P2]
    conference_decisions: Annotated[tuple[str, ...], P2]


class ProfessionalGuidanceGiven(
    Record[Unit],
    name="unit.professional_guidance_given",
    zh="政策指导、技术支持已提供",
    en="Professional guidance given",
    act="unit.give_professional_guidance",
    does=("登记政策指导、技术支持", "Record professional guidance"),
    clauses=(
        "SH2020-3.2-h",
        "CQ2016-2.2-d",
        "CQ2016-3.2-n",
        "CN2017-5.1-i",
        "SH2024-4.1-c",
        "CN2017-5.1-ab",
    ),
):
    guided_unit_id: Annotated[UUID, P0]
    guidance_topic: Annotated[str, P2]
