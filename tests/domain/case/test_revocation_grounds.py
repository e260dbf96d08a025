"""Grounds 1 to 4 with their elements, text by text (SH2020-4.4-d, CQ2016-4.4-d, CN2017-4.4.3-d and after)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.case.non_performance import EndNonPerformance, StartNonPerformance
from domain.case.revocation import RevocationGroundEstablished
from domain.child.state import Child
from domain.kernel import Command
from domain.terms.intervention import (
    Ground,
)
from domain.terms.measures import MeasureSubject
from tests.domain.case.cast import FATHER, LI, case_of
from tests.domain.case.on_scene import then
from tests.domain.case.revoking import (
    GIRL,
    SCHOOL,
    UNSUPERVISED,
    VIOLENT,
    VIOLENT_CN,
    VIOLENT_CQ,
    E,
    dissuade,
    girl,
    ground,
    in_cn,
    in_cq,
    in_sh,
)
from tests.dsl import an_id, given

# --- ground 1 -----------------------------------------------------------------------------------


def test_ground_1_needs_an_earlier_education_of_this_guardian() -> None:
    alone = in_sh(ground(Ground.GROUND_1, *UNSUPERVISED))
    given(*VIOLENT).when(alone).then_refused(
        "no_earlier_education", field="guardianId", cites="SH2020-4.4-d"
    )
    educated = then(VIOLENT, dissuade("2022-04-01 10:00"))
    (first, *_) = given(*educated).when(alone).facts()
    assert isinstance(first, RevocationGroundEstablished)


def test_education_in_an_earlier_case_of_the_child_counts() -> None:
    earlier = replace(
        case_of(*then(VIOLENT, dissuade("2022-04-01 10:00"))), id=an_id("an earlier case")
    )
    linked: dict[UUID, Any] = {LI: GIRL, earlier.id: earlier}
    command = in_sh(ground(Ground.GROUND_1, *UNSUPERVISED), linked=linked)
    assert given(*VIOLENT).when(command).facts()


@pytest.mark.parametrize("missing", UNSUPERVISED)
def test_ground_1_needs_every_element(missing: E) -> None:
    left = tuple(e for e in UNSUPERVISED if e is not missing)
    educated = then(VIOLENT, dissuade("2022-04-01 10:00"))
    refused = (
        given(*educated)
        .when(in_sh(ground(Ground.GROUND_1, *left)))
        .then_refused("ground_element_missing", field="elements", cites="SH2020-4.4-d")
    )
    assert refused.detail is not None
    assert refused.detail.zh == missing.zh


def aged(years: int) -> Child:
    """A child of Fengjie who is this old on 2025-05-10."""
    return girl(GIRL_CQ_HOME, SCHOOL, "LBC", birth_on=date(2025 - years, 5, 9))


GIRL_CQ_HOME = "".join(VIOLENT_CQ[0].told.place or "")


@pytest.mark.parametrize(("years", "refused"), [(15, False), (16, False), (17, True)])
def test_ground_1_in_chongqing_ends_after_sixteen(years: int, refused: bool) -> None:  # noqa: FBT001
    """十六周岁以下 includes sixteen until the rule owner decides otherwise (T-10)."""
    educated = then(VIOLENT_CQ, dissuade("2025-04-01 10:00", in_cq))
    asked = given(*educated).when(in_cq(ground(Ground.GROUND_1, *UNSUPERVISED), file=aged(years)))
    if refused:
        asked.then_refused("too_old_for_ground", field="childId", cites="CQ2016-4.4-d")
    else:
        assert asked.facts()


def test_elsewhere_and_without_a_birth_date_no_age_is_asked() -> None:
    educated = then(VIOLENT, dissuade("2022-04-01 10:00"))
    old = girl(GIRL.file.residence or "", SCHOOL, "LBC", birth_on=date(2005, 5, 9))
    assert given(*educated).when(in_sh(ground(Ground.GROUND_1, *UNSUPERVISED), file=old)).facts()
    in_chongqing = then(VIOLENT_CQ, dissuade("2025-04-01 10:00", in_cq))
    unknown = girl(GIRL_CQ_HOME, SCHOOL, "LBC", birth_on=None)
    command = in_cq(ground(Ground.GROUND_1, *UNSUPERVISED), file=unknown)
    assert given(*in_chongqing).when(command).facts()


# --- ground 2 -----------------------------------------------------------------------------------

REFUSES = (E.REFUSED, E.WITHOUT_MEANS)


def refused_since(since: date, at: str = "2022-05-01 10:00") -> Command[Any]:
    """He refuses from that day."""
    started = StartNonPerformance(
        subject_kind=MeasureSubject.PARENT,
        subject_id=FATHER,
        refused_since_on=since,
        refusal_facts="不寄生活费",
    )
    return in_sh(started, at=at)


@pytest.mark.parametrize(
    ("since", "enough"), [(date(2021, 11, 10), True), (date(2021, 11, 11), False)]
)
def test_ground_2_needs_six_months_to_the_day(since: date, enough: bool) -> None:  # noqa: FBT001
    history = then(VIOLENT, refused_since(since))
    asked = given(*history).when(in_sh(ground(Ground.GROUND_2, *REFUSES)))
    if enough:
        assert asked.facts()
    else:
        asked.then_refused("six_months_not_reached", field="guardianId", cites="SH2020-4.4-e")


def test_ground_2_needs_a_refusal_on_record_and_a_child_without_means() -> None:
    given(*VIOLENT).when(in_sh(ground(Ground.GROUND_2, *REFUSES))).then_refused(
        "six_months_not_reached"
    )
    long = then(VIOLENT, refused_since(date(2021, 1, 1)))
    refused = (
        given(*long)
        .when(in_sh(ground(Ground.GROUND_2, E.REFUSED)))
        .then_refused("ground_element_missing", field="elements")
    )
    assert refused.detail is not None
    assert refused.detail.zh == "生活无着"


@pytest.mark.parametrize(
    ("until", "enough"), [(date(2022, 4, 1), True), (date(2022, 3, 31), False)]
)
def test_a_refusal_that_is_over_counts_if_it_lasted(until: date, enough: bool) -> None:  # noqa: FBT001
    started = refused_since(date(2021, 10, 1), at="2022-04-02 10:00")
    refusal_id = uuid5(started.context.command_id, "refusal")
    over = EndNonPerformance(refusal_id=refusal_id, refusal_ended_on=until, performing_how="已返家")
    history = then(VIOLENT, started, in_sh(over, at="2022-04-03 10:00"))
    asked = given(*history).when(in_sh(ground(Ground.GROUND_2, *REFUSES)))
    if enough:
        assert asked.facts()
    else:
        asked.then_refused("six_months_not_reached")


# --- grounds 3 and 4 ----------------------------------------------------------------------------


@pytest.mark.parametrize("deed", [E.VIOLENCE, E.ABUSE, E.ABANDONMENT])
def test_ground_3_is_one_deed_and_serious_harm(deed: E) -> None:
    assert given(*VIOLENT_CQ).when(in_cq(ground(Ground.GROUND_3, deed, E.SERIOUS_HARM))).facts()
    given(*VIOLENT_CQ).when(in_cq(ground(Ground.GROUND_3, deed))).then_refused(
        "ground_element_missing", cites="CQ2016-4.4-f"
    )


@pytest.mark.parametrize("deed", [E.VIOLENCE, E.ABUSE, E.ABANDONMENT])
def test_ground_3_of_changning_is_the_same(deed: E) -> None:
    """CN2017-4.4.3-f: 实施家庭暴力、虐待或遗弃儿童导致其身心健康严重受损的."""
    assert given(*VIOLENT_CN).when(in_cn(ground(Ground.GROUND_3, deed, E.SERIOUS_HARM))).facts()
    for lacking in (ground(Ground.GROUND_3, deed), ground(Ground.GROUND_3, E.SERIOUS_HARM)):
        given(*VIOLENT_CN).when(in_cn(lacking)).then_refused(
            "ground_element_missing", cites="CN2017-4.4.3-f"
        )


def test_ground_3_without_a_deed_is_none() -> None:
    given(*VIOLENT).when(in_sh(ground(Ground.GROUND_3, E.SERIOUS_HARM))).then_refused(
        "ground_element_missing", field="elements"
    )


def test_only_shanghai_leaves_ground_3_open_at_its_end() -> None:
    """等严重侵害被监护人合法权益行为 (SH2020-4.4-f); CQ2016-4.4-f is closed."""
    other = ground(Ground.GROUND_3, E.OTHER_SERIOUS_INFRINGEMENT)
    assert given(*VIOLENT).when(in_sh(other)).facts()
    given(*VIOLENT_CQ).when(in_cq(other)).then_refused("ground_element_missing")
    given(*VIOLENT_CN).when(in_cn(other)).then_refused("ground_element_missing")


def test_only_changning_knows_ground_4_and_it_needs_its_law() -> None:
    """CN2017-4.4.3-g."""
    law = ground(Ground.GROUND_4, legal_basis="民法总则第三十六条")
    (first, *_) = given(*VIOLENT_CN).when(in_cn(law)).facts()
    assert isinstance(first, RevocationGroundEstablished)
    given(*VIOLENT_CN).when(in_cn(ground(Ground.GROUND_4))).then_refused(
        "ground_law_missing", field="legalBasis", cites="CN2017-4.4.3-g"
    )
    given(*VIOLENT).when(in_sh(law)).then_refused(
        "ground_not_in_text", field="revocationGround", cites="SH2020-4.4-d"
    )
    given(*VIOLENT_CQ).when(in_cq(law)).then_refused("ground_not_in_text")
