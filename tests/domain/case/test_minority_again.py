"""A birth is corrected, a death was recorded by mistake: what lapsed is there again, what runs has its new day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case.coming_of_age import LapseOrder, LapseRevocation, NoteWardOfAge
from domain.case.minority_again import (
    ComingOfAgeRedated,
    GuardianshipSupervisionResumed,
    LookAgainAtMinority,
    OrderResumed,
    RevocationResumed,
    minority_is_looked_at_again,
)
from domain.case.orders import CheckOrderExecution, OrderFamilyEducation
from domain.case.supervision import EndGuardianshipSupervision
from domain.child.closing import FileReopened
from domain.child.corrections import EventCorrected, EventDisavowed
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.kernel import Command, Event
from domain.reactions import Put
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.terms.intervention import OrderExecution, RevocationStage
from projections.clock_table import CLOCKS
from projections.queues import QUEUES
from tests.domain.case.before_court import ESTABLISHED, FALLBACK, REVOCATION, REVOKED, supervisor
from tests.domain.case.cast import CIVIL_SH, FATHER, LI, MIAOZHEN, Around, case_of
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import GIRL, SCHOOL, girl, in_sh
from tests.domain.case.test_orders import id_of, order
from tests.dsl import an_id, given

DEAD = replace(GIRL, file=replace(GIRL.file, status=FileStatus.CLOSED, died=True))
YOUNGER = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2014, 9, 1))
EDUCATE = in_sh(order(OrderFamilyEducation), at="2024-05-10 10:00")
OWED = then(ESTABLISHED, supervisor(), EDUCATE)
ORDER = id_of(EDUCATE)


def again(file: Child = GIRL, at: str = "2024-06-03 10:00") -> Command[Any]:
    """The file says something else."""
    return in_sh(LookAgainAtMinority(child_id=LI), at=at, file=file)


def lapsed(
    history: tuple[Event[Any], ...], file: Child = DEAD, at: str = "2024-06-01 10:00"
) -> tuple[Event[Any], ...]:
    """All that ends with the death."""
    over = (
        LapseRevocation(revocation_id=REVOCATION),
        NoteWardOfAge(child_id=LI),
        LapseOrder(order_id=ORDER),
    )
    return then(history, *(in_sh(one, at=at, file=file) for one in over))


def test_what_lapsed_with_a_death_that_was_none_is_there_again() -> None:
    gone = lapsed(OWED)
    assert not case_of(*gone).intervention.is_running
    given(*gone).when(again(DEAD)).then_nothing()
    facts = given(*gone).when(again()).facts()
    assert [type(f) for f in facts] == [
        RevocationResumed,
        OrderResumed,
        GuardianshipSupervisionResumed,
    ]
    before, case = case_of(*OWED), case_of(*gone, *facts)
    (revocation,) = case.intervention.revocations
    assert revocation.stage is RevocationStage.AWAIT_APPLICATION
    assert case.facts.find(RiskFactor.RF_15) is not None
    assert case.placement.supervised == before.placement.supervised == {LI}
    assert case.intervention.order(ORDER) is not None
    assert not case.intervention.orders[0].lapsed
    given(*gone, *facts).when(again()).then_nothing()
    # what is there again ends again, if it must
    end = lapsed((*gone, *facts), at="2024-06-04 10:00")
    assert case_of(*end).facts.find(RiskFactor.RF_15) is None
    assert not case_of(*end).intervention.is_running


def test_it_waits_for_what_it_waited_for_with_time_to_do_it() -> None:
    """Civil affairs that had to apply, or to have a guardian appointed, have to again."""
    for history, stage, queue in (
        (ESTABLISHED, RevocationStage.AWAIT_APPLICATION, "Q-29"),
        (then(ESTABLISHED, FALLBACK), RevocationStage.FALLBACK_DUE, "Q-29-FALLBACK"),
        (REVOKED, RevocationStage.REVOKED, "Q-29-APPOINT"),
    ):
        lapse = in_sh(LapseRevocation(revocation_id=REVOCATION), at="2024-06-01 10:00", file=DEAD)
        (event,) = given(*then(history, lapse)).when(again()).facts()
        assert isinstance(event, RevocationResumed)
        assert event.resumed_stage is stage
        assert event.civil_affairs_unit_id == CIVIL_SH.id
        assert event.application_by > date(2024, 6, 3)
        assert (event.fallback_on is not None) == (stage is RevocationStage.AWAIT_APPLICATION)
        opened = {
            q.code
            for q in QUEUES.values()
            for o in q.opens
            if o.event == event.name and (o.only is None or o.only(event, None))
        }
        assert opened == {queue}


def test_an_order_that_was_done_with_is_not_checked_again() -> None:
    """Nor is a family taught what the last check found done, nor a supervision resumed that somebody ended."""
    done = CheckOrderExecution(
        order_id=ORDER, order_execution=OrderExecution.COMPLIED, execution_note="已接受指导"
    )
    ended = EndGuardianshipSupervision(child_id=LI, supervision_end_reason="家庭稳定")
    history = then(
        OWED,
        in_sh(done, at="2024-05-20 10:00"),
        in_sh(ended, at="2024-05-21 10:00"),
    )
    resumed = [
        f for f in given(*lapsed(history)).when(again()).facts() if isinstance(f, OrderResumed)
    ]
    assert [(o.family_care_by, o.family_care_unit_id) for o in resumed] == [(None, None)]
    assert not case_of(*then(lapsed(history), again())).placement.supervised
    untaught = given(*lapsed(OWED)).when(again()).facts()
    (order_,) = [f for f in untaught if isinstance(f, OrderResumed)]
    assert order_.family_care_by is not None
    assert order_.order_check_on > date(2024, 6, 3)
    late = lapsed(then(history, in_sh(done, at="2028-01-01 10:00")), at="2028-01-02 10:00")
    facts = given(*late).when(again(at="2028-01-03 10:00")).facts()
    assert not [f for f in facts if isinstance(f, OrderResumed)]


def test_a_corrected_birth_moves_the_clock_of_each_matter() -> None:
    given(*OWED).when(again()).then_nothing()
    day = date(2032, 9, 1)
    given(*OWED).when(again(YOUNGER)).then(
        ComingOfAgeRedated(of_age_on=day, revocation_id=REVOCATION),
        ComingOfAgeRedated(of_age_on=day, order_id=ORDER),
        ComingOfAgeRedated(of_age_on=day, child_id=LI),
    )
    moved = then(OWED, again(YOUNGER))
    given(*moved).when(again(YOUNGER)).then_nothing()
    lapsing = ("revocation", "order", "non_performance")
    kept = {"case.note_ward_of_age", *(f"case.lapse_{what}" for what in lapsing)}
    told = {c.act for c in CLOCKS if any(s.event == ComingOfAgeRedated.name for s in c.sets)}
    assert told == kept


def test_who_was_taken_for_an_adult_is_a_minor_again() -> None:
    adult = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2004, 5, 10))
    names = {f.name for f in given(*lapsed(OWED, adult)).when(again(YOUNGER)).facts()}
    assert names == {
        RevocationResumed.name,
        OrderResumed.name,
        GuardianshipSupervisionResumed.name,
    }


def test_what_a_court_has_given_back_is_not_at_issue_again() -> None:
    """Whatever the file says of a birth; only a restoration that was none leaves somebody to be appointed."""
    over = LapseRevocation(revocation_id=REVOCATION, guardianship_restored=True)
    gone = then(REVOKED, in_sh(over, at="2024-06-01 10:00"))
    said: dict[str, Any] = {"restored_event": an_id("the restoration")}
    for revoked in (False, True):
        care = GIRL.care.changed(FATHER, revoked=revoked, **said)
        facts = given(*gone).when(again(replace(GIRL, care=care))).facts()
        assert [type(f) for f in facts] == [RevocationResumed] * revoked


@pytest.mark.parametrize(
    ("event", "asks"),
    [
        (FileReopened(reopened_because="儿童在世"), True),
        (EventDisavowed(target_event_id=an_id("closing"), disavowal_reason="误记"), True),
        (
            EventCorrected(
                target_event_id=an_id("e"), what_was_wrong="a", birth_on=date(2014, 9, 1)
            ),
            True,
        ),
        (EventCorrected(target_event_id=an_id("e"), what_was_wrong="a", right_value="b"), False),
    ],
)
def test_the_file_asks_the_case_to_look_again(event: Event[Any], asks: bool) -> None:  # noqa: FBT001
    case = case_of(*OWED)
    world: Any = Around(files=(GIRL,), cases=(case,))
    puts = list(minority_is_looked_at_again(world, GIRL, (event,)))
    assert puts == ([Put(case.id, LookAgainAtMinority(child_id=LI))] if asks else [])
    nothing: Any = Around(files=(GIRL,), cases=(case_of(),))
    assert not list(minority_is_looked_at_again(nothing, GIRL, (event,)))
