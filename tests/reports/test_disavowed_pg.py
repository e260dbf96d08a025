"""Contacts that are disavowed, as the figures of S-10 are counted: from then on they meet no duty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.child.corrections import DisavowEvent
from ops.platform import retell_all
from tests.database import Database
from tests.projections.town import HUANHUA, SECRETS, town_on
from tests.reports.district import County, county_on


@pytest.fixture
def county(database: Database) -> Iterator[County]:
    with town_on(database) as town:
        yield county_on(town)


def gone(county: County, child: UUID, event_id: UUID, when: str) -> None:
    """The contact was entered on the wrong child."""
    county.town.at(when)
    county.put(DisavowEvent(target_event_id=event_id, disavowal_reason="记错了儿童"), child)


def duties(county: County) -> list[dict[str, Any]]:
    """The rows as they stand."""
    return county.town.rows("select * from read.report_duty where until_position is null")


def contacts(county: County, child: UUID) -> list[tuple[date, date | None]]:
    """When each contact was due that has not fallen away, and when it was made."""
    mine = [d for d in duties(county) if d["child_id"] == child and d["kind"] == "CONTACT"]
    return sorted((d["due_on"], d["done_on"]) for d in mine if not d["ended"])


def test_a_contact_that_was_none_meets_no_duty(county: County) -> None:
    """The first duty is met in time, then late by the contact that follows, then not at all."""
    child = county.children[HUANHUA][0]
    due, again, later = date(2025, 4, 3), date(2025, 4, 20), date(2025, 5, 10)
    first = county.contacted(child, "2025-03-20 10:00").event_ids[0]
    second = county.contacted(child, "2025-04-10 10:00").event_ids[0]
    told = [(due, date(2025, 3, 20)), (again, date(2025, 4, 10)), (later, None)]
    assert contacts(county.told(), child) == told
    gone(county, child, first, "2025-04-12 09:00")
    assert contacts(county.told(), child) == [(due, date(2025, 4, 10)), (later, None)]
    gone(county, child, second, "2025-04-14 09:00")
    assert contacts(county.told(), child) == [(due, None)]


def test_the_last_contact_that_was_none_leaves_the_duty_open(county: County) -> None:
    child = county.children[HUANHUA][0]
    county.contacted(child, "2025-03-20 10:00")
    second = county.contacted(child, "2025-04-10 10:00").event_ids[0]
    gone(county, child, second, "2025-04-14 09:00")
    met = (date(2025, 4, 3), date(2025, 3, 20))
    assert contacts(county.told(), child) == [met, (date(2025, 4, 20), None)]


def test_what_was_disavowed_is_retold_as_it_was(county: County) -> None:
    child = county.children[HUANHUA][0]
    first, second, late = (
        county.contacted(child, when, occurred).event_ids[0]
        for when, occurred in (
            ("2025-03-20 10:00", None),
            ("2025-04-18 10:00", None),
            ("2025-04-19 10:00", "2025-04-05 10:00"),
        )
    )
    for event, when in ((late, "2025-04-20"), (first, "2025-04-21"), (second, "2025-04-22")):
        gone(county, child, event, f"{when} 09:00")
    county.told()

    def rows() -> list[str]:
        return sorted(str(sorted(r.items())) for r in duties(county))

    live = rows()
    assert retell_all(county.town.platform.ways, SECRETS, lambda _: None).parked == 0
    assert rows() == live
