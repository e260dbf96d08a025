"""Places and jurisdiction: recorded all, owned by one, disputed without anybody letting go."""

from __future__ import annotations

from datetime import date

from domain.child.disputes import (
    DecideJurisdictionDispute,
    JurisdictionDisputeDecided,
    JurisdictionDisputeRaised,
    RaiseJurisdictionDispute,
)
from domain.child.places import (
    AssignJurisdiction,
    AssociatedPlace,
    ChildLocationRecorded,
    JurisdictionAssigned,
    RecordLocation,
)
from domain.context import Actor
from domain.terms.file import ClauseId, TerritorialBasis
from domain.terms.places import AreaType, PlaceKind
from tests.domain.child.family import (
    BAIDI,
    CAOTANG,
    CHONGQING,
    CITY,
    COUNTY,
    DISTRICT,
    FENGJIE,
    HUANHUA,
    JUYUAN,
    KAIZHOU,
    NOWHERE,
    STREET,
    TOWNSHIP,
    TOWNSHIP_HUKOU,
    after,
    cn,
    cq,
    opening,
    sh_opening,
    told_by,
    who,
)
from tests.dsl import an_id, given

OPENED = told_by(cq(opening()))
LATER = "2025-03-05 09:00"


def test_the_place_of_an_incident_is_associated_and_does_not_take_the_file() -> None:
    given(*OPENED).when(
        cq(RecordLocation(place_kind=PlaceKind.INCIDENT, place_division=CAOTANG), LATER)
    ).then(
        ChildLocationRecorded(place_kind=PlaceKind.INCIDENT, place_division=CAOTANG),
        JurisdictionAssigned(
            territorial_basis=TerritorialBasis.RESIDENCE,
            township_division=BAIDI,
            district_division=FENGJIE,
            city_division=CHONGQING,
            owner_unit_id=TOWNSHIP.id,
            district_unit_id=COUNTY.id,
            associated_places=(
                AssociatedPlace(
                    place_kind=PlaceKind.INCIDENT,
                    place_division=CAOTANG,
                    associated_unit_id=TOWNSHIP_HUKOU.id,
                ),
            ),
            basis_clauses=(ClauseId("CQ2016-2.2-c"),),
        ),
    )


def test_a_move_takes_the_file_with_it() -> None:
    facts = (
        given(*OPENED)
        .when(
            cq(
                RecordLocation(
                    place_kind=PlaceKind.RESIDENCE,
                    place_division=JUYUAN,
                    area_type=AreaType.SUBURBAN_RURAL,
                    place_from_on=date(2025, 3, 1),
                ),
                LATER,
            )
        )
        .facts()
    )
    assigned = facts[1]
    assert isinstance(assigned, JurisdictionAssigned)
    assert (assigned.owner_unit_id, assigned.district_unit_id) == (STREET.id, DISTRICT.id)
    moved = after(
        cq(opening()),
        cq(RecordLocation(place_kind=PlaceKind.RESIDENCE, place_division=JUYUAN), LATER),
    )
    assert (moved.file.residence, moved.place) == (JUYUAN, JUYUAN)


def test_the_same_place_again_assigns_nothing() -> None:
    same = RecordLocation(
        place_kind=PlaceKind.RESIDENCE, place_division=HUANHUA, area_type=AreaType.RURAL
    )
    (recorded,) = given(*OPENED).when(cq(same, LATER)).facts()
    assert isinstance(recorded, ChildLocationRecorded)


def test_a_place_elsewhere_is_named_in_words() -> None:
    given(*OPENED).when(
        cq(RecordLocation(place_kind=PlaceKind.HUKOU, place_elsewhere="安徽省六安市"), LATER)
    ).then(ChildLocationRecorded(place_kind=PlaceKind.HUKOU, place_elsewhere="安徽省六安市"))
    given(*OPENED).when(
        cq(RecordLocation(place_kind=PlaceKind.HUKOU, place_elsewhere=" "), LATER)
    ).then_refused("place_missing", field="placeDivision")
    given(*OPENED).when(
        cq(RecordLocation(place_kind=PlaceKind.HUKOU, place_division=NOWHERE), LATER)
    ).then_refused("unknown_place", field="placeDivision")


def test_a_stay_does_not_end_before_it_begins() -> None:
    given(*OPENED).when(
        cq(
            RecordLocation(
                place_kind=PlaceKind.LONG_TERM_FACT,
                place_division=CAOTANG,
                place_from_on=date(2025, 3, 2),
                place_to_on=date(2025, 3, 1),
            ),
            LATER,
        )
    ).then_refused("period_reversed", field="placeToOn")


def test_an_assignment_by_hand_needs_a_reason_and_then_stays() -> None:
    by_hand = AssignJurisdiction(township_division=CAOTANG)
    given(*OPENED).when(cq(by_hand, LATER)).then_refused(
        "jurisdiction_reason_missing", field="jurisdictionReason"
    )
    cn_opened = told_by(cn(sh_opening(birth_on=date(2010, 1, 1))))
    given(*cn_opened).when(
        cn(AssignJurisdiction(township_division=JUYUAN, jurisdiction_reason=""), "2019-04-01 09:00")
    ).then_refused("jurisdiction_reason_missing", cites="CN2017-2-g")
    reasoned = cq(
        AssignJurisdiction(township_division=CAOTANG, jurisdiction_reason="长期随外祖母生活"), LATER
    )
    (assigned,) = given(*OPENED).when(reasoned).facts()
    assert isinstance(assigned, JurisdictionAssigned)
    assert assigned.territorial_basis is TerritorialBasis.DECISION
    assert assigned.owner_unit_id == TOWNSHIP_HUKOU.id
    assert assigned.jurisdiction_reason == "长期随外祖母生活"
    moving = RecordLocation(place_kind=PlaceKind.RESIDENCE, place_division=BAIDI)
    (recorded,) = given(*OPENED, assigned).when(cq(moving, "2025-03-06 09:00")).facts()
    assert isinstance(recorded, ChildLocationRecorded)


def test_the_rule_may_be_asked_again() -> None:
    given(*OPENED).when(cq(AssignJurisdiction(), LATER)).then_nothing()


def test_a_dispute_goes_to_the_common_superior_and_the_owner_keeps_acting() -> None:
    within = RaiseJurisdictionDispute(
        claiming_units=(TOWNSHIP.id, TOWNSHIP_HUKOU.id), dispute_grounds="居住地不明"
    )
    given(*OPENED).when(cq(within, LATER)).then(
        JurisdictionDisputeRaised(
            claiming_units=(TOWNSHIP.id, TOWNSHIP_HUKOU.id),
            dispute_grounds="居住地不明",
            owner_unit_id=TOWNSHIP.id,
            superior_unit_id=COUNTY.id,
        )
    )
    raised = told_by(cq(opening()), cq(within, LATER))
    given(*raised).when(cq(within, "2025-03-06 09:00")).then_nothing()
    across = told_by(cq(opening(residence=KAIZHOU)))
    (dispute,) = given(*across).when(cq(within, LATER)).facts()
    assert isinstance(dispute, JurisdictionDisputeRaised)
    assert dispute.superior_unit_id == CITY.id


def test_a_dispute_is_decided_with_a_reason() -> None:
    raised = told_by(
        cq(opening()),
        cq(RaiseJurisdictionDispute(claiming_units=(TOWNSHIP.id,), dispute_grounds="争议"), LATER),
    )
    decide = DecideJurisdictionDispute(
        township_division=CAOTANG, jurisdiction_reason="由户籍地负责"
    )
    decided, assigned = (
        given(*raised)
        .when(cq(decide, "2025-03-07 09:00", by=who("county officer", "district_civil_affairs")))
        .facts()
    )
    assert isinstance(decided, JurisdictionDisputeDecided)
    assert isinstance(assigned, JurisdictionAssigned)
    assert assigned.owner_unit_id == TOWNSHIP_HUKOU.id
    party = Actor(person_id=an_id("officer of Caotang"), role="township", unit_id=TOWNSHIP_HUKOU.id)
    given(*raised).when(cq(decide, "2025-03-07 09:00", by=party)).then_refused("not_the_superior")
    given(*raised, decided).when(cq(decide, "2025-03-08 09:00")).then_refused("no_dispute")
    given(*raised).when(
        cq(
            DecideJurisdictionDispute(township_division=CAOTANG, jurisdiction_reason=" "),
            "2025-03-07 09:00",
        )
    ).then_refused("jurisdiction_reason_missing")
    given(*raised).when(
        cq(
            DecideJurisdictionDispute(township_division=NOWHERE, jurisdiction_reason="x"),
            "2025-03-07 09:00",
        )
    ).then_refused("unknown_place")
