"""An audit order for a period that is over shows the head of a child or case as it was known at the period's end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from authz.scope import Scope
from tests.journeys.children import ChildOfStory, left_behind_girl
from tests.journeys.living_alone import report_of
from tests.journeys.test_audit_period import call, opened
from tests.journeys.world import World

pytestmark = [pytest.mark.postgres]
BEFORE, FIRST, LAST = date(2025, 2, 1), date(2025, 3, 1), date(2025, 3, 3)
TODAY = "2025-03-13 09:00"
HEAD = """query ($id: UUID!) { child(id: $id) {
  childId version name lastContactOn tier address cases { caseId stage version } } }"""
CASE = "query ($id: UUID!) { case(id: $id) { caseId stage version } }"
THEN = """query ($id: UUID!, $until: DateTime) { childAsKnown(id: $id, recordedUntil: $until) {
  version lastContactOn guardians { guardianName phone } } }"""
CASE_THEN = "query ($id: UUID!) { caseAsKnown(id: $id) { stage version } }"


@dataclass(frozen=True)
class Audited:
    """A girl, and a report about her; both went on after the 3rd of March."""

    girl: ChildOfStory
    case: UUID


@pytest.fixture(scope="module")
def audited(story: World) -> Audited:
    girl = left_behind_girl(story)
    story.clock.set("2025-03-03 12:00")
    report = report_of(story, girl)
    case = UUID(story.as_("fj_teacher").done("submitReport", None, report)["id"])
    call(story, girl.id, "2025-03-03 16:00", "2025-03-03 16:30")
    story.clock.set("2025-03-10 08:00")
    story.as_("fj_police").done("acceptReport", case)
    call(story, girl.id, "2025-03-10 09:00", "2025-03-12 10:00")
    return Audited(girl, case)


@contextmanager
def order(world: World, child: UUID, first: date, last: date) -> Iterator[None]:
    """The auditor may look at these days of the child, and it is the 13th."""
    world.clock.set(TODAY)
    auditor = world.as_("auditor")
    one = opened(auditor, child, audited_from_on=first, audited_to_on=last)
    try:
        yield
    finally:
        auditor.done("endAuditOrder", one, {})


def seen(world: World, query: str, key: UUID, **more: Any) -> dict[str, Any]:
    (found,) = world.as_("auditor").ask(query, id=key, **more).values()
    assert found is not None
    return {**found}


def test_the_head_is_of_the_end_of_the_period(story: World, audited: Audited) -> None:
    now = story.as_("fj_township").ask(HEAD, id=audited.girl.id)["child"]
    assert now["lastContactOn"] == "2025-03-10"
    with order(story, audited.girl.id, FIRST, LAST):
        found = seen(story, HEAD, audited.girl.id)
        assert found["name"] == now["name"], "whom the order is about"
        assert found["lastContactOn"] == "2025-03-03"
        assert found["version"] < now["version"]
        (case,) = found["cases"]
        assert (case["caseId"], case["stage"]) == (str(audited.case), "REPORTED")
        assert seen(story, CASE, audited.case) == case


def test_nor_does_the_past_lead_beyond_it(story: World, audited: Audited) -> None:
    """As known now, or on the 12th: no later than the 3rd."""
    with order(story, audited.girl.id, FIRST, LAST):
        for until in (None, "2025-03-12T12:00:00+08:00"):
            found = seen(story, THEN, audited.girl.id, until=until)
            assert found["lastContactOn"] == "2025-03-03"
        assert seen(story, CASE_THEN, audited.case)["stage"] == "REPORTED"
        early = seen(story, THEN, audited.girl.id, until="2025-03-03T16:10:00+08:00")
        assert early["lastContactOn"] is None, "earlier than the end is what was asked for"


def test_a_period_that_runs_shows_today(story: World, audited: Audited) -> None:
    for last in (date(2025, 3, 13), date(2099, 12, 31)):
        with order(story, audited.girl.id, FIRST, last):
            found = seen(story, HEAD, audited.girl.id)
            assert found["lastContactOn"] == "2025-03-10"
            assert found["cases"][0]["stage"] == "ACCEPTED"


def test_of_two_periods_the_later_end_counts(story: World, audited: Audited) -> None:
    child = audited.girl.id
    with order(story, child, FIRST, LAST), order(story, child, LAST, date(2025, 3, 12)):
        assert seen(story, HEAD, child)["lastContactOn"] == "2025-03-10"


def test_where_there_was_no_file_yet_nothing_is_said(story: World, audited: Audited) -> None:
    with order(story, audited.girl.id, BEFORE, BEFORE):
        found = seen(story, HEAD, audited.girl.id)
        assert (found["name"], found["lastContactOn"], found["address"]) == (None, None, None)
        query = "query ($id: UUID!) { childAsKnown(id: $id) { name } }"
        assert story.as_("auditor").ask(query, id=audited.girl.id) == {"childAsKnown": None}


def test_whoever_sees_it_without_an_order_sees_today(story: World, audited: Audited) -> None:
    with order(story, audited.girl.id, FIRST, LAST):
        holder = story.as_("fj_township").ask(HEAD, id=audited.girl.id)["child"]
        assert holder["lastContactOn"] == "2025-03-10"


def test_a_period_that_is_forgotten_is_missed(
    story: World, audited: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scope, "until", lambda *_: None)
    for check in (
        test_the_head_is_of_the_end_of_the_period,
        test_nor_does_the_past_lead_beyond_it,
        test_where_there_was_no_file_yet_nothing_is_said,
    ):
        with pytest.raises(AssertionError):
            check(story, audited)
