"""The catalogue as a whole: S-01 to S-23 are there, somebody is shown each, and each can be asked and traced."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations, product

import pytest

from authz.gate import Gate
from authz.never import FAMILY, PUBLIC
from authz.policy import committed
from domain.kernel import EVENTS
from domain.rulebook import Rulebook, jurisdiction_of
from projections.reports.asking import question_of
from projections.reports.catalogue import REPORTS
from projections.reports.figures import Question, shown
from projections.reports.grammar import Every, Report
from projections.reports.period import BadPeriod, Days, around, written
from projections.reports.tracing import traced
from tests.authz.people import row, somebody
from tests.reports.jiading import JIADING, District

CODES = [f"S-{n:02}" for n in range(1, 24)]
DAY = date(2025, 9, 30)
EVENT = re.compile(r"(?:child|case)\.[a-z_]+")


def test_every_report_of_the_domain_model_is_there() -> None:
    assert list(REPORTS) == CODES


def roles(report: Report) -> set[str]:
    """Who may be shown it at all."""
    act = f"statistics.{report.act}"
    rows = (r for r in committed().rows if r.act == act and r.resource == "statistics")
    return {r.role.removeprefix("role:") for r in rows}


def test_somebody_is_shown_each_report_and_each_has_its_clauses() -> None:
    assert [code for code, report in REPORTS.items() if not roles(report)] == []
    assert all(r.clauses for r in REPORTS.values())


@pytest.mark.parametrize(
    ("code", "readers"),
    [
        ("S-14", {"district_education"}),
        ("S-15", {"procuratorate", "district_justice"}),
        ("S-17", {"district_education", "district_civil_affairs"}),
        ("S-18", {"district_education", "district_civil_affairs", "women_children_office"}),
        ("S-21", {"city_civil_affairs", "women_children_office"}),
        ("S-22", {"procuratorate", "district_civil_affairs", "city_civil_affairs"}),
        ("S-23", {"auditor"}),
    ],
)
def test_a_report_is_shown_to_those_it_is_for(code: str, readers: set[str]) -> None:
    assert roles(REPORTS[code]) == readers


@pytest.mark.parametrize("report", REPORTS.values(), ids=list(REPORTS))
def test_every_figure_can_be_asked_by_all_and_traced(jiading: District, report: Report) -> None:
    """By those who see the children and by those outside, whose figures are compared with earlier ones."""
    services = jiading.town.platform.services
    divisions, ask = services.divisions, services.lookup.ask
    rules = Rulebook.load().in_force(jurisdiction_of(divisions, JIADING, DAY), DAY)
    for may_see in (True, False):
        question = question_of(
            report, divisions.path(JIADING), DAY, rules=rules, ask=ask, may_see=may_see
        )
        for figure in report.figures:
            found = shown(figure, question, ask)
            assert set(found.breakdown) == {split.key for split in figure.by}
            events = traced(figure, question, ask)
            whole = found.value if figure.median is None and figure.adds is None else None
            if whole is not None and figure.of.versioned:
                assert len(events) <= whole, figure.key


@pytest.mark.parametrize("report", REPORTS.values(), ids=list(REPORTS))
def test_events_are_traced_for_those_alone_for_whom_they_exist(report: Report) -> None:
    """That somebody was punished, or is a worry to the school, is not learnt from the events behind a figure."""
    gate, act = Gate(committed()), f"statistics.{report.act}"
    for role, relation in product(gate.policy.roles, ("residence", "incident")):
        actor = somebody(role)
        tokens = row(actor, relation)
        for purpose, figure in product(gate.policy.roles[role].purposes, report.figures):
            if not gate.permits(actor, act, "statistics", tokens, purpose).allowed:
                continue
            mask = gate.mask(actor, figure.of.obj, tokens, purpose)
            named = {EVENTS[n].existence_class for n in EVENT.findall(repr(figure)) if n in EVENTS}
            if figure.of.obj != "unit" and {figure.of.sees, figure.of.exists} <= mask:
                assert named <= mask, (role, relation, purpose, figure.key)


PERIODS = ("2025", "2025-Q1", "2025-Q2", "2025-02", "2025-03", "2025-W09", "2025-SPRING")


@pytest.mark.parametrize("report", REPORTS.values(), ids=list(REPORTS))
def test_no_period_of_those_outside_lies_within_another(jiading: District, report: Report) -> None:
    """A quarter less two of its months would be the third, which was held back."""
    services = jiading.town.platform.services
    divisions, ask = services.divisions, services.lookup.ask
    rules = Rulebook.load().in_force(jurisdiction_of(divisions, JIADING, DAY), DAY)

    def asked(period: str, *, may_see: bool) -> Question:
        path, days = divisions.path(JIADING), written(period)
        return question_of(report, path, DAY, rules=rules, ask=ask, may_see=may_see, days=days)

    assert all(asked(period, may_see=True).tells_of_people for period in PERIODS)
    outside = [asked(period, may_see=False) for period in PERIODS]
    assert [question.days for question in outside] == [written(period) for period in PERIODS]
    told = [question.days for question in outside if question.tells_of_people]
    assert told
    for a, b in combinations(told, 2):
        assert a.last < b.first or b.last < a.first, (a, b)
    for question in outside:
        shown_ = [shown(figure, question, ask) for figure in report.figures if figure.of.of_people]
        if not question.tells_of_people:
            assert {figure.value for figure in shown_} <= {None}
            assert {
                cell.value for f in shown_ for split in f.breakdown.values() for cell in split
            } <= {None}


def test_no_family_and_no_reporter_is_shown_a_report() -> None:
    """Figures of a place, asked again after a child was taken out, would tell where it is counted now."""
    shown_to = set().union(*(roles(report) for report in REPORTS.values()))
    assert not shown_to & {*FAMILY, *PUBLIC}


def test_a_school_term_runs_into_the_next_year() -> None:
    autumn, spring = (
        Days(date(2025, 9, 1), date(2026, 1, 31)),
        Days(date(2026, 2, 1), date(2026, 8, 31)),
    )
    assert written("2025-AUTUMN") == autumn
    assert written("2026-SPRING") == spring
    days = {date(2025, 9, 1): autumn, date(2026, 1, 31): autumn, date(2026, 2, 1): spring}
    assert {day: around(day, Every.SEMESTER) for day in days} == days
    with pytest.raises(BadPeriod):
        written("2025-SUMMER")


def test_a_week_runs_from_monday_to_sunday_into_the_next_month_and_year() -> None:
    """The risk distribution is weekly; those outside are answered of the month that ended."""
    turn = Days(date(2025, 12, 29), date(2026, 1, 4))
    assert written("2026-W01") == turn == around(date(2026, 1, 1), Every.WEEK)
    assert written("2026-W53") == Days(date(2026, 12, 28), date(2027, 1, 3))
    for none in ("2025-W53", "2025-W00", "9999-W53"):
        with pytest.raises(BadPeriod):
            written(none)
    assert REPORTS["S-19"].every is Every.WEEK
