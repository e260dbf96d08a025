"""When the emergency is over (scenarios 1, 3, 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case.care_secured import (
    CareSecured,
    NoteCareSecured,
    RecordCareSecured,
    carer_named_ends_the_branch,
    children_without_care,
    emergency_may_finish,
    placement_ends_the_branch,
    what_keeps_emergency_open,
)
from domain.case.further_reports import LinkFurtherReport
from domain.case.intake import AcceptReport
from domain.case.notices import NotifyCivilAffairsForPlacement
from domain.case.placement_state import Placement, PlacementState
from domain.case.state import Case
from domain.child.entrusted_care import EntrustedCarerDesignated
from domain.child.guardians import ParentReturned
from domain.child.state import Child
from domain.kernel import Event, replay
from domain.reactions import Put
from domain.risk import RiskFactor
from domain.terms.care import CarerCapability, Kinship
from domain.terms.emergency import (
    DangerState,
    EmergencyDuty,
    Finding,
)
from domain.terms.placement import PlacementKind, PlacementStatus
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from tests.domain.case.cast import (
    BROTHER,
    CASE,
    FATHER,
    LI,
    MOTHER,
    MOTHER_BACK,
    Around,
    case_of,
    child,
    cn,
    cq,
)
from tests.domain.case.on_scene import (
    ALONE,
    INJURED_CN,
    NOTIFY,
    call,
    escort,
    findings,
    on_scene_cq,
    then,
)
from tests.dsl import an_id, given, local, told

D = EmergencyDuty

MAY = "2025-05-07 09:00"
AGAIN = LinkFurtherReport(
    report_channel=ReportChannel.PHONE,
    reporter_category=ReporterCategory.SCHOOL,
    discovered_at=local("2025-05-07 08:40"),
    triggers=(Trigger.LIVING_ALONE,),
)

NOTIFIED = then(ALONE, cq(NOTIFY, at="2025-03-03 11:30"))

ESCORTED = then(NOTIFIED, call(FATHER, at="2025-03-03 11:40"), cq(escort(), at="2025-03-03 12:00"))


def test_an_escort_is_no_named_carer() -> None:
    case = case_of(*ESCORTED)
    assert what_keeps_emergency_open(case, {LI: child()}) == (D.SECURE_CARE,)
    assert children_without_care(case, {LI: child()}) == (LI,)
    assert not emergency_may_finish(case, {LI: child()})
    given(*ESCORTED).when(cq(RecordCareSecured(), at="2025-03-07 09:00")).then_refused(
        "no_named_carer", cites="CQ2016-4.2-c2"
    )


def test_a_mother_back_home_ends_the_branch() -> None:
    back = {LI: child(care=MOTHER_BACK)}
    secure = cq(RecordCareSecured(), at="2025-03-07 09:00", linked=back)
    given(*ESCORTED).when(secure).then(CareSecured(child_id=LI))
    case = case_of(*then(ESCORTED, secure))
    assert emergency_may_finish(case, back)
    assert case.facts.find(RiskFactor.RF_01) is None
    assert case.emergency.open_duties == (D.REPRIMAND_GUARDIAN,)
    given(*then(ESCORTED, secure)).when(secure).then_nothing()


def test_a_child_found_alone_again_is_cared_for_by_nobody_until_it_is_said_anew() -> None:
    """SH2020-4.2-d, CQ2016-4.2-c2: the mother who came back in March has left again in May."""
    back = {LI: child(care=MOTHER_BACK)}
    secured = then(
        NOTIFIED, cq(RecordCareSecured(), at="2025-03-07 09:00", linked=back), cq(AGAIN, at=MAY)
    )
    found = then(
        secured,
        cq(AcceptReport(), at=MAY),
        cq(findings(Finding.LIVING_ALONE), at=MAY),
    )
    case = case_of(*found)
    assert what_keeps_emergency_open(case, back) == (D.SECURE_CARE,)
    given(*found).when(cq(RecordCareSecured(), at=MAY, linked=back)).then(CareSecured(child_id=LI))


def test_a_file_that_named_a_mother_at_home_proves_nothing_by_itself() -> None:
    case = case_of(*NOTIFIED)
    assert not emergency_may_finish(case, {LI: child(care=MOTHER_BACK)})


def test_after_an_accident_the_parents_at_home_are_carers() -> None:
    accident = then(
        on_scene_cq(Trigger.SUSPECTED_ACCIDENT),
        cq(findings(Finding.ACCIDENTAL_INJURY), at="2025-03-03 09:30"),
    )
    home = {LI: child(care=MOTHER_BACK)}
    assert what_keeps_emergency_open(case_of(*accident), home) == (D.NOTIFY_TOWNSHIP,)
    told = then(accident, cq(NOTIFY, at="2025-03-03 11:30"))
    assert emergency_may_finish(case_of(*told), home)
    assert not emergency_may_finish(case_of(*told), {LI: child()})


def test_the_township_must_have_been_told() -> None:
    secured = case_of(*ALONE, CareSecured(child_id=LI))
    assert what_keeps_emergency_open(secured, {}) == (D.NOTIFY_TOWNSHIP,)


def test_every_child_needs_somebody() -> None:
    two = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=(LI, BROTHER)),
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
        cq(NOTIFY, at="2025-03-03 11:30"),
    )
    one = case_of(*two, CareSecured(child_id=LI))
    assert children_without_care(one, {}) == (BROTHER,)
    assert one.facts.find(RiskFactor.RF_01) is not None
    both = case_of(*two, CareSecured(child_id=LI), CareSecured(child_id=BROTHER))
    assert emergency_may_finish(both, {})


def test_a_child_nobody_knows_cannot_be_in_care() -> None:
    nameless = then(
        on_scene_cq(Trigger.LIVING_ALONE, children=()),
        cq(findings(Finding.LIVING_ALONE), at="2025-03-03 09:30"),
    )
    given(*nameless).when(cq(RecordCareSecured(), at="2025-03-03 10:00")).then_refused(
        "child_not_identified", field="childId"
    )
    assert not emergency_may_finish(case_of(*nameless), {})


def placed(history: tuple[Event[Any], ...]) -> Case:
    """The same case with Li in a placement."""
    placement = Placement(
        placement_id=an_id("placement"),
        child_id=LI,
        kind=PlacementKind.SHORT_TERM,
        status=PlacementStatus.ACTIVE,
    )
    return replace(case_of(*history), placement=PlacementState(placements=(placement,)))


def test_a_placement_is_care() -> None:
    case = placed(INJURED_CN)
    note = Put(CASE, NoteCareSecured(child_id=LI))
    assert list(placement_ends_the_branch(Around(), case, ())) == [note]
    assert list(placement_ends_the_branch(Around(), case_of(*INJURED_CN), ())) == []
    assert emergency_may_finish(case, {})
    care = cn(NoteCareSecured(child_id=LI), at="2019-03-31 09:00")
    (event,) = given(*INJURED_CN).when(care).facts()
    secured = placed((*INJURED_CN, event))
    assert list(placement_ends_the_branch(Around(), secured, ())) == []
    given(*INJURED_CN, event).when(care).then_nothing()


RETURNED = ParentReturned(guardian_id=MOTHER, returned_on=date(2025, 3, 7))

DESIGNATED = EntrustedCarerDesignated(
    carer_id=an_id("grandmother"),
    carer_name="祖母",
    carer_relation=Kinship.PATERNAL_GRANDMOTHER,
    carer_is_adult=True,
    carer_capability=CarerCapability.CAPABLE,
)


@pytest.mark.parametrize("named", [RETURNED, DESIGNATED])
def test_a_carer_named_on_the_file_ends_the_branch(named: Event[Child]) -> None:
    cases = Around(cases=(case_of(*ESCORTED),))
    file = replay(child(), (named,))
    note = Put(CASE, NoteCareSecured(child_id=LI))
    assert list(carer_named_ends_the_branch(cases, file, (named,))) == [note]
    secured = Around(cases=(case_of(*ESCORTED, CareSecured(child_id=LI)),))
    assert list(carer_named_ends_the_branch(secured, file, (named,))) == []
    assert list(carer_named_ends_the_branch(cases, file, ())) == []


def entrusted_to(relation: Kinship) -> EntrustedCarerDesignated:
    """Somebody of age and capable, named by the parents."""
    named = EntrustedCarerDesignated(
        carer_id=an_id("carer"),
        carer_name="受托人",
        carer_relation=relation,
        carer_is_adult=True,
        carer_capability=CarerCapability.CAPABLE,
    )
    stamped = told(named, at="2025-03-07 09:00")
    assert isinstance(stamped, EntrustedCarerDesignated)
    return stamped


def test_where_the_guardian_failed_only_a_relative_is_entrusted() -> None:
    """SH2020-4.2-f, CQ2016-4.2-f: 委托其他亲属监护照料; of a child alone the parents name whom they like (-d)."""
    failed = then(
        on_scene_cq(Trigger.GUARDIAN_NOT_PERFORMING),
        cq(findings(Finding.GUARDIAN_NOT_PERFORMING), at="2025-03-03 09:30"),
    )
    note = [Put(CASE, NoteCareSecured(child_id=LI))]
    for history, relation, ends in (
        (failed, Kinship.OTHER_ADULT, False),
        (failed, Kinship.UNCLE_OR_AUNT, True),
        (ALONE, Kinship.OTHER_ADULT, True),
    ):
        named = entrusted_to(relation)
        file = replay(child(), (named,))
        cases = Around(cases=(case_of(*history),))
        assert list(carer_named_ends_the_branch(cases, file, (named,))) == (note if ends else [])
        said = cq(RecordCareSecured(), at="2025-03-07 10:00", linked={LI: file})
        if ends:
            given(*history).when(said).then(CareSecured(child_id=LI))
        else:
            given(*history).when(said).then_refused("carer_is_no_relative", cites="CQ2016-4.2-f")


def test_a_return_of_one_who_is_unable_does_not_end_it() -> None:
    cases = Around(cases=(case_of(*ESCORTED),))
    assert list(carer_named_ends_the_branch(cases, child(), (RETURNED,))) == []


VIOLENT = then(
    on_scene_cq(Trigger.SUSPECTED_DV),
    cq(findings(Finding.DOMESTIC_VIOLENCE), at="2025-03-03 09:30"),
)
MISSED = then(on_scene_cq(Trigger.MISSING), cq(findings(Finding.MISSING), at="2025-03-03 09:30"))
ENDANGERED = then(ALONE, cq(findings(dangers=(DangerState.SERIOUS_INJURY,)), at="2025-03-03 09:40"))
TO_BE_PLACED = then(
    ALONE,
    cq(
        NotifyCivilAffairsForPlacement(
            placement_ground="无人照料", best_interest_reason="就近入学"
        ),
        at="2025-03-03 09:40",
    ),
)


@pytest.mark.parametrize(
    "history",
    [VIOLENT, MISSED, ENDANGERED, TO_BE_PLACED],
    ids=["violence", "missing", "danger", "placement sought"],
)
def test_who_comes_home_may_be_who_did_it(history: tuple[Event[Any], ...]) -> None:
    """D.1 ends by a return only the branches of a child alone or badly looked after (SH2020-4.2-k, CQ2016-4.2-k)."""
    file = replay(child(), (RETURNED,))
    cases = Around(cases=(case_of(*history),))
    assert list(carer_named_ends_the_branch(cases, file, (RETURNED,))) == []
