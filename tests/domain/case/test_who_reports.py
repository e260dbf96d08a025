"""Who must report and through which door it comes: the categories and channels that each text names."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.reports import ReportSubmitted
from domain.kernel import Command
from domain.risk import RiskFactor
from domain.terms.reports import ReportChannel, ReporterCategory, Standing, Trigger
from tests.domain.case.cast import (
    HUANHUA,
    JIANGSU_ROAD,
    MIAOZHEN,
    POLICE_CQ,
    POLICE_SH,
    case_of,
    cn,
    cq,
    played,
    report,
    sh,
)
from tests.dsl import Asked

C, T = ReporterCategory, Trigger
IN_SHANGHAI: dict[str, Any] = {"discovered": "2022-03-01 09:30", "where": MIAOZHEN}
IN_CHANGNING: dict[str, Any] = {"discovered": "2019-03-30 09:30", "where": JIANGSU_ROAD}
IN_CHONGQING: dict[str, Any] = {"discovered": "2025-03-03 08:40", "where": HUANHUA}


def told(command: Command[Any]) -> ReportSubmitted:
    """The report as it is recorded."""
    (event,) = [e for e in Asked((), command).facts() if isinstance(e, ReportSubmitted)]
    return event


@pytest.mark.parametrize(
    ("category", "clause"),
    [
        (C.PUBLIC_POWER, "SH2020-4.1-a"),
        (C.SPECIAL_DUTY, "SH2020-4.1-b"),
        (C.MEDICAL, "SH2020-4.1-b"),
        (C.CLOSE_CONTACT, "SH2020-4.1-c"),
    ],
)
def test_in_shanghai_three_kinds_of_people_must_report(
    category: ReporterCategory, clause: str
) -> None:
    event = told(sh(report(T.LIVING_ALONE, category=category, **IN_SHANGHAI)))
    assert (event.reporter_category, event.report_standing) == (category, Standing.MANDATED)
    assert clause in event.told.clauses


@pytest.mark.parametrize(
    "category",
    [C.SCHOOL, C.KINDERGARTEN, C.MEDICAL, C.VILLAGE_COMMITTEE, C.WELFARE_INSTITUTION],
)
def test_in_chongqing_seven_kinds_of_institutions_must_report(category: ReporterCategory) -> None:
    event = told(cq(report(T.LIVING_ALONE, category=category, **IN_CHONGQING)))
    assert event.report_standing is Standing.MANDATED
    assert {"CQ2016-4.1-a", "CQ2024-3.1-f"} <= set(event.told.clauses)


@pytest.mark.parametrize("category", [C.RESIDENTIAL_COMMITTEE, C.SOCIAL_SERVICE_ORG])
def test_in_changning_the_residential_committee_and_social_services_must_report(
    category: ReporterCategory,
) -> None:
    event = told(cn(report(T.SUSPECTED_INFRINGEMENT, category=category, **IN_CHANGNING)))
    assert event.report_standing is Standing.MANDATED
    assert "CN2017-4.1-a" in event.told.clauses


@pytest.mark.clause("SH2020-4.1-e", "CQ2016-4.1-c")
def test_a_report_is_with_the_police_of_the_place_the_moment_it_is_made() -> None:
    in_chongqing = told(cq(report(T.LIVING_ALONE, **IN_CHONGQING)))
    assert (in_chongqing.police_unit_id, in_chongqing.township_unit_id) == (POLICE_CQ.id, None)
    in_shanghai = told(sh(report(T.LIVING_ALONE, **IN_SHANGHAI)))
    assert (in_shanghai.police_unit_id, in_shanghai.township_unit_id) == (POLICE_SH.id, None)


def test_a_citizen_may_report_and_need_not() -> None:
    event = told(cq(report(T.LIVING_ALONE, category=C.CITIZEN, **IN_CHONGQING)))
    assert event.report_standing is not Standing.MANDATED


@pytest.mark.parametrize(
    ("channel", "clause"),
    [
        (ReportChannel.HOTLINE_12355, "CQ2016-3.4-e"),
        (ReportChannel.YOUTH_RIGHTS_ONLINE, "CQ2016-3.4-e"),
        (ReportChannel.HOTLINE_12338, "CQ2016-3.4-h"),
    ],
)
def test_what_a_hotline_hears_goes_to_the_police_like_any_report(
    channel: ReportChannel, clause: str
) -> None:
    event = told(cq(report(T.LIVING_ALONE, report_channel=channel, **IN_CHONGQING)))
    assert event.report_channel is channel
    assert event.accept_due_at is not None
    assert event.police_unit_id is not None
    assert clause in event.told.clauses


def test_a_child_exploited_for_crime_is_a_victim() -> None:
    command = cq(report(T.EXPLOITED_FOR_CRIME, **IN_CHONGQING))
    assert "CQ2024-2.3-f" in told(command).told.clauses
    assert case_of(*played(command)).facts.find(RiskFactor.RF_11) is not None
