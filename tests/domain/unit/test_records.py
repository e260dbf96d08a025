"""What a unit must be able to note down: each plain record is told as it was put, under the clauses of its place."""

from __future__ import annotations

from typing import Any

import pytest

from domain.kernel import Record
from domain.terms.units import UnitKind
from domain.unit.accountability import CommendationRecorded
from domain.unit.conference import (
    ConferenceHeld,
    ProfessionalGuidanceGiven,
)
from domain.unit.funding import FundingRecorded
from domain.unit.plans_filed import (
    AppraisalMethodFiled,
)
from domain.unit.providers import (
    ActivityHeld,
    FacilityRegistered,
    PlacementSiteRegistered,
    ProviderRegistered,
)
from domain.unit.publicity import PublicityActivityHeld
from tests.domain.unit.cast import here, registered
from tests.domain.unit.records import IN_CHANGNING, IN_CHONGMING, IN_CHONGQING, RECORDS
from tests.dsl import given


@pytest.mark.parametrize(
    ("event", "when_and_where", "clause"),
    RECORDS,
    ids=[f"{n} {event.name} {clause}" for n, (event, _, clause) in enumerate(RECORDS)],
)
@pytest.mark.clause("SH2024-4.1-c")
def test_it_is_told_as_it_was_put(
    event: Record[Any], when_and_where: tuple[str, str], clause: str
) -> None:
    where, at = when_and_where
    values = {spec.name: getattr(event, spec.name) for spec in event.specs}
    unit = registered(UnitKind.DISTRICT_CIVIL_AFFAIRS, where)
    (told,) = given(unit).when(here(event.Command(**values), at=at, where=where)).facts()
    assert told == event
    assert told.stamp is not None
    assert clause in told.stamp.clauses


BY_PLACE: list[tuple[type[Record[Any]], tuple[str, str], set[str]]] = [
    (FundingRecorded, IN_CHONGMING, {"SH2020-5.3-a", "SH2024-4.1-d"}),
    (FundingRecorded, IN_CHONGQING, {"CQ2016-6.2-d"}),
    (FundingRecorded, IN_CHANGNING, {"CN2017-5.1-x"}),
    (PlacementSiteRegistered, IN_CHONGMING, {"SH2020-5.3-b"}),
    (PlacementSiteRegistered, IN_CHANGNING, {"CN2017-4-a"}),
    (CommendationRecorded, IN_CHONGMING, {"SH2020-5.4-f", "SH2024-3.3-b"}),
    (CommendationRecorded, IN_CHONGQING, {"CQ2016-6.3-b"}),
    (PublicityActivityHeld, IN_CHONGMING, {"SH2020-5.5-a", "SH2024-4.3-a"}),
    (PublicityActivityHeld, IN_CHONGQING, {"CQ2016-6.4-a"}),
    (PublicityActivityHeld, IN_CHANGNING, {"CN2017-5.1-m", "CN2017-5.4-a"}),
    (ProfessionalGuidanceGiven, IN_CHONGQING, {"CQ2016-2.2-d", "CQ2016-3.2-n"}),
    (ProfessionalGuidanceGiven, IN_CHANGNING, {"CN2017-5.1-i"}),
    (ProfessionalGuidanceGiven, IN_CHONGMING, {"SH2024-4.1-c"}),
    (FacilityRegistered, IN_CHONGQING, {"CQ2016-3.4-a", "CQ2024-2.5-h"}),
    (ActivityHeld, IN_CHONGQING, {"CQ2016-3.4-a", "CQ2024-2.5-g"}),
    (ActivityHeld, IN_CHONGMING, {"SH2024-2.1.3-a"}),
    (AppraisalMethodFiled, IN_CHONGQING, {"CQ2016-6.3-a"}),
    (ConferenceHeld, IN_CHANGNING, {"CN2017-5.1-k"}),
    (ConferenceHeld, IN_CHONGMING, {"SH2024-4.1-b"}),
    (ProviderRegistered, IN_CHONGQING, {"CQ2024-2.5-h", "CQ2024-3.4-a"}),
]


@pytest.mark.parametrize(
    ("kind", "when_and_where", "clauses"),
    BY_PLACE,
    ids=[f"{kind.name} {min(clauses)}" for kind, _, clauses in BY_PLACE],
)
def test_the_same_record_rests_on_the_clauses_of_its_place(
    kind: type[Record[Any]], when_and_where: tuple[str, str], clauses: set[str]
) -> None:
    where, at = when_and_where
    event = next(event for event, _, _ in RECORDS if type(event) is kind)
    values = {spec.name: getattr(event, spec.name) for spec in event.specs}
    unit = registered(UnitKind.DISTRICT_CIVIL_AFFAIRS, where)
    (told,) = given(unit).when(here(kind.Command(**values), at=at, where=where)).facts()
    assert told == event
    assert clauses <= set(told.told.clauses)
