"""S-03 · The yearly report: figures frozen as of a day, signed by their digest, traced, compared with what came later.

Scenario 20, steps 6 and 7. Seventeen children whose contacts and visits nobody made; an inspection with three findings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from domain.kernel import Refused
from domain.terms.oversight import FindingKind
from domain.unit.annual_report import ReceiveAnnualProgressReport
from ops.clock_worker import fire_due
from ops.platform import retell_all
from tests.database import Database, Postgres, database_of
from tests.projections.town import SECRETS, town_on, unit_id
from tests.reports.changning import (
    AS_OF,
    CHANGNING,
    CITY,
    CITY_BUREAU,
    CIVIL,
    HUA,
    INSPECTOR,
    NEXT_DOOR,
    OFFICIAL,
    PUTUO,
    SHANGHAI,
    changning_on,
    contacted_late,
    opened,
    owed,
    put_right,
    sending,
)
from tests.reports.district import cells, figure, value
from tests.reports.jiading import District

DRAFT = """
query($unit: UUID!, $asOf: Date!, $year: Int! = 2025) { annualReportDraft(unit: $unit, year: $year, asOf: $asOf) {
  asOf complete figuresHash logPosition figures { code key split cell value outOf } } }
"""
SENT = """
query($unit: UUID!, $code: String, $changed: Boolean!) { annualReport(unit: $unit, year: 2025) {
  asOf sentAt figuresHash logPosition intact narrative openRectifications knownOn
  figures(code: $code, changedOnly: $changed) {
    code key zh split cell value outOf now nowOutOf difference } } }
"""
TRACED = """
query($unit: UUID!, $code: String!) { annualReport(unit: $unit, year: 2025) {
  figures(code: $code) { key split cell value outOf traceable(first: 200) { eventIds } } } }
"""


def draft(district: District, as_of: date = AS_OF, **who: Any) -> Any:
    """What the district would send."""
    by = {"by": OFFICIAL, "purpose": "casework", **who}
    given = {"unit": str(unit_id(CIVIL)), "asOf": as_of}
    return district.ask(DRAFT, given, by["by"], by["purpose"])["annualReportDraft"]


def sent(district: District, *, code: str | None = None, changed: bool = False, **who: Any) -> Any:
    """The report as it was sent, beside what is known now."""
    by = {"by": OFFICIAL, "purpose": "casework", **who}
    given = {"unit": str(unit_id(CIVIL)), "code": code, "changed": changed}
    return district.ask(SENT, given, by["by"], by["purpose"])["annualReport"]


def named(
    report: Any, code: str, key: str, split: str | None = None, cell: str | None = None
) -> Any:
    """One figure of a yearly report."""
    wanted = (code, key, split, cell)
    (found,) = [
        f for f in report["figures"] if (f["code"], f["key"], f["split"], f["cell"]) == wanted
    ]
    return found


@pytest.fixture(scope="module")
def district(postgres: Postgres, template_database: Database) -> Iterator[District]:
    """Sent on 24 November as of the 20th; corrected on 2 December; it is 5 December."""
    with (
        database_of(postgres, template_database.name) as database,
        town_on(database, units=False) as town,
    ):
        district = changning_on(town)
        town.at("2025-11-24 16:00")
        district.on_unit(CIVIL, sending(draft(district)["figuresHash"]))
        town.at("2025-12-02 09:00")
        contacted_late(district, 6)
        put_right(district, FindingKind.VISITS_OVERDUE)
        town.at("2025-12-05 09:00")
        yield district.told()


@pytest.fixture
def unsent(database: Database) -> Iterator[District]:
    """The same district in the evening of 23 November."""
    with town_on(database, units=False) as town:
        yield changning_on(town)


def test_nothing_was_parked(district: District) -> None:
    assert district.town.rows("select * from read.parked") == []


def test_the_figures_are_those_of_the_reports_as_of_the_day(district: District) -> None:
    """Worked out by hand: 17 children, 34 contacts and visits due and none made, 3 findings, 6 and 5 of 6 trained."""
    report = sent(district)
    assert (report["asOf"], report["sentAt"]) == ("2025-11-20", "2025-11-24T08:00:00+00:00")
    by_hand = {
        ("S-01", "registered"): (17, None),
        ("S-01", "with_worker"): (None, 17),  # fourteen: the three of Xinhua Road have no director
        ("S-04", "findings"): (3, None),
        ("S-04", "found"): (18, None),
        ("S-04", "rectified"): (1, 3),
        ("S-04", "overdue"): (1, 1),
        ("S-07", "reports"): (0, None),
        ("S-10", "due"): (34, None),
        ("S-10", "on_time"): (0, 34),
        ("S-10", "overdue"): (34, 34),
        ("S-11", "without_director"): (1, 7),
        ("S-11", "trained_by_city"): (6, 6),
        ("S-11", "trained_by_district"): (5, 6),
        ("S-11", "social_workers"): (5, 500),
        ("S-11", "bars"): (None, None),
    }
    told = {(c, k): named(report, c, k) for c, k in by_hand}
    assert {at: (f["value"], f["outOf"]) for at, f in told.items()} == by_hand
    assert named(report, "S-10", "due", "kind", "CONTACT")["value"] == 17


def test_each_figure_is_what_its_own_report_says_of_that_day(district: District) -> None:
    for code in ("S-01", "S-04", "S-10", "S-11", "S-13"):
        by: Any = {"by": OFFICIAL, "purpose": "casework", "asOf": AS_OF, "period": "2025"}
        own = district.report(code, CHANGNING, **by)
        for one in sent(district, code=code)["figures"]:
            if one["split"] is None:
                assert (one["value"], one["outOf"]) == (
                    figure(own, one["key"])["value"],
                    figure(own, one["key"])["outOf"],
                )
            else:
                assert cells(own, one["key"], one["split"])[one["cell"]] == one["value"]


def test_the_digest_can_be_worked_out_by_anybody_who_has_the_figures(district: District) -> None:
    report = sent(district)
    names = ("code", "key", "split", "cell", "value", "outOf")
    content = {
        "division": CHANGNING,
        "year": 2025,
        "asOf": "2025-11-20",
        "position": report["logPosition"],
        "figures": [{n: f[n] for n in names} for f in report["figures"]],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == report["figuresHash"]
    assert report["intact"]


def test_figures_that_were_tampered_with_are_told(district: District) -> None:
    def altered(old: str, new: str) -> None:
        with district.town.platform.lookup.pool.connection() as conn:
            conn.execute(
                "update report_sent set figures = replace(figures::text, %s, %s)::jsonb", (old, new)
            )

    altered('"value": 17', '"value": 17000')
    assert not sent(district)["intact"]
    altered('"value": 17000', '"value": 17')
    assert sent(district)["intact"]


def test_a_figure_is_traced_to_its_events(district: District) -> None:
    """As many events as each figure says; those behind the children are of seventeen different children."""
    given = {"unit": str(unit_id(CIVIL)), "code": "S-01"}
    found = district.ask(TRACED, given, OFFICIAL, "casework")["annualReport"]["figures"]
    (registered,) = [f for f in found if f["key"] == "registered" and f["split"] is None]
    trace = registered["traceable"]["eventIds"]
    behind = district.town.rows(
        "select distinct stream_id from read.timeline where event_id = any(%(ids)s::uuid[]) "
        "and recorded_at < '2025-11-21'",
        ids=trace,
    )
    assert len(trace) == registered["value"] == len(behind) == 17
    given["code"] = "S-10"
    found = district.ask(TRACED, given, OFFICIAL, "casework")["annualReport"]["figures"]
    for one in found:
        if one["value"] is not None:
            assert len(one["traceable"]["eventIds"]) == one["value"], one


@pytest.mark.parametrize(
    ("year", "as_of"),
    [(2025, date.min), (2025, date.max), (2**31 - 1, AS_OF), (-1, AS_OF)],
    ids=["the first day", "the last day", "a late year", "no year"],
)
def test_days_and_years_far_off_are_answered(district: District, year: int, as_of: date) -> None:
    given = {"unit": str(unit_id(CIVIL)), "asOf": as_of, "year": year}
    assert district.ask(DRAFT, given, OFFICIAL, "casework")["annualReportDraft"]["complete"]


def test_whoever_may_not_see_the_children_is_not_told_the_events(district: District) -> None:
    given = {"unit": str(unit_id(CIVIL)), "code": "S-01"}
    found = district.ask(TRACED, given, CITY, "oversight")["annualReport"]["figures"]
    assert found
    assert [f["traceable"] for f in found] == [None] * len(found)


def test_later_corrections_show_as_difference_and_change_nothing_that_was_sent(
    district: District,
) -> None:
    """Six contacts of 1 April were entered on 2 December: six duties were met in time, six new ones fell due on 1 May.

    And the overdue finding was put right, late.
    """
    report = sent(district, changed=True)
    assert report["knownOn"] == "2025-12-05"
    assert report["intact"]
    changed = {
        (f["code"], f["key"], f["split"], f["cell"]): (f["value"], f["now"], f["difference"])
        for f in report["figures"]
        if f["code"] in {"S-04", "S-10"}
    }
    assert changed == {
        ("S-04", "findings", "state", "COMPLETED"): (1, 2, 1),
        ("S-04", "findings", "state", "ORDERED"): (1, 0, -1),
        ("S-04", "overdue", None, None): (1, 0, -1),
        ("S-04", "rectified", None, None): (1, 2, 1),
        ("S-04", "rectified_late", None, None): (0, 1, 1),
        ("S-10", "due", None, None): (34, 40, 6),
        ("S-10", "due", "cadence", "NORMAL"): (34, 40, 6),
        ("S-10", "due", "kind", "CONTACT"): (17, 23, 6),
        ("S-10", "on_time", None, None): (0, 6, 6),
    }


def test_those_above_compare_as_of_the_end_of_a_month(district: District) -> None:
    """To the city nothing is known beyond 30 November: no correction had been entered by then."""
    report = sent(district, code="S-10", by=CITY, purpose="oversight")
    assert report["knownOn"] == "2025-11-30"
    assert named(report, "S-10", "due")["value"] == 34
    assert {f["difference"] for f in report["figures"]} <= {0, None}


def test_who_is_shown_the_report_and_who_may_draft_it(district: District) -> None:
    assert sent(district, by=INSPECTOR, purpose="oversight")["intact"]
    assert sent(district, by=CITY, purpose="statistics")["intact"]
    assert sent(district, purpose="statistics")["intact"]
    assert draft(district, by=CITY, purpose="oversight") is None
    given = {"unit": str(unit_id(NEXT_DOOR)), "code": None, "changed": False}
    assert district.ask(SENT, given, OFFICIAL, "casework")["annualReport"] is None


def test_a_report_that_was_sent_is_not_sent_again(district: District) -> None:
    again = sending(draft(district, date(2025, 12, 4))["figuresHash"], date(2025, 12, 4))
    with pytest.raises(Refused) as refused:
        district.on_unit(CIVIL, again)
    assert refused.value.code == "annual_report_already_sent"


def test_the_report_survives_a_retelling(district: District) -> None:
    before = sent(district)
    told = retell_all(district.town.platform.ways, SECRETS, lambda _: None)
    assert told.parked == 0
    assert sent(district) == before


# ── Sending


def test_a_digest_of_other_figures_is_refused(unsent: District) -> None:
    """Something was entered after the look: the digest of the look is not that of the figures."""
    unsent.town.at("2025-11-24 15:00")
    looked = draft(unsent, date(2025, 11, 24))
    put_right(unsent, FindingKind.VISITS_OVERDUE)
    assert not draft(unsent, date(2025, 11, 24))["complete"], "not yet counted"
    with pytest.raises(Refused) as early:
        unsent.on_unit(CIVIL, sending(looked["figuresHash"], date(2025, 11, 24)))
    assert early.value.code == "figures_not_ready"
    unsent.told()
    with pytest.raises(Refused) as refused:
        unsent.on_unit(CIVIL, sending(looked["figuresHash"], date(2025, 11, 24)))
    assert refused.value.code == "figures_hash_differs"
    signed = draft(unsent, date(2025, 11, 24))
    assert signed["figuresHash"] != looked["figuresHash"]
    unsent.on_unit(CIVIL, sending(signed["figuresHash"], date(2025, 11, 24)))
    unsent.told()
    assert sent(unsent)["openRectifications"] == 2


def test_sent_at_the_last_minute_is_on_time_and_next_door_is_overdue(unsent: District) -> None:
    """30 November 23:59 is in time, as the platform reads 前; on 1 December Putuo's goes up to the city bureau."""
    town = unsent.town
    fire_due(town.at("2025-11-30 23:00").platform, town.now[0])
    town.at("2025-11-30 23:59")
    unsent.told()
    unsent.on_unit(CIVIL, sending(draft(unsent)["figuresHash"]))
    fire_due(town.at("2025-12-01 00:01").platform, town.now[0])
    assert (owed(unsent, CIVIL).fulfilled, owed(unsent, CIVIL).missed) == (True, False)
    assert (owed(unsent, NEXT_DOOR).fulfilled, owed(unsent, NEXT_DOOR).missed) == (False, True)
    raised = {
        t["owner_unit_id"]
        for t in town.tasks("Q-44")
        if t["is_open"] and t["escalation"] and t["cause_stream_id"] == unit_id(NEXT_DOOR)
    }
    assert unit_id(CITY_BUREAU) in raised
    sent_on_time = unsent.told().report(
        "S-03", SHANGHAI, by=INSPECTOR, purpose="oversight", asOf=date(2025, 12, 1), period="2025"
    )
    assert value(sent_on_time, "owed") == 2
    assert (value(sent_on_time, "sent"), value(sent_on_time, "on_time")) == (1, 1)
    assert cells(sent_on_time, "overdue", "district") == {PUTUO: 1}


def test_the_day_of_a_report_that_was_sent_counts_as_published(unsent: District) -> None:
    """Five files of 24 November and two of the 26th: seven since October may be shown, two since the 24th may not."""
    town = unsent.town
    for day, many in (("24", 5), ("26", 2)):
        town.at(f"2025-11-{day} 10:00")
        for number in range(many):
            opened(unsent, HUA[0], 100 + int(day) * 10 + number)
    town.at("2025-12-02 09:00")
    november: Any = {"by": CITY, "purpose": "statistics", "asOf": date(2025, 11, 30)}
    assert value(unsent.told().report("S-02", CHANGNING, **november), "open") == 17 + 5 + 2
    signed = draft(unsent, date(2025, 11, 24))
    assert named(signed, "S-02", "open")["value"] == 17 + 5
    unsent.on_unit(CIVIL, sending(signed["figuresHash"], date(2025, 11, 24)))
    assert figure(unsent.told().report("S-02", CHANGNING, **november), "open")["suppressed"]


def test_the_city_receives_it(unsent: District) -> None:
    unsent.town.at("2025-11-24 16:00")
    unsent.on_unit(CIVIL, sending(draft(unsent)["figuresHash"]))
    unsent.on_unit(CIVIL, ReceiveAnnualProgressReport(report_year=2025))
    received = unsent.town.rows(
        "select from read.unit_line where name = 'unit.annual_progress_report_received'"
    )
    assert len(received) == 1
