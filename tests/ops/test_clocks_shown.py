"""``yidang clocks``: due and late, set aside, rung without effect; and that what rang in vain is not read again."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from domain.case.reports import DissuasionAttempted
from domain.terms.reports import DissuasionResult
from ops import clocks_shown
from ops.clock_worker import fire_due
from ops.health import Health, look
from ops.platform import retell_all
from tests.database import Database
from tests.dsl import local
from tests.projections.town import SECRETS, TEACHER, Town, filed, reported, town_on


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with town_on(database) as town:
        yield town


def set_clock(town: Town, at: str, act: str, stream: UUID, arguments: str = "{}") -> None:
    """A clock as no event sets it."""
    with psycopg.connect(town.platform.ways.writer_dsn) as conn:
        conn.execute(
            "insert into clock (clock_id, fires_at, rings_from, act, stream, stream_id, subject, arguments) "
            "values (gen_random_uuid(), %s, %s, %s, 'case', %s, '', %s::jsonb)",
            (local(at), local(at), act, stream, arguments),
        )


def shown(town: Town) -> list[str]:
    """The lines at the town's time."""
    return list(clocks_shown.lines(clocks_shown.look(town.platform.ways, town.now[0])))


def test_what_is_due_and_late_is_listed_oldest_first(town: Town) -> None:
    case = reported(town)
    town.at("2025-03-03 11:00")
    first, second, figures, following = shown(town)
    assert first.startswith("迟 late 0d 1h 30m · 2025-03-03 09:30:00+08:00")
    assert "case.note_acceptance_overdue" in first
    assert str(case) in first
    assert "case.escalate_task" in second
    assert figures.startswith("到期 due 2 · 其中迟 late 2 · 搁置 parked 0 · 空响 without effect 0")
    assert following.startswith("下一个 next ")


def test_what_is_told_late_makes_no_clock_late_that_nobody_could_have_known_of(town: Town) -> None:
    """A file opened in winter, recorded in March: its visits were due before there was a clock."""
    town.at("2025-03-03 11:00")
    filed(town, at=local("2025-01-02 09:00"))
    *due, figures, _following = shown(town)
    assert len(due) == 4, "two visits, and who should have seen to them"
    assert all(line.startswith("到期 due · 2025-") for line in due)
    assert figures.startswith("到期 due 4 · 其中迟 late 0 · ")
    health = Health(town.platform.ways.writer_dsn, (), lambda: local("2025-03-03 11:10"))
    in_read = "-c search_path=read,pg_catalog"
    with psycopg.connect(health.writer_dsn, row_factory=dict_row, options=in_read) as conn:
        found = look(conn, health.now(), ())
    assert (found.clocks_due, found.clocks_late_s) == (4, 600.0)
    *_, figures, _following = shown(town.at("2025-03-03 11:02"))
    assert "其中迟 late 4" in figures, "from then on they wait like any other"
    assert fire_due(town.at("2025-03-03 11:01").platform, town.now[0]).late == 0


def test_the_figures_count_all_however_few_lines_are_shown(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks_shown, "MOST", 1)
    reported(town)
    *due, figures, _following = shown(town.at("2025-03-03 11:00"))
    assert len(due) == 1
    assert figures.startswith("到期 due 2 · 其中迟 late 2 · ")


def test_a_clock_that_rings_in_vain_is_shown_with_its_reason_and_rings_no_more(town: Town) -> None:
    case = reported(town)
    fire_due(town.at("2025-03-03 09:31").platform, town.now[0])
    set_clock(town, "2025-03-03 09:32", "case.note_acceptance_overdue", case)
    fired = fire_due(town.at("2025-03-03 09:40").platform, town.now[0])
    assert (fired.idle, fired.refused) == (1, 0)
    again = fire_due(town.platform, town.now[0])
    assert (again.count, again.idle) == (0, 0)
    (vain, figures, _next) = shown(town)
    assert vain.startswith("空响 without effect · 2025-03-03 09:32:00+08:00")
    assert vain.endswith("no event followed")
    assert "空响 without effect 1" in figures


def test_a_retold_clock_that_rang_in_vain_stays_so(town: Town) -> None:
    case = reported(town)
    fire_due(town.at("2025-03-03 09:31").platform, town.now[0])
    set_clock(town, "2025-03-03 09:30", "case.note_acceptance_overdue", case)
    assert fire_due(town.platform, town.now[0]).idle == 1
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert fire_due(town.platform, town.now[0]).idle == 0
    assert town.rows("select reason from es.clock_rung") == [{"reason": "no event followed"}]


def test_a_clock_whose_command_cannot_be_made_is_set_aside_and_the_others_ring(town: Town) -> None:
    case = reported(town)
    set_clock(town, "2025-03-03 09:05", "case.note_nothing_of_the_kind", case)
    fired = fire_due(town.at("2025-03-03 09:31").platform, town.now[0])
    assert (fired.refused, fired.count) == (1, 2)
    parked, figures, _next = shown(town)
    assert parked.startswith("搁置 parked · ")
    assert parked.endswith("KeyError")
    assert "搁置 parked 1" in figures


def test_after_the_clock_was_set_back_it_rings_no_earlier_than_what_was_recorded(
    town: Town,
) -> None:
    """Nothing waits for an hour that was already there: it is recorded as of the last that it rests on (ADR 0085)."""
    case = reported(town)
    noted = DissuasionAttempted.Command(dissuasion=DissuasionResult.FAILED)  # type: ignore[call-arg]
    town.at("2025-03-03 09:40").do(noted, case, TEACHER)
    fired = fire_due(town.at("2025-03-03 09:35").platform, town.now[0])
    assert (fired.count, fired.refused, fired.idle) == (2, 0, 0)
    assert town.rows("select * from read.parked") == []
    rung = town.rows("select recorded_at from read.timeline order by position desc limit 2")
    assert [r["recorded_at"] for r in rung] == [local("2025-03-03 09:40")] * 2
    assert fire_due(town.at("2025-03-03 09:40").platform, town.now[0]).count == 0
