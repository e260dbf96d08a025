"""What the texts of Chongqing name one by one, each as a unit notes it down: failings, services, periods, sites."""

from __future__ import annotations

from typing import Any

import pytest

from domain.kernel import Record
from domain.terms.oversight import Answerable, Failing, PublicityMedium, PublicityTopic
from domain.terms.safety import (
    ActivityPeriod,
    CareProgramme,
    FundingMode,
    ProviderKind,
    ResourceService,
    ShelterKind,
)
from domain.terms.units import UnitKind
from domain.unit.accountability import AccountabilityDecided
from domain.unit.providers import ActivityHeld, PlacementSiteRegistered, ProviderRegistered
from domain.unit.publicity import PublicityActivityHeld
from tests.domain.unit.cast import FENGJIE, here, registered
from tests.dsl import given

NOW = "2025-03-03 09:00"


def noted(event: Record[Any], kind: UnitKind = UnitKind.DISTRICT_CIVIL_AFFAIRS) -> Any:
    """The record as a unit of Fengjie is told to have made it."""
    values = {spec.name: getattr(event, spec.name) for spec in event.specs}
    command = here(event.Command(**values), at=NOW, where=FENGJIE)
    (told,) = given(registered(kind, FENGJIE)).when(command).facts()
    assert told == event
    return told


@pytest.mark.clause("CQ2016-6.3-d")
@pytest.mark.parametrize(
    ("failing", "words"),
    [
        (Failing.FIGURES_UNCLEAR, "底数不清"),
        (Failing.SCREENING_WEAK, "风险隐患排查不扎实"),
        (Failing.EMERGENCY_SLOW, "突发事件处置不及时"),
        (Failing.FORMALISM, "工作流于形式"),
    ],
)
def test_each_of_the_four_failings_can_be_answered_for(failing: Failing, words: str) -> None:
    decided = AccountabilityDecided(
        answerable=Answerable.UNIT,
        answerable_name="某镇",
        failing=failing,
        accountability_text="严肃处理",
    )
    assert "CQ2016-6.3-d" in noted(decided).told.clauses
    assert failing.zh == words


@pytest.mark.clause("CQ2024-2.5-h")
def test_a_consortium_offers_the_five_services_of_the_text() -> None:
    registered_as = ProviderRegistered(
        provider_kind=ProviderKind.CONSORTIUM,
        organisation_name="奉节县公益慈善服务联合体",
        funding_mode=FundingMode.OWN,
        resource_services=tuple(ResourceService),
    )
    assert "CQ2024-2.5-h" in noted(registered_as).told.clauses
    named = "场地支持、政策咨询、政府救助、慈善帮扶、资源链接"
    assert [service.zh for service in ResourceService] == named.split("、")


@pytest.mark.clause("CQ2024-2.2-f")
def test_a_clinic_of_the_mind_is_on_the_register_of_providers() -> None:
    clinic = ProviderRegistered(
        provider_kind=ProviderKind.MIND_CLINIC,
        organisation_name="奉节县妇幼保健院心理门诊",
        funding_mode=FundingMode.VOLUNTEER,
    )
    assert "CQ2024-2.2-f" in noted(clinic, UnitKind.MEDICAL).told.clauses


@pytest.mark.clause("CQ2016-6.2-a")
@pytest.mark.parametrize(
    "kind", [ShelterKind.RESCUE_MANAGEMENT, ShelterKind.WELFARE, ShelterKind.TEMPORARY_SHELTER]
)
def test_every_kind_of_site_a_child_is_brought_to_is_registered_with_its_places(
    kind: ShelterKind,
) -> None:
    site = PlacementSiteRegistered(
        shelter_kind=kind, organisation_name="某站", capacity=12, shelter_address="永安街道"
    )
    assert "CQ2016-6.2-a" in noted(site).told.clauses


@pytest.mark.clause("CQ2016-3.4-a")
@pytest.mark.parametrize("period", ActivityPeriod)
def test_an_activity_says_in_which_of_the_key_periods_it_was(period: ActivityPeriod) -> None:
    held = ActivityHeld(
        care_programme=CareProgramme.COLOURFUL_HOLIDAY, activity_period=period, participants=24
    )
    assert "CQ2016-3.4-a" in noted(held, UnitKind.YOUTH_LEAGUE).told.clauses


@pytest.mark.clause("CQ2016-3.4-c", "CQ2016-3.4-k")
@pytest.mark.parametrize(
    ("kind", "clause"),
    [
        (UnitKind.TRADE_UNION, "CQ2016-3.4-c"),
        (UnitKind.NEXT_GENERATION_COMMITTEE, "CQ2016-3.4-k"),
    ],
)
def test_unions_and_the_committee_for_the_next_generation_record_what_they_held(
    kind: UnitKind, clause: str
) -> None:
    held = ActivityHeld(
        care_programme=CareProgramme.OTHER, activity_period=ActivityPeriod.WEEKEND, participants=24
    )
    assert clause in noted(held, kind).told.clauses


def test_nobody_takes_part_fewer_than_none() -> None:
    """What is summed in a figure (S-18) is never below nought, whoever notes it down."""
    office = given(registered(UnitKind.TOWNSHIP, FENGJIE))

    def held(many: int) -> Any:
        said: dict[str, Any] = {
            "care_programme": CareProgramme.OTHER,
            "activity_period": ActivityPeriod.WEEKEND,
            "participants": many,
        }
        return here(ActivityHeld.Command(**said), at=NOW, where=FENGJIE)

    office.when(held(-1)).then_refused("number_negative", field="participants")
    assert office.when(held(0)).facts()


@pytest.mark.clause("CQ2024-2.3-d")
def test_a_village_committee_tells_of_the_prevention_of_crime() -> None:
    held = PublicityActivityHeld(
        publicity_topics=(PublicityTopic.CRIME_PREVENTION,),
        publicity_medium=PublicityMedium.COMMUNITY,
        publicity_note="与社区老年协会一起入户宣传",
    )
    assert "CQ2024-2.3-d" in noted(held, UnitKind.VILLAGE_COMMITTEE).told.clauses
