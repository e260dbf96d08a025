"""A child comes of age: nobody has to apply against its guardian any more, and what waited is over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case.coming_of_age import (
    LapseOrder,
    LapseRevocation,
    NoteWardOfAge,
    OrderLapsed,
    RevocationLapsed,
    revoked_of_somebody_of_age,
)
from domain.case.further_reports import IdentifyChild
from domain.case.intervention import step_of
from domain.case.orders import IssueProtectionOrder, OrderFamilyEducation
from domain.case.return_home import AppointGuardianshipSupervisor
from domain.case.supervision import GuardianshipSupervisionEnded
from domain.kernel import Command
from domain.reactions import Put
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.terms.intervention import Ground, InterventionStep, RevocationStage
from projections.queues import QUEUES
from tests.domain.case.before_court import (
    ESTABLISHED,
    FILED,
    IN_COURT,
    REVOCATION,
    REVOKED,
    application,
    deny,
    fallback,
    revoke,
    supervisor,
)
from tests.domain.case.cast import BROTHER, FATHER, LI, MIAOZHEN, Around, case_of
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    GIRL,
    SCHOOL,
    UNSUPERVISED,
    VIOLENT,
    E,
    girl,
    ground,
    in_sh,
)
from tests.domain.case.test_orders import id_of, order
from tests.dsl import given

ELEMENTS = {
    Ground.GROUND_1: UNSUPERVISED,
    Ground.GROUND_2: (E.REFUSED, E.WITHOUT_MEANS),
    Ground.GROUND_3: (E.VIOLENCE, E.SERIOUS_HARM),
    Ground.GROUND_4: (),
}
BIRTHDAY = "2031-09-01 00:00"


def lapse(at: str = BIRTHDAY, **more: Any) -> Command[Any]:
    """The clock, on the birthday."""
    return in_sh(LapseRevocation(revocation_id=REVOCATION), at=at, **more)


@pytest.mark.parametrize("which", Ground)
def test_no_ground_is_established_for_somebody_of_age(which: Ground) -> None:
    command = ground(which, *ELEMENTS[which], legal_basis="民法典第三十六条")
    adult = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2004, 5, 10))
    given(*VIOLENT).when(in_sh(command, file=adult)).then_refused("ward_of_age", field="childId")


def test_on_the_last_day_before_it_one_is() -> None:
    minor = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2004, 5, 11))
    first, *_ = given(*VIOLENT).when(in_sh(ground(), file=minor)).facts()
    assert first.of_age_on == date(2022, 5, 11)  # type: ignore[attr-defined]


def test_what_waits_for_an_application_is_over_on_the_birthday() -> None:
    given(*ESTABLISHED).when(lapse("2031-08-31 23:59")).then_nothing()
    given(*ESTABLISHED).when(lapse()).then(RevocationLapsed(revocation_id=REVOCATION, child_id=LI))
    case = case_of(*then(ESTABLISHED, lapse()))
    (revocation,) = case.intervention.revocations
    assert revocation.stage is RevocationStage.LAPSED
    assert not case.intervention.is_running
    assert case.facts.find(RiskFactor.RF_15) is None
    assert step_of(case, FATHER) is InterventionStep.OBSERVED
    given(*then(ESTABLISHED, lapse())).when(lapse()).then_nothing()


def test_civil_affairs_need_not_apply_for_somebody_of_age() -> None:
    given(*ESTABLISHED).when(fallback("2031-09-02 00:00")).then_nothing()


def test_nobody_need_be_appointed_for_somebody_of_age() -> None:
    given(*REVOKED).when(lapse()).then(RevocationLapsed(revocation_id=REVOCATION, child_id=LI))


ADULT = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2004, 5, 10))


def test_no_place_is_sought_for_somebody_of_age_whose_guardianship_is_in_court() -> None:
    """SH2020-4.4-h is said of children; the application is recorded all the same, and the court decides."""
    mothers = application(revocation_id=None, child_id=LI, guardian_id=FATHER)
    (opens,) = QUEUES["Q-29-PLACEMENT"].opens
    assert opens.only is not None
    for file, wanted in ((ADULT, False), (GIRL, True)):
        filed = in_sh(mothers, at="2022-06-20 10:00", file=file)
        (event,) = given(*VIOLENT).when(filed).facts()
        assert opens.only(event, None) is wanted


def test_what_the_court_decides_of_somebody_of_age_asks_for_nobody_any_more() -> None:
    (revoked,) = given(*IN_COURT).when(revoke(file=ADULT)).facts()
    case = case_of(*IN_COURT, revoked)
    world: Any = Around(files=(ADULT,))
    (put_,) = revoked_of_somebody_of_age(world, case, (revoked,))
    assert put_ == Put(case.id, LapseRevocation(revocation_id=REVOCATION))
    assert len(given(*IN_COURT, revoked).when(lapse("2022-08-01 10:00", file=ADULT)).facts()) == 1
    given(*IN_COURT, revoked).when(lapse("2022-08-01 10:00")).then_nothing()
    denied: dict[str, Any] = {"at": "2024-05-06 10:00", "judged": date(2024, 5, 6)}
    assert len(given(*IN_COURT).when(deny(file=ADULT, **denied)).facts()) == 1
    assert len(given(*IN_COURT).when(deny(**denied)).facts()) == 2


def test_what_is_in_court_the_court_ends_and_a_corrected_birth_is_heeded() -> None:
    given(*then(ESTABLISHED, FILED)).when(lapse()).then_nothing()
    younger = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2014, 9, 1))
    given(*ESTABLISHED).when(lapse(file=younger)).then_nothing()


# --- what is owed while the child is a minor ------------------------------------------------------

SUPERVISED = then(ESTABLISHED, supervisor())


def of_age(at: str = BIRTHDAY, **more: Any) -> Command[Any]:
    """The clock of the supervision, on the birthday."""
    return in_sh(NoteWardOfAge(child_id=LI), at=at, **more)


def test_nobody_supervises_the_guardian_of_somebody_of_age() -> None:
    """SH2024-2.2.6-b is about children who return: an appointment without a term ends with the childhood."""
    assert SUPERVISED[-1].of_age_on == date(2031, 9, 1)  # type: ignore[attr-defined]
    given(*SUPERVISED).when(of_age("2031-08-31 23:59")).then_nothing()
    over = GuardianshipSupervisionEnded(child_id=LI, came_of_age=True)
    given(*SUPERVISED).when(of_age()).then(over)
    ended = then(SUPERVISED, of_age())
    assert not case_of(*ended).placement.supervised
    given(*ended).when(of_age("2031-09-02 00:00")).then_nothing()
    younger = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2014, 9, 1))
    given(*SUPERVISED).when(of_age(file=younger)).then_nothing()
    appointed = AppointGuardianshipSupervisor(supervisor_name="监督员", together_with="民政局")
    late = in_sh(appointed, at="2024-05-10 10:00", file=ADULT)
    given(*ESTABLISHED).when(late).then_refused("ward_of_age", field="childId")


EDUCATE = in_sh(order(OrderFamilyEducation), at="2024-05-10 10:00")
EDUCATED = then(VIOLENT, EDUCATE)


def lapsing(at: str = BIRTHDAY, **more: Any) -> Command[Any]:
    """The clock of the order, on the birthday."""
    return in_sh(LapseOrder(order_id=id_of(EDUCATE)), at=at, **more)


def test_an_order_to_bring_a_child_up_is_checked_no_longer_than_there_is_one() -> None:
    assert EDUCATED[-1].of_age_on == date(2031, 9, 1)  # type: ignore[attr-defined]
    given(*EDUCATED).when(lapsing("2031-08-31 23:59")).then_nothing()
    given(*EDUCATED).when(lapsing()).then(OrderLapsed(order_id=id_of(EDUCATE)))
    lapsed = then(EDUCATED, lapsing())
    assert case_of(*EDUCATED).intervention.is_running
    assert not case_of(*lapsed).intervention.is_running
    given(*lapsed).when(lapsing("2031-09-02 00:00")).then_nothing()


def test_a_protection_order_outlasts_the_childhood() -> None:
    kept = in_sh(order(IssueProtectionOrder, prohibitions=("禁止接触",)), at="2024-05-10 10:00")
    (issued,) = given(*VIOLENT).when(kept).facts()
    assert issued.of_age_on is None  # type: ignore[attr-defined]


def test_an_order_goes_on_while_another_of_the_guardians_children_is_a_minor() -> None:
    brother = girl(MIAOZHEN, SCHOOL, "LBC", birth_on=date(2016, 1, 1))
    both: dict[str, Any] = {"linked": {LI: GIRL, BROTHER: replace(brother, id=BROTHER)}}
    known = then(VIOLENT, in_sh(IdentifyChild(child_id=BROTHER), at="2022-05-10 09:00"))
    educate = in_sh(order(OrderFamilyEducation), at="2024-05-10 10:00", **both)
    educated = then(known, educate)
    assert educated[-1].of_age_on == date(2034, 1, 1)  # type: ignore[attr-defined]
    given(*educated).when(lapsing(**both)).then_nothing()
    given(*educated).when(lapsing("2034-01-01 00:00", **both)).then(
        OrderLapsed(order_id=id_of(EDUCATE))
    )
