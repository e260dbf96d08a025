"""Clocks on a real database: at their time, once, by any worker, after a crash, a month late, and in their order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg

from domain.case.assessment import StartAssessment
from domain.case.dispatch import DispatchPolice, RecordPoliceFindings
from domain.case.intake import AcceptReport
from domain.child.contacts import MakeContact
from domain.terms.emergency import Finding
from domain.terms.visits import VisitContactChannel, VisitContactResult, VisitContactWith
from eventlog.locks import AdvisoryLock
from ops.clock_worker import ClockWorker, fire_due
from ops.platform import retell_all
from tests.database import Database
from tests.dsl import local
from tests.projections.town import (
    DIRECTOR,
    OFFICER,
    SECRETS,
    SUPERVISOR,
    Town,
    filed,
    notified,
    platform_at,
    reported,
    town_on,
    unit_id,
)


def tick(town: Town, at: str) -> int:
    """How many clocks fire at this time."""
    return fire_due(town.at(at).platform, town.now[0]).count


def test_nothing_fires_before_its_time_and_all_at_it(town: Town) -> None:
    reported(town)
    assert tick(town, "2025-03-03 09:29:59") == 0
    assert tick(town, "2025-03-03 09:30:00") == 1  # the overdue notice of the chapter
    assert town.events("case.report_acceptance_overdue") == 1
    assert town.task("Q-01")["escalation"] == 0  # at the last moment it is still in time
    assert tick(town, "2025-03-03 09:30:01") == 1
    assert tick(town, "2025-03-03 09:30:01") == 0


def test_what_goes_up_stays_with_its_owner_and_appears_above(town: Town) -> None:
    case = reported(town)
    tick(town, "2025-03-03 09:31")
    below, above = sorted(town.tasks("Q-01"), key=lambda t: t["owner_unit_id"] != unit_id("police"))
    assert (below["status"], below["escalation"], below["is_open"]) == ("ESCALATED", 1, True)
    assert below["due_at"] == local("2025-03-03 09:30")
    assert above["owner_unit_id"] == unit_id("district police")
    assert (above["status"], above["escalation"]) == ("CREATED", 1)
    assert above["due_at"] == local("2025-03-03 10:01")  # as long as the duty itself had
    assert f"T:{unit_id('district police')}" in town.tokens("case_file", "case_id", case)
    town.at("2025-03-03 09:40").do(AcceptReport(), case, OFFICER)
    assert [t["status"] for t in town.tasks("Q-01")] == ["COMPLETED", "COMPLETED"]
    assert f"T:{unit_id('district police')}" not in town.tokens("case_file", "case_id", case)


def test_it_goes_on_up_until_nobody_is_above(town: Town) -> None:
    reported(town)
    tick(town, "2025-03-03 09:31")
    assert tick(town, "2025-03-03 10:02") == 1
    owners = {t["owner_unit_id"]: t["escalation"] for t in town.tasks("Q-01")}
    assert owners == {
        unit_id("police"): 2,
        unit_id("district police"): 1,
        unit_id("civil affairs"): 2,
    }
    assert tick(town, "2025-06-03 09:00") == 0


def test_what_is_done_in_time_never_fires(town: Town) -> None:
    case = reported(town)
    town.at("2025-03-03 09:10").do(AcceptReport(), case, OFFICER)
    town.at("2025-03-03 09:20").do(DispatchPolice(), case, OFFICER)
    town.at("2025-03-03 09:25").do(
        RecordPoliceFindings(findings=(Finding.LIVING_ALONE,)), case, OFFICER
    )
    tick(town, "2025-03-03 10:00")
    assert town.events("case.task_escalated") == 0
    assert town.events("case.report_acceptance_overdue") == 0


def test_the_unit_above_is_relieved_once_the_step_is_made(town: Town) -> None:
    case = notified(town)
    tick(town, "2025-03-05 00:00")
    assert {t["owner_unit_id"] for t in town.tasks("Q-07") if t["is_open"]} == {
        unit_id("township"),
        unit_id("civil affairs"),
    }
    town.at("2025-03-05 09:00").do(StartAssessment(), case, SUPERVISOR)
    mine = {t["status"] for t in town.tasks("Q-07") if t["escalation"]}
    assert mine == {"ENDED"}


def test_two_workers_fire_each_clock_once(database: Database) -> None:
    with town_on(database) as town:
        for minute in range(12):
            reported(town, f"2025-03-03 09:{minute:02}")
        town.at("2025-03-03 09:59")
        with platform_at(database, town.now) as second:
            together = Barrier(2, timeout=120)

            def fire(platform: object) -> int:
                together.wait()
                return fire_due(platform, town.now[0]).count  # type: ignore[arg-type]

            with ThreadPoolExecutor(2) as pool:
                counts = list(pool.map(fire, (town.platform, second)))
            left = fire_due(second, town.now[0]).count
        assert sum(counts) + left == 24
        assert town.events("case.task_escalated") == 12
        assert town.events("case.report_acceptance_overdue") == 12


def test_who_finds_another_at_it_leaves_it_to_them(town: Town) -> None:
    reported(town)
    with psycopg.connect(town.platform.ways.writer_dsn) as other:
        other.execute("select pg_advisory_lock(%s)", (AdvisoryLock.CLOCKS,))
        fired = fire_due(town.at("2025-03-03 09:31").platform, town.now[0])
        assert (fired.busy, fired.count) == (True, 0)
        # Given back here: the server ends a session that was closed in its own time.
        other.execute("select pg_advisory_unlock(%s)", (AdvisoryLock.CLOCKS,))
    assert tick(town, "2025-03-03 09:31") == 2


def test_a_command_that_was_recorded_before_the_crash_is_not_repeated(database: Database) -> None:
    with town_on(database) as town:
        reported(town)
        before = town.rows("select * from read.clock order by fires_at, clock_id")
        tick(town, "2025-03-03 09:31")
        with psycopg.connect(database.admin_dsn) as conn:  # as if the clocks had not been told on
            conn.execute("set local role yidang_writer")
            for row in before:
                conn.execute(
                    "insert into read.clock (clock_id, fires_at, rings_from, act, stream, stream_id, "
                    "subject, arguments, clauses) values (%s, %s, %s, %s, %s, %s, %s, %s, %s) "
                    "on conflict (clock_id) do update set fires_at = excluded.fires_at",
                    (
                        row["clock_id"],
                        row["fires_at"],
                        row["rings_from"],
                        row["act"],
                        row["stream"],
                        row["stream_id"],
                        row["subject"],
                        psycopg.types.json.Jsonb(row["arguments"]),
                        row["clauses"],
                    ),
                )
        with platform_at(database, town.now) as after_crash:
            assert fire_due(after_crash, town.now[0]).count == 0
        assert town.events("case.task_escalated") == 1
        assert town.events("case.report_acceptance_overdue") == 1


def test_a_month_late_everything_happens_once_and_is_told_as_late(database: Database) -> None:
    with town_on(database) as town:
        reported(town)
        filed(town)
        town.at("2025-05-20 09:00")
        with platform_at(database, town.now) as after_a_month:
            fired = fire_due(after_a_month, town.now[0])
        assert fired.late == fired.count == 7
        assert town.events("case.report_acceptance_overdue") == 1
        assert town.events("case.task_escalated") == 1
        assert town.events("child.visit_overdue") == 2
        assert town.events("child.task_escalated") == 2
        (overdue,) = town.rows(
            "select recorded_at from read.timeline where name = 'case.report_acceptance_overdue'"
        )
        assert overdue["recorded_at"] == local("2025-05-20 09:00")


def test_clocks_ring_in_the_order_of_their_times(town: Town) -> None:
    for minute in (20, 0, 10):
        reported(town, f"2025-03-03 09:{minute:02}")
    tick(town, "2025-03-03 10:30")
    rung = town.rows(
        "select k.position, c.reported_at from read.timeline k "
        "join read.case_file c on c.case_id = k.case_id "
        "where k.name = 'case.report_acceptance_overdue' order by k.position"
    )
    assert [r["reported_at"] for r in rung] == [
        local("2025-03-03 09:00"),
        local("2025-03-03 09:10"),
        local("2025-03-03 09:20"),
    ]


def test_a_visit_missed_goes_to_the_township_and_a_visit_made_takes_it_back(town: Town) -> None:
    child = filed(town)
    assert tick(town, "2025-04-03 23:59:59") == 0
    assert tick(town, "2025-04-04 00:00:00") == 2
    above = next(t for t in town.tasks("Q-09") if t["owner_unit_id"] == unit_id("township"))
    assert above["is_open"]
    made = MakeContact(
        contact_channel=VisitContactChannel.PHONE,
        contact_with=(VisitContactWith.CHILD,),
        contact_result=VisitContactResult.REACHED,
    )
    town.at("2025-04-05 10:00").do(made, child, DIRECTOR)
    (open_now,) = [t for t in town.tasks("Q-09") if t["is_open"]]
    assert (open_now["owner_unit_id"], open_now["escalation"]) == (unit_id("village"), 0)
    assert open_now["due_at"] == local("2025-05-05 23:59:59")


def test_clocks_survive_a_retelling(town: Town) -> None:
    reported(town)
    tick(town, "2025-03-03 09:31")
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert tick(town, "2025-03-03 09:31") == 0
    assert tick(town, "2025-03-03 10:02") == 1


def test_a_refused_clock_is_set_aside_and_stops_nothing_else(town: Town) -> None:
    case = reported(town)
    with psycopg.connect(town.platform.ways.writer_dsn) as conn:
        conn.execute(
            "insert into clock (clock_id, fires_at, rings_from, act, stream, stream_id, subject, arguments) "
            "values (gen_random_uuid(), %(at)s, %(at)s, 'case.note_care_secured', 'case', gen_random_uuid(), "
            "'', jsonb_build_object('child_id', %(case)s::uuid))",
            {"at": local("2025-03-03 09:05"), "case": case},
        )
    fired = fire_due(town.at("2025-03-03 09:31").platform, town.now[0])
    assert (fired.refused, fired.count) == (1, 2)
    assert fire_due(town.platform, town.now[0]).refused == 0
    (parked,) = town.rows("select * from read.parked")
    assert (parked["projection"], parked["error"]) == ("clock case.note_care_secured", "absent")


def test_the_worker_fires_when_woken_and_stops(town: Town) -> None:
    reported(town)
    town.at("2025-03-03 09:31")
    recorded = Barrier(2, timeout=120)
    names: list[str] = []

    def heard(new: object) -> None:
        names.extend(r.event.name for r in new)  # type: ignore[attr-defined]
        if "case.task_escalated" in names:
            recorded.wait()

    town.platform.casebook.on_recorded.append(heard)
    worker = ClockWorker(town.platform)
    worker.start()
    worker.wake()
    recorded.wait()
    worker.stop()
    of_the_case = [name for name in names if name.startswith("case.")]
    assert of_the_case == ["case.report_acceptance_overdue", "case.task_escalated"]
