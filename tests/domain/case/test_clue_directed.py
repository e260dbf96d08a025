"""A clue that turns out to be about another place: the departments there look into it (CQ2024-2.4-g)."""

from __future__ import annotations

from domain.case.clues import ReportClue
from domain.case.directing import DirectReport, ReportDirected
from domain.terms.places import DivisionId
from domain.terms.reports import ClueAddressee, ReportChannel, ReporterCategory
from projections.queues import QUEUES
from tests.domain.case.cast import (
    CAOTANG,
    CIVIL_CQ,
    CIVIL_SH,
    HUANHUA,
    LI,
    MIAOZHEN,
    TOWNSHIP_SH,
    case_of,
    cq,
    played,
)
from tests.dsl import given, local

CLUE = played(
    cq(
        ReportClue(
            report_channel=ReportChannel.IN_PERSON,
            reporter_category=ReporterCategory.VILLAGE_COMMITTEE,
            discovered_at=local("2025-03-03 08:30"),
            triggers=(),
            clue_addressees=(ClueAddressee.CIVIL_AFFAIRS,),
            clue_text="孩子常无人接送",
            incident_place=DivisionId(HUANHUA),
            children=(LI,),
        )
    )
)


def directed_to(place: str) -> ReportDirected:
    """What is said where the clue goes on to that place."""
    directed, *_ = given(*CLUE).when(cq(DirectReport(incident_place=DivisionId(place)))).facts()
    assert isinstance(directed, ReportDirected)
    return directed


def test_the_departments_of_the_other_place_have_it_and_those_of_the_former_no_longer() -> None:
    assert case_of(*CLUE).intake.informed_unit_ids == (CIVIL_CQ.id,)
    directed = directed_to(MIAOZHEN)
    assert directed.township_unit_id == TOWNSHIP_SH.id
    assert (directed.informed_unit_ids, directed.asked_unit_ids) == ((CIVIL_SH.id,),) * 2
    case = case_of(*CLUE, directed)
    assert case.intake.informed_unit_ids == (CIVIL_SH.id,)
    (ends,) = (c for c in QUEUES["Q-85"].endings if c.event == "case.report_directed")
    (opens,) = (o for o in QUEUES["Q-85"].opens if o.event == "case.report_directed")
    assert ends.only is not None
    assert opens.only is not None
    assert ends.only(directed, case)
    assert opens.only(directed, case)
    assert opens.unit == "asked_unit_ids"


def test_within_the_district_the_same_departments_go_on_with_their_time_limit() -> None:
    directed = directed_to(CAOTANG)
    assert (directed.informed_unit_ids, directed.asked_unit_ids) == ((CIVIL_CQ.id,), ())
    (ends,) = (c for c in QUEUES["Q-85"].endings if c.event == "case.report_directed")
    assert ends.only is not None
    assert not ends.only(directed, case_of(*CLUE, directed))
