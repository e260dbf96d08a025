"""A clue of a village committee goes to whom it concerns, and to the police where it must be reported."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.clues import ClueReported, ReportClue
from domain.case.report_state import Stage
from domain.case.reports import ReportSubmitted
from domain.kernel import Event
from domain.terms.places import DivisionId
from domain.terms.reports import (
    Addressee,
    ClueAddressee,
    ReportChannel,
    ReporterCategory,
    Trigger,
)
from tests.domain.case.cast import (
    CIVIL_CQ,
    EDUCATION_CQ,
    HUANHUA,
    LI,
    POLICE_CQ,
    TOWNSHIP_CQ,
    WOMEN_CQ,
    case_of,
    cq,
    played,
)
from tests.dsl import given, local


def clue(*to: ClueAddressee, triggers: tuple[Trigger, ...] = ()) -> ReportClue:
    """The committee noticed something."""
    return ReportClue(
        report_channel=ReportChannel.IN_PERSON,
        reporter_category=ReporterCategory.VILLAGE_COMMITTEE,
        discovered_at=local("2025-03-03 08:30"),
        triggers=triggers,
        clue_addressees=to,
        clue_text="孩子身上有伤",
        incident_place=DivisionId(HUANHUA),
        children=(LI,),
    )


def test_a_clue_goes_to_whom_it_concerns() -> None:
    told = clue(ClueAddressee.WOMENS_FED, ClueAddressee.EDUCATION, ClueAddressee.CIVIL_AFFAIRS)
    given().when(cq(told)).then(
        ClueReported(
            clue_addressees=(
                ClueAddressee.EDUCATION,
                ClueAddressee.CIVIL_AFFAIRS,
                ClueAddressee.WOMENS_FED,
            ),
            informed_unit_ids=(EDUCATION_CQ.id, CIVIL_CQ.id, WOMEN_CQ.id),
            asked_unit_ids=(EDUCATION_CQ.id, CIVIL_CQ.id, WOMEN_CQ.id),
            clue_text="孩子身上有伤",
            incident_place=DivisionId(HUANHUA),
            children=(LI,),
            township_unit_id=TOWNSHIP_CQ.id,
        )
    )
    case = case_of(*played(cq(told)))
    assert case.stage is Stage.REPORTED_STREET
    assert case.intake.township_unit_id == TOWNSHIP_CQ.id


@pytest.mark.parametrize(
    ("to", "triggers"),
    [
        ((ClueAddressee.WOMENS_FED,), (Trigger.SUSPECTED_INFRINGEMENT,)),
        ((ClueAddressee.POLICE,), ()),
        ((), (Trigger.LIVING_ALONE,)),
    ],
)
def test_a_clue_that_must_be_reported_is_a_report_too(
    to: tuple[ClueAddressee, ...], triggers: tuple[Trigger, ...]
) -> None:
    history: tuple[Event[Any], ...] = played(cq(clue(*to, triggers=triggers)))
    assert [type(e) for e in history] == [ClueReported, ReportSubmitted]
    assert isinstance(history[1], ReportSubmitted)
    assert history[1].addressees == (Addressee.POLICE,)
    case = case_of(*history)
    assert case.stage is Stage.REPORTED
    assert case.intake.police_unit_id == POLICE_CQ.id
    assert case.intake.township_unit_id == TOWNSHIP_CQ.id


def test_a_mere_other_is_no_report() -> None:
    history = played(cq(clue(ClueAddressee.OTHER, triggers=(Trigger.OTHER,))))
    assert [type(e) for e in history] == [ClueReported]
