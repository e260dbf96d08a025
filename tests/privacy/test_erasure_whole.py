"""A child is erased: no personal value can be read any more, in any table, in any process, by any answer given again.

What is looked for is not a list of this test: it is every text and date that the child's streams had sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from domain.access.audit import EndAuditOrder, OpenAuditOrder, RecordTimelineExport
from domain.access.erasure import EraseChild
from domain.access.state import AccessOrder
from domain.case.state import Case
from domain.child.state import Child
from domain.codec import DESTROYED
from domain.context import Actor
from domain.kernel import State
from eventlog.casebook import Request
from eventlog.verify import verify
from ops.platform import Platform, compose, retell_all
from projections.journal import faults
from tests.database import Database
from tests.dsl import an_id
from tests.privacy.dump import dumped, holding
from tests.projections.history import History, words
from tests.projections.snapshot import digests
from tests.projections.test_retelling_pg import closed, judged, lived, looked_at
from tests.projections.town import SECRETS, Town, town_on

BASIS = "个人信息保护法第四十七条"
FIGURES = (
    "select name, count(*) as n from read.report_happening where name <> 'access.child_erased' "
    "group by 1 order by 1"
)
AUDITOR = Actor(person_id=an_id("auditor"), role="auditor", assignment_id=an_id("audit post"))


@pytest.fixture
def town(database: Database) -> Iterator[Town]:
    with town_on(database) as town:
        yield town


@pytest.fixture
def elsewhere(town: Town) -> Iterator[Platform]:
    """Another process of the same installation."""
    other = compose(town.platform.ways, SECRETS, now=lambda: town.now[0])
    yield other
    other.close()


def audited(town: Town, case: UUID) -> UUID:
    """Somebody audited the case and took its timeline out."""
    book, now = town.platform.casebook, town.now[0].date()
    opened = OpenAuditOrder(
        audit_purpose=words("核查该儿童个案的办理经过"),
        audit_until_on=now,
        audited_from_on=date(2025, 1, 1),
        audited_to_on=now,
        case_id=case,
    )
    done = book.perform(Request(command=opened, command_id=an_id("audit"), actor=AUDITOR))
    export = RecordTimelineExport(
        export_scope="case:1", export_hash="0" * 64, export_recipient=words("审计局某科")
    )
    for name, command in (
        ("export", export),
        ("end", EndAuditOrder(audit_end_reason=words("查清"))),
    ):
        book.perform(
            Request(
                command=command, command_id=an_id(name), actor=AUDITOR, stream_id=done.stream_id
            )
        )
    return done.stream_id


def sealed(platform: Platform, streams: tuple[UUID, ...]) -> set[str]:
    """Every text and date in a sealed field of these streams' events."""
    found: set[str] = set()
    for stream_id in streams:
        for recorded in platform.store.history(stream_id):
            for spec in type(recorded.event).specs:
                if spec.sealed:
                    found |= set(_texts(getattr(recorded.event, spec.name)))
            found |= set(_texts(recorded.stamp.late_because))
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, tuple | frozenset):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, date):
        yield value.isoformat()[:10]
    elif type(value) is str and len(value) > 3:
        yield value


def lived_and_left(town: Town) -> tuple[History, tuple[UUID, ...]]:
    """A whole history with an emergency look and an audit, closed; and its streams."""
    history = lived(town)
    looked_at(history)
    judged(town)
    order = audited(town, history.case)
    closed(history)
    looks = town.rows("select order_id from read.access_order where order_kind = 'BREAK_GLASS'")
    return history, (history.child, history.case, order, *(row["order_id"] for row in looks))


def until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 120
    while not condition():
        assert monotonic() < deadline


def test_no_value_of_an_erased_child_is_left_in_any_table(town: Town) -> None:
    history, streams = lived_and_left(town)
    digests(town)  # the later projections are told too
    planted = sealed(town.platform, streams)
    before = holding(dumped(town.platform.ways.admin_dsn), planted)
    assert len(planted) > 60
    assert len(before) > 40, "the read models show them as long as they may"
    assert not {t for tables in before.values() for t in tables if t.startswith("es.")}
    figures = town.rows(
        "select name, count(*) as n from read.report_happening group by 1 order by 1"
    )
    town.do(EraseChild(child_id=history.child, legal_basis=BASIS))
    digests(town)
    assert holding(dumped(town.platform.ways.admin_dsn), planted) == {}
    assert sealed(town.platform, streams) <= {DESTROYED, "0001-01-01"}
    assert verify(town.platform.ways.writer_dsn).ok
    assert faults(town.platform.ways.writer_dsn) == []
    assert town.rows(FIGURES) == figures, "statistics stay"
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert holding(dumped(town.platform.ways.admin_dsn), planted) == {}, "and nothing comes back"


def test_no_process_remembers_and_no_answer_given_again_tells(
    town: Town, elsewhere: Platform
) -> None:
    history, streams = lived_and_left(town)
    planted = sealed(town.platform, streams)
    kinds: tuple[tuple[type[State], UUID], ...] = (
        (Child, history.child),
        (Case, history.case),
        *((AccessOrder, s) for s in streams[2:]),
    )

    def remembered(platform: Platform) -> set[str]:
        told = "".join(repr(platform.casebook.state(kind, stream)) for kind, stream in kinds)
        return {value for value in planted if value in told}

    assert remembered(town.platform) & remembered(elsewhere), "both have the states in memory"
    town.do(EraseChild(child_id=history.child, legal_basis=BASIS))
    assert remembered(town.platform) == set()
    until(lambda: remembered(elsewhere) == set())
    again = Request(
        command=EraseChild(child_id=history.child, legal_basis=BASIS),
        command_id=an_id(f"step {town.number}"),
    )
    answer = elsewhere.casebook.perform(again)
    assert answer.repeated
    rows = town.rows("select answer::text from es.command")
    said = "".join(row["answer"] for row in rows)
    assert {value for value in planted if value in said} == set()
