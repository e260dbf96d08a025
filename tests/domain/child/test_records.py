"""Keeping the file: sections, verification, the working log, the school roll, disability, enrolment."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.categories import DetermineCategory
from domain.child.completeness import kept_sections
from domain.child.corrections import DisavowEvent
from domain.child.file import EnrolmentRecorded
from domain.child.records import (
    ChildDisabilityRecorded,
    ChildInfoUpdated,
    FileVerified,
    RecordDisability,
    UpdateChildInfo,
    WorkLogEntered,
)
from domain.child.school_roll import (
    ClearSchoolRollFlag,
    SchoolRollFlagCleared,
    SchoolRollFlagSet,
    SetSchoolRollFlag,
)
from domain.kernel import Command
from domain.risk import RiskFactor
from domain.terms.care import DisabilityDegree, DisabilityKind
from domain.terms.file import CategoryCode, FileSection, ScreeningSource, VerificationScope
from tests.domain.child.family import (
    SCHOOL,
    after,
    cq,
    jd,
    li_left_behind,
    noted,
    opening,
    sh_opening,
    told_by,
)
from tests.dsl import given

OPENED = told_by(cq(opening()))
LATER = "2025-03-04 09:00"
VISIT = ScreeningSource.VILLAGE_VISIT


def test_an_update_points_to_the_record_it_replaces() -> None:
    first = cq(
        UpdateChildInfo(section=FileSection.FAMILY, info_source=VISIT, content="祖母照料"), LATER
    )
    (before,) = given(*OPENED).when(first).facts()
    assert before == ChildInfoUpdated(
        section=FileSection.FAMILY, info_source=VISIT, content="祖母照料"
    )
    second = cq(
        UpdateChildInfo(section=FileSection.FAMILY, info_source=VISIT, content="姑母照料"),
        "2025-03-05 09:00",
    )
    given(*OPENED, before).when(second).then(
        ChildInfoUpdated(
            section=FileSection.FAMILY,
            info_source=VISIT,
            content="姑母照料",
            replaces_event_id=before.told.event_id,
        )
    )


def only(field: str) -> dict[str, Any]:
    """One field filled."""
    return {field: "情况"}


@pytest.mark.parametrize(
    ("section", "field"),
    [
        (FileSection.HEALTH, "health_content"),
        (FileSection.SCHOOLING, "school_content"),
        (FileSection.GUARDIANSHIP, "content"),
    ],
)
def test_content_goes_into_the_field_of_its_section(section: FileSection, field: str) -> None:
    right = UpdateChildInfo(section=section, info_source=VISIT, **only(field))
    (updated,) = given(*OPENED).when(cq(right, LATER)).facts()
    assert isinstance(updated, ChildInfoUpdated)
    for other in {"content", "health_content", "school_content"} - {field}:
        wrong = UpdateChildInfo(section=section, info_source=VISIT, **only(other))
        given(*OPENED).when(cq(wrong, LATER)).then_refused("content_misplaced", field="section")
    given(*OPENED).when(
        cq(UpdateChildInfo(section=section, info_source=VISIT), LATER)
    ).then_refused("content_misplaced")


def test_a_verification_is_remembered() -> None:
    verify = cq(noted(FileVerified, verification_scope=VerificationScope.FULL), LATER)
    given(*OPENED).when(verify).then(FileVerified(verification_scope=VerificationScope.FULL))
    assert after(cq(opening()), verify).file.verified_on == date(2025, 3, 4)


def test_a_file_that_is_not_open_is_not_verified() -> None:
    given().when(
        cq(noted(FileVerified, verification_scope=VerificationScope.FULL), LATER)
    ).then_refused("out_of_turn")


def test_the_working_log_is_written_down() -> None:
    given(*OPENED).when(cq(noted(WorkLogEntered, log_text="电话联系祖母"), LATER)).then(
        WorkLogEntered(log_text="电话联系祖母")
    )


@pytest.mark.clause("CQ2016-3.3-b", "SH2020-3.2-d", "CN2017-5.1-p", "CQ2016-3.3-n")
def test_the_school_of_the_child_is_known_to_the_rules() -> None:
    enrol = cq(noted(EnrolmentRecorded, school_unit_id=SCHOOL, grade="三年级"), LATER)
    assert after(cq(opening()), enrol).file.school_unit_id == SCHOOL


# --- the flag in the school roll


DETERMINE = cq(DetermineCategory(category=CategoryCode.LBC_CQ_RURAL), "2025-03-03 10:00")


def test_the_roll_is_flagged_once_for_a_left_behind_pupil_and_cleared_once() -> None:
    pupil = (*li_left_behind(school_unit_id=SCHOOL), DETERMINE)
    flag = cq(SetSchoolRollFlag(roll_sent_to="重庆学籍系统"), LATER)
    given(*told_by(*pupil)).when(flag).then(
        SchoolRollFlagSet(school_unit_id=SCHOOL, roll_sent_to="重庆学籍系统")
    )
    flagged = told_by(*pupil, flag)
    given(*flagged).when(cq(SetSchoolRollFlag(), "2025-03-05 09:00")).then_nothing()
    given(*flagged).when(cq(ClearSchoolRollFlag(), "2025-03-05 09:00")).then(
        SchoolRollFlagCleared(school_unit_id=SCHOOL)
    )
    given(*told_by(*pupil)).when(cq(ClearSchoolRollFlag(), LATER)).then_nothing()


def test_only_a_left_behind_pupil_is_flagged() -> None:
    given(*OPENED).when(cq(SetSchoolRollFlag(), LATER)).then_refused(
        "not_left_behind", cites="CQ2016-3.3-d"
    )
    given(*told_by(*li_left_behind(), DETERMINE)).when(cq(SetSchoolRollFlag(), LATER)).then_refused(
        "not_enrolled"
    )


# --- the child's own disability counts in every degree (SH2024-2.3.7-d)


@pytest.mark.parametrize("degree", list(DisabilityDegree))
@pytest.mark.parametrize("kind", [k for k in DisabilityKind if k.bodily_or_intellectual])
def test_any_degree_of_a_bodily_or_intellectual_disability_is_rf_20(
    kind: DisabilityKind, degree: DisabilityDegree
) -> None:
    record = jd(
        RecordDisability(disability_kind=kind, disability_degree=degree), "2024-08-01 09:00"
    )
    (recorded,) = given(*told_by(jd(sh_opening()))).when(record).facts()
    assert recorded == ChildDisabilityRecorded(disability_kind=kind, disability_degree=degree)
    child = after(jd(sh_opening()), record)
    assert child.facts.source(RiskFactor.RF_20) == recorded.told.event_id
    over = jd(
        RecordDisability(disability_kind=kind, disability_degree=degree, disability_over=True),
        "2024-09-01 09:00",
    )
    assert after(jd(sh_opening()), record, over).facts.find(RiskFactor.RF_20) is None


def test_a_psychiatric_disability_is_not_named_there() -> None:
    record = jd(
        RecordDisability(
            disability_kind=DisabilityKind.PSYCHIATRIC, disability_degree=DisabilityDegree.GRADE_1
        ),
        "2024-08-01 09:00",
    )
    assert after(jd(sh_opening()), record).facts.find(RiskFactor.RF_20) is None


def disability(kind: DisabilityKind, at: str, *, over: bool = False) -> Command[Any]:
    """A disability of this kind is recorded, or that it is no more."""
    degree = DisabilityDegree.GRADE_2
    record = RecordDisability(disability_kind=kind, disability_degree=degree, disability_over=over)
    return jd(record, at)


LIMB = disability(DisabilityKind.LIMB, "2024-08-01 09:00")


@pytest.mark.parametrize(
    "later",
    [
        (disability(DisabilityKind.PSYCHIATRIC, "2024-08-02 09:00"),),
        (
            disability(DisabilityKind.HEARING, "2024-08-02 09:00"),
            disability(DisabilityKind.HEARING, "2024-08-03 09:00", over=True),
        ),
    ],
)
def test_another_disability_says_nothing_of_the_one_that_is_there(later: tuple[Any, ...]) -> None:
    child = after(jd(sh_opening()), LIMB, *later)
    assert child.facts.find(RiskFactor.RF_20) is not None
    gone = disability(DisabilityKind.LIMB, "2024-08-04 09:00", over=True)
    assert after(jd(sh_opening()), LIMB, *later, gone).facts.find(RiskFactor.RF_20) is None


def test_a_disability_that_was_none_leaves_the_one_before() -> None:
    second = disability(DisabilityKind.HEARING, "2024-08-02 09:00")
    wrong = told_by(jd(sh_opening()), LIMB, second)[-1]
    undoing = DisavowEvent(target_event_id=wrong.told.event_id, disavowal_reason="记错了儿童")
    child = after(jd(sh_opening()), LIMB, second, jd(undoing, "2024-08-03 09:00"))
    assert child.file.disabilities_now == {DisabilityKind.LIMB}
    assert child.facts.find(RiskFactor.RF_20) is not None


# ── Completeness


def test_a_file_has_what_was_written_and_what_its_chapters_know() -> None:
    logged = cq(noted(WorkLogEntered, log_text="电话联系祖母"), LATER)
    assert kept_sections(after(cq(opening()))) == {"BASIC"}
    assert kept_sections(after(cq(opening()), logged)) == {"BASIC", "WORK_LOG"}
