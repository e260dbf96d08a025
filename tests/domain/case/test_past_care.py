"""A child dies, or comes of age, while its case runs: that goes on and can end, and nobody has to be named for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.care_secured import CareSecured
from domain.case.closing import CaseClosed
from domain.case.coming_of_age import (
    LapseOrder,
    LapseRevocation,
    NoteWardOfAge,
    OrderLapsed,
    RevocationLapsed,
    what_was_for_a_child_that_died,
)
from domain.case.dispatch import EmergencyDutySetAside, SetEmergencyDutyAside
from domain.case.further_reports import IdentifyChild
from domain.case.orders import OrderFamilyEducation
from domain.case.placement_end import TemporaryGuardianshipEnded
from domain.case.return_home import AppointGuardianshipSupervisor
from domain.case.state import Case
from domain.case.supervision import GuardianshipSupervisionEnded
from domain.child.closing import FileClosed, FileReopened
from domain.child.corrections import EventDisavowed
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.kernel import Command, evolve
from domain.reactions import Put
from domain.terms.emergency import EmergencyDuty as D
from domain.terms.emergency import Finding
from domain.terms.file import FileCloseReason
from domain.terms.placement import EndReason, NextCare
from domain.terms.reports import Trigger
from tests.domain.case.before_court import ESTABLISHED, REVOCATION, supervisor
from tests.domain.case.cast import BROTHER, LI, MIAOZHEN, Around, case_of, child, cq
from tests.domain.case.on_scene import findings, on_scene_cq, then
from tests.domain.case.placing import HEARD, PLACED, PLACEMENT
from tests.domain.case.revoking import GIRL, in_sh
from tests.domain.case.test_closing import ITEMS_DONE, close
from tests.domain.case.test_orders import id_of, order
from tests.domain.case.test_placement_end import end
from tests.dsl import given, told

CLOSED = FileClosed(file_close_reason=FileCloseReason.DECEASED)


def dead(file: Child) -> Child:
    """The file once it is closed for the child's death."""
    return evolve(file, CLOSED)


def grown(file: Child) -> Child:
    """The file of somebody who is eighteen on the day of the stories."""
    return replace(file, file=replace(file.file, birth_on=date(2007, 3, 1)))


def found(finding: Finding) -> Command[Any]:
    return cq(findings(finding), at="2025-03-03 09:30")


WITHOUT_NEED = [pytest.param(dead, id="dead"), pytest.param(grown, id="of age")]


def aside(duty: D, **linked: Any) -> Command[Any]:
    given_ = SetEmergencyDutyAside(duty=duty, set_aside_reason="儿童已死亡或已成年")
    return cq(given_, at="2025-03-03 10:00", **linked)


@pytest.mark.parametrize("past", WITHOUT_NEED)
def test_a_case_ends_without_a_carer_for_whom_nobody_has_to_care(past: Any) -> None:
    """CQ2016-4.2-c2 asks that a child is not left alone; until then nothing but a false carer ended such a case."""
    given(*ITEMS_DONE).when(close(linked={LI: child()})).then_refused("no_named_carer")
    (closed,) = given(*ITEMS_DONE).when(close(linked={LI: past(child())})).facts()
    assert isinstance(closed, CaseClosed)


@pytest.mark.parametrize("past", WITHOUT_NEED)
def test_nobody_is_sought_for_it_and_what_happened_is_looked_into(past: Any) -> None:
    hurt = then(on_scene_cq(Trigger.SUSPECTED_DV), found(Finding.DOMESTIC_VIOLENCE))
    file = {LI: past(child())}
    given(*hurt).when(aside(D.SECURE_CARE, linked=file)).then(
        EmergencyDutySetAside(duty=D.SECURE_CARE, set_aside_reason="儿童已死亡或已成年")
    )
    for duty in (D.COLLECT_EVIDENCE, D.NOTIFY_TOWNSHIP, D.HANDLE_VIOLENCE):
        given(*hurt).when(aside(duty, linked=file)).then_refused("duty_cannot_be_set_aside")


def test_the_brother_still_needs_somebody() -> None:
    both = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER)), found(Finding.LIVING_ALONE)
    )
    files = {LI: dead(child()), BROTHER: child(BROTHER)}
    secure = aside(D.SECURE_CARE, linked=files)
    given(*both).when(secure).then_refused("duty_cannot_be_set_aside", field="duty")
    cared_for = (*both, CareSecured(child_id=BROTHER))
    assert len(given(*cared_for).when(secure).facts()) == 1


def in_file(command: Command[Any], file: Child) -> Command[Any]:
    return replace(command, context=replace(command.context, linked={LI: file}))


def test_a_placement_ends_with_the_childs_death_and_nothing_follows() -> None:
    over = end(next_care=NextCare.NOBODY, next_carer=None, best_interest_reason="儿童已死亡")
    given(*PLACED).when(in_file(over, child())).then_refused("child_is_living", field="nextCare")
    (ended,) = given(*PLACED).when(in_file(over, dead(child()))).facts()
    assert isinstance(ended, TemporaryGuardianshipEnded)
    assert (ended.placement_id, ended.end_reason) == (PLACEMENT, EndReason.DIED)
    given(*HEARD).when(in_file(over, dead(child()))).then_refused("not_placed")


def test_nobody_has_to_apply_against_the_guardian_of_a_child_that_died() -> None:
    case: Case = case_of(*ESTABLISHED)
    world: Any = Around(files=(dead(GIRL),), cases=(case,))
    (put_,) = what_was_for_a_child_that_died(world, dead(GIRL), (CLOSED,))
    assert put_ == Put(case.id, LapseRevocation(revocation_id=REVOCATION))
    lapse = in_sh(LapseRevocation(revocation_id=REVOCATION), file=dead(GIRL))
    given(*ESTABLISHED).when(lapse).then(RevocationLapsed(revocation_id=REVOCATION, child_id=LI))
    moved = FileClosed(file_close_reason=FileCloseReason.MOVED_AWAY)
    assert not list(what_was_for_a_child_that_died(world, GIRL, (moved,)))
    assert GIRL.file.residence == MIAOZHEN


def test_nobody_watches_the_guardian_of_a_child_that_died() -> None:
    gone, brother = dead(GIRL), replace(GIRL, id=BROTHER)
    educate = in_sh(order(OrderFamilyEducation), at="2024-05-10 10:00")
    owed = then(ESTABLISHED, supervisor(), educate)
    case, order_id = case_of(*owed), id_of(educate)
    world: Any = Around(files=(gone,), cases=(case,))
    puts = [put_.command for put_ in what_was_for_a_child_that_died(world, gone, (CLOSED,))]
    assert puts == [
        LapseRevocation(revocation_id=REVOCATION),
        NoteWardOfAge(child_id=LI),
        LapseOrder(order_id=order_id),
    ]
    _, unwatched, lapse = (in_sh(one, at="2024-05-11 10:00", file=gone) for one in puts)
    over = GuardianshipSupervisionEnded(child_id=LI, child_died=True)
    given(*owed).when(unwatched).then(over)
    given(*owed).when(lapse).then(OrderLapsed(order_id=order_id))
    known = then(owed, in_sh(IdentifyChild(child_id=BROTHER), at="2024-05-10 11:00"))
    lives = in_sh(puts[2], at="2024-05-11 10:00", linked={LI: gone, BROTHER: brother})
    given(*known).when(lives).then_nothing()
    again = in_sh(
        AppointGuardianshipSupervisor(supervisor_name="监督员", together_with="民政局"),
        at="2024-05-12 10:00",
        file=gone,
    )
    given(*ESTABLISHED).when(again).then_refused("ward_of_age", field="childId")


def test_a_death_that_was_none_is_none() -> None:
    stamped = told(CLOSED)
    closed = evolve(child(), stamped)
    assert (closed.file.status, closed.file.died) == (FileStatus.CLOSED, True)
    gone = EventDisavowed(target_event_id=stamped.told.event_id, disavowal_reason="同名误录")
    for after in (evolve(closed, told(gone)), evolve(closed, FileReopened(reopened_because="误"))):
        assert (after.file.status, after.file.died) == (FileStatus.OPEN, False)
