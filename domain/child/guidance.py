"""督促指导、宣传与教育 · What was done with guardians: guidance, publicity, family education, duties, reminders.

Plain records: the texts ask that it be done and noted, and set no number (不定期). The employer of a parent is reminded
and learns nothing of the child (CQ2024-3.2-d).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.guardians import UNKNOWN_GUARDIAN, the_guardian
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Record
from domain.labels import name_fields
from domain.sensitivity import P0, P2, P3, P5_OUTCOME
from domain.terms.care import (
    CareAudience,
    CareMeans,
    FamilyProgramme,
    GuidanceTopic,
    Industry,
    LawTopic,
)
from domain.terms.places import DivisionId

name_fields(
    guidance_topics=("指导内容", "Topics of the guidance"),
    guidance_note=("指导情况", "Note on the guidance"),
    care_audience=("对象", "Audience"),
    care_means=("方式", "By which means"),
    law_topics=("法律内容", "Laws explained"),
    family_programme=("家庭教育项目", "Programme of family education"),
    education_ordered=("系责令接受", "It was ordered"),
    duty_list_version=("责任清单版本", "Version of the duty list"),
    duty_list_village=("制定村(居)", "Village of the duty list"),
    acknowledged_by=("签收监护人", "Guardians who acknowledged it"),
    acknowledged_on=("签收日期", "Acknowledged on"),
    reminded_on=("提醒日期", "Reminded on"),
)


class GuardianGuidanceGiven(
    Record[Child],
    name="child.guardian_guidance_given",
    zh="监护督促指导",
    en="Guardian guidance given",
    act="child.give_guardian_guidance",
    does=("记录监护督促指导", "Record guardian guidance"),
    when=ON_FILE,
    clauses=(
        "SH2020-2.2-b",
        "SH2020-3.1-b",
        "CQ2016-3.2-d",
        "CQ2024-2.1-b",
        "SH2024-2.2.4-a",
        "CQ2024-2.1-a",
        "CN2017-5.1-aj",
        "CQ2016-2.2-b",
        "CQ2024-4-e",
    ),
):
    guidance_topics: Annotated[tuple[GuidanceTopic, ...], P2]
    care_audience: Annotated[CareAudience, P2]
    care_means: Annotated[CareMeans, P2]
    guidance_note: Annotated[str | None, P3] = None


class LegalPublicityDelivered(
    Record[Child],
    name="child.legal_publicity_delivered",
    zh="法治宣传",
    en="Legal publicity delivered",
    act="child.deliver_legal_publicity",
    does=("记录法治宣传", "Record legal publicity"),
    when=ON_FILE,
    clauses=("SH2020-3.1-c", "SH2020-3.1-f", "CQ2016-3.2-d", "CQ2024-4-e"),
):
    law_topics: Annotated[tuple[LawTopic, ...], P2]
    care_audience: Annotated[CareAudience, P2]
    care_means: Annotated[CareMeans, P2]
    industry: Annotated[Industry | None, P3] = None


class FamilyEducationDelivered(
    Record[Child],
    name="child.family_education_delivered",
    zh="家庭教育指导",
    en="Family education delivered",
    version=2,
    act="child.deliver_family_education",
    does=("记录家庭教育指导", "Record family education"),
    when=ON_FILE,
    clauses=(
        "SH2024-2.2.4-d",
        "CQ2024-2.1-f",
        "CN2017-4.4.2-b",
        "CQ2016-3.4-g",
        "CQ2024-3.2-a",
        "CQ2024-2.1-f2",
        "CQ2024-2.1-a",
        "SH2024-2.2.5-d",
    ),
):
    family_programme: Annotated[FamilyProgramme, P2]
    care_audience: Annotated[CareAudience, P2]
    guidance_note: Annotated[str | None, P3] = None
    education_ordered: Annotated[bool, P5_OUTCOME] = False
    care_means: Annotated[CareMeans | None, P2] = None
    """Whether a course was brought home (CQ2024-2.1-f 送课上门), and by which other means."""


# By which means was not asked before.
says_more("child.family_education_delivered", 1)


class GuardianResponsibilityListIssued(
    Event[Child],
    name="child.guardian_responsibility_list_issued",
    zh="监护人责任清单已制发",
    en="Guardian responsibility list issued",
):
    duty_list_version: Annotated[str, P2]
    duty_list_village: Annotated[DivisionId | None, P2] = None
    acknowledged_by: Annotated[tuple[UUID, ...], P0] = ()
    acknowledged_on: Annotated[date | None, P2] = None


class IssueGuardianResponsibilityList(
    Command[Child],
    name="child.issue_guardian_responsibility_list",
    zh="制发监护人责任清单",
    en="Issue the guardian responsibility list",
    when=ON_FILE,
    clauses=("CQ2016-3.2-g",),
    behind=("acknowledged_on",),
):
    """Each guardian who signed for it is one on file."""

    duty_list_version: Annotated[str, P2]
    duty_list_village: Annotated[DivisionId | None, P2] = None
    acknowledged_by: Annotated[tuple[UUID, ...], P0] = ()
    acknowledged_on: Annotated[date | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if any(state.care.guardian(one) is None for one in self.acknowledged_by):
            raise UNKNOWN_GUARDIAN(field="acknowledgedBy")
        yield GuardianResponsibilityListIssued.of(self)


class EmployerReminderRecorded(
    Event[Child],
    name="child.employer_reminder_recorded",
    zh="已提醒用人单位",
    en="Employer reminded",
):
    guardian_id: Annotated[UUID, P0]
    employer_name: Annotated[str, P3]
    reminded_on: Annotated[date, P2]


class RecordEmployerReminder(
    Command[Child],
    name="child.record_employer_reminder",
    zh="登记企业督促员工",
    en="Record an employer's reminder",
    when=ON_FILE,
    clauses=("CQ2024-3.2-d",),
    behind=("reminded_on",),
):
    guardian_id: Annotated[UUID, P0]
    employer_name: Annotated[str, P3]
    reminded_on: Annotated[date, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        the_guardian(state, self.guardian_id)
        yield EmployerReminderRecorded.of(self)
