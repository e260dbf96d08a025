"""A file closed by mistake and put right: what was due is due again, what was settled meanwhile is not."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.child.categories import DetermineCategory
from domain.child.clinic import MakeClinicReferral, RecordClinicAttendance
from domain.child.closing import CloseFile, ReopenFile
from domain.child.corrections import CorrectEvent, DisavowEvent
from domain.child.entitlement_application import FileEntitlementApplication
from domain.child.entrusted_care import DesignateEntrustedCarer
from domain.child.entrusted_end import EndEntrustedCare
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence
from domain.child.state import Child
from domain.kernel import COMMANDS
from domain.terms.care import AbsenceReason, CareEndReason, CarerCapability, Kinship
from domain.terms.entitlements import AidApplicant, EntitlementType
from domain.terms.file import CategoryCode, FileCloseReason
from domain.terms.places import AreaType, DivisionId
from domain.terms.units import UnitKind
from domain.unit.posts import EndAssignment, RegisterUnit
from domain.unit.state import Unit
from ops.clock_worker import fire_due
from ops.platform import retell_all
from tests.dsl import local
from tests.projections.snapshot import digests
from tests.projections.town import (
    CLERK,
    FENGJIE,
    SECRETS,
    SUPERVISOR,
    Town,
    filed,
    unit_id,
)

BIRTHDAY = "child.note_coming_of_age"
"""Nobody has anything to do by it, so it rings for a file that is closed too."""


@pytest.fixture
def child(town: Town) -> UUID:
    """Left behind by both parents, with a carer, an application for a benefit, a review before sixteen."""
    town.at("2025-03-03 09:00")
    child = filed(town, area_type=AreaType.RURAL)
    for relation in (Kinship.FATHER, Kinship.MOTHER):
        town.do(RecordGuardian(relation=relation, guardian_name="莫某"), child, CLERK)
    for guardian in state(town, child).care.guardians:
        gone = RecordGuardianAbsence(
            guardian_id=guardian.guardian_id,
            absence_reason=AbsenceReason.WORK,
            away_from_on=date(2025, 3, 1),
        )
        town.do(gone, child, CLERK)
    town.do(DetermineCategory(category=CategoryCode("LBC_CQ_RURAL")), child, CLERK)
    carer = DesignateEntrustedCarer(
        carer_name="婆婆",
        carer_relation=Kinship.PATERNAL_GRANDMOTHER,
        carer_capability=CarerCapability.CAPABLE,
        carer_age=60,
    )
    town.do(carer, child, CLERK)
    applied = FileEntitlementApplication(
        family_applicant=AidApplicant.GUARDIAN, applied_for=(EntitlementType.MINIMUM_LIVING,)
    )
    town.do(applied, child, CLERK)
    return child


def state(town: Town, child: UUID) -> Child:
    found = town.platform.casebook.state(Child, child)
    assert isinstance(found, Child)
    return found


def closed(town: Town, child: UUID, when: str = "2025-03-05 09:00") -> None:
    mistake = CloseFile(file_close_reason=FileCloseReason.OPENED_IN_ERROR, close_note="误结")
    town.at(when).do(mistake, child, CLERK)


def reopened(town: Town, child: UUID, when: str = "2025-03-07 09:00") -> None:
    town.at(when).do(ReopenFile(reopened_because="核实在册"), child, CLERK)


def undo(town: Town, child: UUID) -> None:
    """The closing is disavowed."""
    closing = state(town, child).file.closing_event
    assert closing is not None
    mistake = DisavowEvent(target_event_id=closing, disavowal_reason="误操作")
    town.at("2025-03-07 09:00").do(mistake, child, CLERK)


def due(town: Town, child: UUID) -> set[tuple[Any, ...]]:
    """The open tasks about the child, as they stand."""
    rows = town.rows(
        "select w.*, d.escalates_at from read.work_item w join read.duty d using (task_id) "
        "where w.child_id = %(child)s and w.is_open",
        child=child,
    )
    said = ("queue", "status", "owner_unit_id", "named_person_id", "due_at", "escalates_at")
    return {tuple(row[name] for name in said) for row in rows}


def ringing(town: Town, child: UUID) -> set[tuple[Any, ...]]:
    """The clocks that run for the child and its tasks."""
    rows = town.rows("select * from read.clock where stream_id = %(child)s", child=child)
    return {(row["act"], row["subject"], row["fires_at"]) for row in rows}


def acts_ringing(town: Town, child: UUID) -> set[str]:
    """What the clocks that run are for."""
    return {act for act, *_ in ringing(town, child)}


@pytest.mark.parametrize("put_right", ["disavowed", "reopened"])
def test_every_duty_and_every_clock_stands_again_as_it_did(
    town: Town, child: UUID, put_right: str
) -> None:
    confirm = town.task("Q-51")
    accept: Any = COMMANDS["child.accept_task"]
    town.do(accept(task_id=confirm["task_id"]), child, SUPERVISOR)
    tasks, clocks = due(town, child), ringing(town, child)
    assert {"Q-09", "Q-13", "Q-14", "Q-20", "Q-51"} <= {task[0] for task in tasks}
    assert {"child.note_category_review_due", "child.reassess_tier"} <= {c[0] for c in clocks}
    closed(town, child)
    assert (due(town, child), acts_ringing(town, child)) == (set(), {BIRTHDAY})
    if put_right == "reopened":
        reopened(town, child)
    else:
        undo(town, child)
    others = {"Q-09", "Q-10"}  # the visits begin anew with the file
    assert {t for t in due(town, child) if t[0] not in others} == {
        t for t in tasks if t[0] not in others
    }
    assert {t[0] for t in due(town, child)} == {t[0] for t in tasks}
    assert {c[:2] for c in ringing(town, child)} == {c[:2] for c in clocks}
    kept = {c for c in clocks if c[0] not in {"child.note_visit_overdue", "child.escalate_task"}}
    assert kept <= ringing(town, child)
    live = digests(town)
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live


def test_a_closed_file_stays_closed_when_something_else_is_disavowed(
    town: Town, child: UUID
) -> None:
    (held,) = state(town, child).file.held
    closed(town, child)
    assert held.event_id is not None
    nothing = DisavowEvent(target_event_id=held.event_id, disavowal_reason="误录")
    town.at("2025-03-06 09:00").do(nothing, child, CLERK)
    assert (due(town, child), acts_ringing(town, child)) == (set(), {BIRTHDAY})


def test_what_was_settled_while_the_file_was_closed_does_not_come_back(
    town: Town, child: UUID
) -> None:
    (held,) = state(town, child).file.held
    assert held.event_id is not None
    closed(town, child)
    over = EndEntrustedCare(care_end_reason=CareEndReason.PARENT_RETURNED)
    town.at("2025-03-06 09:00").do(over, child, CLERK)
    right = CorrectEvent(
        target_event_id=held.event_id, what_was_wrong="出生日期", birth_on=date(2014, 6, 6)
    )
    town.at("2025-03-06 10:00").do(right, child, CLERK)
    (grown,) = ringing(town, child)
    assert (grown[0], grown[2]) == (BIRTHDAY, local("2032-06-06 00:00"))
    reopened(town, child)
    assert not {"Q-14", "Q-15"} & {task[0] for task in due(town, child)}
    (review,) = [c for c in ringing(town, child) if c[0] == "child.note_category_review_due"]
    assert review[2] > local("2030-04-01 00:00")
    assert grown in ringing(town, child)
    live = digests(town)
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live


def test_a_moment_that_passed_while_the_file_was_closed_is_noted_once_it_is_back(
    town: Town, child: UUID
) -> None:
    confirm = town.task("Q-51")
    closed(town, child)
    assert fire_due(town.at("2025-08-01 09:00").platform, town.now[0]).count == 0
    reopened(town, child, "2025-08-01 10:00")
    assert fire_due(town.platform, town.now[0]).count
    (late,) = [t for t in town.tasks("Q-51") if t["task_id"] == confirm["task_id"]]
    assert (late["is_open"], late["status"]) == (True, "ESCALATED")
    assert town.events("child.entitlement_decision_overdue") == 1


def test_who_left_the_unit_meanwhile_is_named_no_longer(town: Town, child: UUID) -> None:
    assert town.task("Q-51")["named_person_id"] == SUPERVISOR.person_id
    closed(town, child)
    township = town.platform.casebook.state(Unit, unit_id("township"))
    assert isinstance(township, Unit)
    (post,) = [p for p in township.posts if p.person_id == SUPERVISOR.person_id]
    town.at("2025-03-06 09:00").do(
        EndAssignment(assignment_id=post.assignment_id, ground="调离"), unit_id("township")
    )
    reopened(town, child)
    assert town.task("Q-51")["named_person_id"] == CLERK.person_id


@pytest.mark.parametrize("put_right", ["disavowed", "reopened"])
def test_the_clinic_has_its_patient_back_with_the_file(
    town: Town, child: UUID, put_right: str
) -> None:
    register = RegisterUnit(
        kind=UnitKind.MEDICAL, unit_name="县人民医院", division_id=DivisionId(FENGJIE)
    )
    hospital = town.do(register).stream_id
    town.do(MakeClinicReferral(clinic_unit_id=hospital), child, CLERK)
    (referral,) = state(town, child).mind.referrals
    came = RecordClinicAttendance(clinic_referral_id=referral, visited_clinic_on=date(2025, 3, 3))
    town.do(came, child, CLERK)
    patient = f"E:{hospital}"
    assert patient in town.tokens("child", "child_id", child)
    closed(town, child)
    assert patient not in town.tokens("child", "child_id", child)
    if put_right == "reopened":
        reopened(town, child)
    else:
        undo(town, child)
    assert patient in town.tokens("child", "child_id", child)
    live = digests(town)
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live
