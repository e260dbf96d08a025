"""Back in the family, under a supervisor where the text demands one (scenario 3, variant 2024)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.case.after_return import (
    NoteReturnHome,
    return_makes_a_key_target,
)
from domain.case.aftercare import (
    AftercarePlanOpened,
)
from domain.case.return_home import (
    AppointGuardianshipSupervisor,
    ChildReturnedToFamily,
    GuardianshipSupervisorAppointed,
    ReturnChildToFamily,
)
from domain.child.care_state import CareState, Guardian
from domain.child.file_state import FileStatus
from domain.child.key_targets import KeyTargetFlagged
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.reactions import Put
from domain.risk import RiskFactor
from domain.terms.file import KeyTargetGround
from domain.terms.reports import Trigger
from tests.domain.case.cast import (
    CIVIL_SH,
    FATHER,
    LI,
    MIAOZHEN,
    MOTHER,
    Around,
    case_of,
    child,
    cn,
    report,
    sh,
)
from tests.domain.case.on_scene import INJURED_CN, then
from tests.domain.case.test_placement_site import PROPOSED, receive
from tests.dsl import given, put

SHELTERED = then(PROPOSED, receive())


def at_home(**more: Any) -> ReturnChildToFamily:
    """Back to the father."""
    return ReturnChildToFamily(
        **{
            "returned_to": "父亲",
            "return_conditions": "接受家庭教育指导",
            "best_interest_reason": "监护能力评估可回归",
            **more,
        }
    )


def in_2024(*commands: Command[Any]) -> tuple[Event[Any], ...]:
    """A case of 2024 in Chongming: SH2020 and SH2024."""
    told = sh(
        report(Trigger.SUSPECTED_DV, discovered="2024-05-06 08:50", where=MIAOZHEN),
        at="2024-05-06 09:00",
    )
    return then((), told, *commands)


SUPERVISED = AppointGuardianshipSupervisor(
    supervisor_name="张某", together_with="民政局、妇联", supervised_until=date(2025, 5, 20)
)


def test_in_shanghai_2024_a_supervisor_comes_first() -> None:
    """Scenario 3, variant 2024; SH2024-2.2.6-b."""
    given(*in_2024()).when(sh(at_home(), at="2024-05-20 10:00")).then_refused(
        "guardianship_supervisor_missing", cites="SH2024-2.2.6-b"
    )
    appoint = sh(SUPERVISED, at="2024-05-18 10:00")
    given(*in_2024()).when(appoint).then(
        GuardianshipSupervisorAppointed(
            child_id=LI,
            supervisor_name="张某",
            together_with="民政局、妇联",
            supervised_until=date(2025, 5, 20),
        )
    )
    back = sh(at_home(), at="2024-05-20 10:00")
    returned, aftercare = given(*in_2024(appoint)).when(back).facts()
    assert returned == ChildReturnedToFamily(
        child_id=LI,
        returned_to="父亲",
        return_conditions="接受家庭教育指导",
        best_interest_reason="监护能力评估可回归",
        family_return_on=date(2024, 5, 20),
        key_target=True,
        key_target_unit_id=CIVIL_SH.id,
    )
    assert isinstance(aftercare, AftercarePlanOpened)
    assert aftercare.visits_on[0] == date(2024, 6, 3)
    facts = case_of(*in_2024(appoint, back)).facts
    fact = facts.find(RiskFactor.RF_34)
    assert fact is not None
    assert fact.child_id == LI


def test_before_2024_no_text_asks_for_a_supervisor() -> None:
    """2022 in Chongming: the return ends the placement."""
    back = sh(at_home(), at="2022-04-01 10:00")
    returned, _ = given(*SHELTERED).when(back).facts()
    assert isinstance(returned, ChildReturnedToFamily)
    case = case_of(*then(SHELTERED, back))
    assert case.placement.running(LI) is None
    ended = case.facts.find(RiskFactor.RF_35)
    assert ended is not None
    assert ended.ended_on == date(2022, 4, 1)
    nobody = sh(at_home(returned_to=" "), at="2022-04-01 10:00")
    given(*SHELTERED).when(nobody).then_refused("next_carer_missing", field="returnedTo")


def test_a_return_rests_on_the_childs_interest_and_its_own_words() -> None:
    unreasoned = sh(at_home(best_interest_reason=" "), at="2022-04-01 10:00")
    given(*SHELTERED).when(unreasoned).then_refused(
        "placement_needs_best_interest", field="bestInterestReason"
    )
    unheard = cn(at_home(), at="2019-04-01 10:00")
    given(*INJURED_CN).when(unheard).then_refused("placement_opinion_missing")


def test_the_return_flags_the_child_on_its_file() -> None:
    returned = ChildReturnedToFamily(
        child_id=LI,
        returned_to="父亲",
        best_interest_reason="可回归",
        family_return_on=date(2024, 5, 20),
        key_target=True,
    )
    around = Around(files=(child(),))
    case = case_of(*in_2024())
    assert list(return_makes_a_key_target(around, case, (returned,))) == [Put(LI, NoteReturnHome())]
    not_named = replace(returned, key_target=False)
    assert not list(return_makes_a_key_target(around, case, (not_named,)))
    closed = replace(child(), file=replace(child().file, status=FileStatus.CLOSED))
    off_the_ledger = Around(files=(closed,))
    assert not list(return_makes_a_key_target(off_the_ledger, case, (returned,)))
    note = put(NoteReturnHome(), at="2024-05-20 10:00", where=MIAOZHEN)
    (flagged,) = note.decide(child())
    assert isinstance(flagged, KeyTargetFlagged)
    assert flagged.key_target_ground is KeyTargetGround.RETURNED_HOME
    once: Child = flagged.evolve(child())
    assert not list(note.decide(once))


def with_father(*, revoked: bool) -> dict[UUID, Any]:
    """Li's file, the father's guardianship taken away by a court or not."""
    care = CareState(guardians=(Guardian(guardian_id=FATHER, relation="FATHER", revoked=revoked),))
    return {LI: child(care=care)}


def test_a_child_never_returns_to_a_guardian_whom_a_court_has_deprived() -> None:
    to_father = at_home(returned_to_guardian_id=FATHER)
    day = "2022-04-01 10:00"
    barred, sound = with_father(revoked=True), with_father(revoked=False)
    given(*SHELTERED).when(sh(to_father, day, linked=barred)).then_refused(
        "return_to_revoked_guardian", field="returnedToGuardianId"
    )
    unknown = at_home(returned_to_guardian_id=MOTHER)
    given(*SHELTERED).when(sh(unknown, day, linked=sound)).then_refused(
        "unknown_guardian", field="returnedToGuardianId"
    )
    facts = given(*SHELTERED).when(sh(to_father, day, linked=sound)).facts()
    assert isinstance(facts[0], ChildReturnedToFamily)
    assert facts[0].returned_to_guardian_id == FATHER
    assert facts[0].evolve(case_of(*SHELTERED)).placement.homes == ((LI, FATHER),)
