"""A retelling that was cut short is gone on with, beside the live tables, to the very rows of a whole one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from types import ModuleType

import psycopg
import pytest

from domain.access.erasure import EraseChild
from eventlog.locks import AdvisoryLock
from eventlog.recorded import Recorded
from ops import verbs_of_the_log as verbs
from ops.clock_worker import fire_due
from ops.platform import LOCK_LOG, patient_store, prepare, release, retell_all
from projections import resuming, retell
from projections.kernel import Projection
from projections.registry import INLINE, LATER
from projections.resuming import UnderWay
from projections.retell import Manner
from tests.database import Database
from tests.privacy.dump import dumped
from tests.privacy.dump import holding as held
from tests.projections import history as told
from tests.projections.history import MARK
from tests.projections.retelling_process import go_on, retelling, said
from tests.projections.snapshot import digests
from tests.projections.test_retelling_pg import Faulty, closed, contact, faulty, lived, noted
from tests.projections.town import SECRETS, Town, town_on

__all__ = ["faulty"]
NOW = Manner(patience_s=0)
DEADLINE_S = 120


class CutShortError(Exception):
    """What ends a retelling in the middle."""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.retell.PAGE", 20)


def cut_short(town: Town, pages: int, inline: Sequence[Projection] = INLINE) -> int:
    """A retelling that ends when it asks for the page after these; how far it came."""
    left = iter(range(pages))
    with patient_store(town.platform.ways, SECRETS) as store:

        def page(after: int, limit: int) -> list[Recorded]:
            if next(left, None) is None:
                raise CutShortError
            return store.read_on(after, limit)

        with pytest.raises(CutShortError):
            retell.retell(
                town.platform.ways.admin_dsn,
                inline,
                page,
                lock_log=LOCK_LOG,
                later=LATER,
                manner=NOW,
            )
    return position(town)


def position(town: Town) -> int:
    (row,) = town.rows("select position from read_next.telling")
    return int(row["position"])


def is_left(town: Town) -> bool:
    (row,) = town.rows("select to_regnamespace('read_next') is not null as is_left")
    return bool(row["is_left"])


def again(town: Town, manner: Manner = NOW) -> tuple[retell.Told, list[str]]:
    lines: list[str] = []
    return retell_all(town.platform.ways, SECRETS, lines.append, manner), lines


def until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + DEADLINE_S
    while not condition():
        assert monotonic() < deadline


def waits_for_a_lock(town: Town) -> bool:
    return bool(
        town.rows(
            "select from pg_stat_activity where datname = current_database() "
            "and application_name = 'yidang retelling' and wait_event_type = 'Lock'"
        )
    )


def test_what_was_killed_in_a_batch_is_gone_on_with_to_the_same_rows(town: Town) -> None:
    lived(town)
    live = digests(town)
    ways = town.platform.ways
    with (
        retelling(ways) as process,
        psycopg.connect(ways.admin_dsn) as holds,
    ):
        assert "retold" in said(process)
        go_on(process)
        assert "retold" in said(process)
        stood = position(town)
        # the next batch is written whole, and then waits to say so: the last moment before its commit
        holds.execute("lock table read_next.telling in exclusive mode")
        go_on(process)
        until(lambda: waits_for_a_lock(town))
        process.kill()
        process.wait(DEADLINE_S)
        holds.rollback()
        assert digests(town) == live, "the live tables were not touched"
        done, lines = again(town, Manner())
    assert 0 < stood < done.before + done.events
    assert f"position {stood}," in lines[0]
    assert all("/s · " in line and " s left" in line for line in lines[1:])
    (row,) = town.rows("select count(*) as n from es.event")
    assert done.before + done.events == row["n"]
    assert 0 < done.before <= 60
    assert digests(town) == live
    assert not is_left(town)
    assert again(town)[0].before == 0
    assert digests(town) == live, "a whole one comes to the same"


def test_wherever_it_is_cut_short_it_is_gone_on_with(town: Town) -> None:
    lived(town)
    live = digests(town)
    pages, stood = 1, 0
    for _ in range(3):  # each time a page further than the last had come
        before, stood = stood, cut_short(town, pages)
        assert stood > before
        pages += 1
    done, lines = again(town)
    assert f"position {stood}," in lines[0]
    assert done.before > 40
    assert digests(town) == live


def test_life_goes_on_beside_a_retelling_and_a_second_says_that_it_is_not_the_first(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    history = lived(town)
    with retelling(town.platform.ways) as process:
        assert "retold" in said(process)
        contact(history)  # a command, and what it says is read at once
        live = digests(town)
        with pytest.raises(UnderWay):
            again(town)
        monkeypatch.setattr("ops.verbs_of_the_log.Manner", partial(Manner, patience_s=0.0))
        given = verbs.Arguments(anew=True)
        assert verbs.retell(given, None, town.platform.ways, SECRETS) == 2  # type: ignore[arg-type]
        assert "另一重述正在进行" in capsys.readouterr().out
        assert digests(town) == live
        go_on(process)
        while "retold" in (line := said(process)):
            go_on(process)
        assert line.startswith("ended 0 + ")
    assert not is_left(town)
    assert digests(town) == live, "what was recorded meanwhile is told"


def test_who_comes_second_waits_a_moment(town: Town) -> None:
    with psycopg.connect(town.platform.ways.admin_dsn, autocommit=True) as other:
        with (
            psycopg.connect(town.platform.ways.admin_dsn, autocommit=True) as conn,
            resuming.alone(conn, 0),
        ):
            with pytest.raises(UnderWay), resuming.alone(other, 0.001):
                pass
            (said,) = other.execute("show lock_timeout").fetchall()
            assert said == ("0",)
        with resuming.alone(other, 0.001):
            assert town.rows("select from pg_locks where objid = %(k)s", k=AdvisoryLock.RETELLING)
        assert not town.rows("select from pg_locks where objid = %(k)s", k=AdvisoryLock.RETELLING)


def test_other_projections_begin_anew_and_so_does_who_asks_for_it(town: Town) -> None:
    lived(town)
    live = digests(town)
    stood = cut_short(town, 3, INLINE[:-1])
    done, lines = again(town)
    assert done.before == 0
    assert "另起重述" in lines[0]
    assert "has changed" in lines[0]
    assert f"position {stood}:" in lines[0]
    assert digests(town) == live
    cut_short(town, 3)
    done, lines = again(town, Manner(anew=True, patience_s=0))
    assert done.before == 0
    assert "as asked" in lines[0]
    assert digests(town) == live


def test_the_grammar_is_every_file_that_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = ModuleType("package")
    package.__file__ = str(tmp_path / "__init__.py")
    (tmp_path / "rules").mkdir()
    pack = tmp_path / "rules" / "pack.yaml"
    seen = {resuming.grammar(INLINE), resuming.grammar(INLINE[1:])}
    monkeypatch.setattr(resuming, "_TELL_WITH", (*resuming._TELL_WITH, package))
    for text in ("days: 3", "days: 4"):
        pack.write_text(text)
        seen.add(resuming.grammar(INLINE))
        assert resuming.grammar(INLINE) in seen
    assert len(seen) == 4
    files = {module.__name__ for module in resuming._TELL_WITH}
    assert {"data", "domain", "eventlog"} <= files


def test_what_was_set_aside_stays_so_until_it_is_released(
    database: Database, faulty: Faulty
) -> None:
    with town_on(database) as town:
        one, other = told.opened(town), told.opened(town)
        faulty.cannot_read = one.child
        for history in (one, other, one):
            contact(history)
        inline = (*INLINE, faulty.projection)
        pages = len(town.rows("select from es.event")) // 20
        cut_short(town, pages + 1, inline)
        assert town.rows("select from read_next.parked"), "it had come to the fault"
        faulty.cannot_read = None
        contact(one)
        done, _ = again(town)
        assert (done.parked, done.before > 0) == (1, True)
        assert (noted(one), noted(other)) == (None, "+")
        cut_short(town, 2, inline)
        assert release(town.platform.ways, SECRETS, "test_contacts", one.child, lambda _: None)
        assert (noted(one), noted(other)) == ("+++", "+")


def test_a_batch_that_the_database_refuses_is_told_with_its_position(
    database: Database, faulty: Faulty, caplog: pytest.LogCaptureFixture
) -> None:
    with town_on(database) as town:
        one = told.opened(town)
        contact(one)
        contact(told.opened(town))
        faulty.refused_by_database = one.child
        inline = (*INLINE, faulty.projection)
        pages = len(town.rows("select from es.event")) // 20
        stood = cut_short(town, pages + 2, inline)
        assert "was refused (" in caplog.text, "why it takes longer"
        (row,) = town.rows("select max(position) as last from read_next.timeline")
        assert stood == row["last"]
        assert again(town)[0].parked == 1
        assert digests(town)["parked"].startswith("1 rows")


def test_what_is_erased_is_not_left_in_a_retelling_that_was_cut_short(town: Town) -> None:
    history = lived(town)
    closed(history)
    pages = len(town.rows("select from es.event")) // 20
    cut_short(town, pages)
    assert named(town), "it had come to the child"
    with psycopg.connect(town.platform.ways.admin_dsn, autocommit=True) as conn:
        with resuming.alone(conn, 0):  # somebody is at it, who would come to the erasure
            town.do(EraseChild(child_id=history.child, legal_basis="个人信息保护法第四十七条"))
            assert named(town)
        prepare(town.platform.ways, SECRETS, lambda _: None)
    assert not is_left(town), "the next start finds that nobody came to it"
    assert not named(town)


@pytest.mark.parametrize("by", ["the erasure", "the daily look"])
def test_an_erasure_drops_what_was_cut_short_before_it_and_nothing_else(
    town: Town, by: str
) -> None:
    history = lived(town)
    closed(history)
    cut_short(town, 2)
    prepare(town.platform.ways, SECRETS, lambda _: None)
    fire_due(town.platform, town.now[0])
    assert is_left(town), "nothing was erased"
    town.platform.looked_through_on = None
    if by == "the daily look":
        with (
            psycopg.connect(town.platform.ways.admin_dsn, autocommit=True) as conn,
            resuming.alone(conn, 0),
        ):
            erase(town, history)
        assert is_left(town)
        fire_due(town.platform, town.now[0])
    else:
        erase(town, history)
    assert not is_left(town)
    live = digests(town)
    done, lines = again(town)
    assert done.before == 0
    assert "retold" in lines[0]
    assert digests(town) == live


def erase(town: Town, history: told.History) -> None:
    town.do(EraseChild(child_id=history.child, legal_basis="个人信息保护法第四十七条"))


def named(town: Town) -> set[str]:
    """The tables in which the personal words of the history can be read, those of an unfinished retelling too."""
    found = held(dumped(town.platform.ways.admin_dsn), {MARK})
    return {table for tables in found.values() for table in tables}
