"""The judge: what the log and the read models hold, against the ledger of what was promised."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import psycopg
from psycopg.rows import dict_row

from domain.case.reports import ReportSubmitted
from eventlog.recorded import Recorded
from eventlog.verify import verify
from ops.clock_worker import STANDS
from ops.platform import Platform, compose, retell_all
from projections.readmodel import READ_MODELS
from projections.registry import LATER
from tests.faults.installation import STOP_S, Installation
from tests.faults.ledger import Subscribed, now

CATCH_UP_S = 120.0
"""A busy machine is given time; how fast it is, is measured elsewhere."""
TIMED = "YIDANG_FAULTS_TIMED" in os.environ
"""Whether the goals of time count, which are for a machine with nothing else to do: ``make faults``."""
MEASURED = {"slow answer", "slow stop"}
OVERDUE = "case.report_acceptance_overdue"


@dataclass(frozen=True)
class Finding:
    """One broken promise. ``kind`` is one of a few words."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def told(found: Sequence[Finding]) -> dict[str, list[str]]:
    """The findings by kind, a few of each; those of time if they count."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for each in found:
        if TIMED or each.kind not in MEASURED:
            kinds[each.kind].append(each.what)
    return {kind: [f"{len(all_of)} in all", *all_of[:3]] for kind, all_of in kinds.items()}


def settle(
    here: Installation, later: Sequence[str] = (), within: float = CATCH_UP_S
) -> tuple[list[Finding], datetime]:
    """After the last deed: everything is told and delivered, and the processes end. Answers when the last deed was."""
    quiet_at = here.clock()
    _let_clocks_ring(here, quiet_at, within)
    here.stop("clocks")  # what rang until now is told on
    found = list(_lag(here, [*(p.name for p in LATER), *later], within))
    complete = here.ledger.wait_for(lambda: not list(missing(here)), within)
    if not complete:
        found += missing(here)
    here.shared.stop.set()
    here.entrance.cut()
    here.stop("web", "projections")
    found += slow_stops(here)
    return found, quiet_at


def slow_stops(here: Installation) -> Iterator[Finding]:
    """Processes that took longer to stop than they may."""
    for kind, seconds in here.stopped_within.items():
        if seconds > STOP_S:
            yield Finding("slow stop", f"{kind} {seconds:.1f} s")


def judge(here: Installation, quiet_at: datetime, *, retold: bool = True) -> list[Finding]:
    """Every finding, once all processes have ended; ``retold``: also against a retelling of the whole log."""
    platform = compose(here.ways, here.secrets, now=here.clock)
    with closing(platform):
        log = read_log(platform)
        found = [
            *_lost(here, platform, log),
            *_doubled(here, log),
            *_written_though_refused(here, platform),
            *_deliveries(here),
            *_clocks(here, log, quiet_at),
            *_answers(here),
        ]
    report = verify(here.ways.writer_dsn, public_key=None, anchor=None)
    found += [Finding("log", str(fault)) for fault in report.faults]
    parked = here.rows("select projection, event_name, error from read.parked")
    found += [Finding("set aside", str(row)) for row in parked]
    return [*found, *(_retold(here) if retold else ())]


def read_log(platform: Platform) -> list[Recorded]:
    """Every event, in order."""
    found: list[Recorded] = []
    while page := platform.store.read_on(found[-1].position if found else 0, 500):
        found += page
    return found


def _lost(here: Installation, platform: Platform, log: list[Recorded]) -> Iterator[Finding]:
    at = {r.position: r for r in log}
    heads = Counter(r.stream_id for r in log)
    for ack in here.ledger.acks:
        entry = platform.store.command(ack.command_id)
        if entry is None or entry.position != ack.position or ack.position not in at:
            yield Finding("lost", f"{ack.mutation} {ack.command_id} acknowledged at {ack.position}")
        elif heads[ack.stream_id] < ack.version:
            yield Finding("lost", f"{ack.stream_id} stands at {heads[ack.stream_id]}")


def _doubled(here: Installation, log: list[Recorded]) -> Iterator[Finding]:
    """Each report that somebody meant to make is there once, or (never acknowledged) not at all."""
    meant = {
        uuid5(command_id, "stream")
        for command_id, mutation in here.ledger.asked.items()
        if mutation == "submitReport"
    }
    told = Counter(r.stream_id for r in log if isinstance(r.event, ReportSubmitted))
    if told.total() > len(meant):
        yield Finding("doubled", f"{told.total()} reports of {len(meant)} that were meant")
    for stream_id, times in told.items():
        if times > 1:
            yield Finding("doubled", f"{stream_id} reported {times} times")
    accepted = Counter(r.stream_id for r in log if r.event.name == "case.report_accepted")
    for stream_id, times in accepted.items():
        if times > 1:
            yield Finding("doubled", f"{stream_id} accepted {times} times")


def _written_though_refused(here: Installation, platform: Platform) -> Iterator[Finding]:
    for command_id in here.ledger.refused:
        if platform.store.command(command_id) is not None:
            yield Finding("written though refused", str(command_id))


def _answers(here: Installation) -> Iterator[Finding]:
    for slow in here.ledger.slow:
        yield Finding("slow answer", f"{slow.what} {slow.seconds} s")
    for what in here.ledger.uncoded:
        yield Finding("answer without a code", what)


def _deliveries(here: Installation) -> Iterator[Finding]:
    """What each subscriber got, in order and once."""
    for who in here.ledger.subscribed:
        changes = [d for d in who.got if d.kind in {"CHANGED", "LEFT"}]
        positions = [d.position for d in changes]
        if positions != sorted(positions):
            yield Finding("out of order", f"subscriber of {who.unit_id}")
        for delivery, times in Counter((d.position, d.task_id) for d in changes).items():
            if times > 1:
                yield Finding("delivered twice", f"{delivery} to {who.unit_id}")


def missing(here: Installation) -> Iterator[Finding]:
    """The newest change of each item that a subscriber did not get."""
    with psycopg.connect(here.ways.admin_dsn, row_factory=dict_row) as conn:
        for who in here.ledger.subscribed:
            rows = conn.execute(
                "select task_id, position from read.work_item where owner_unit_id = %s "
                "and queue = %s",
                (who.unit_id, who.queue),
            ).fetchall()
            yield from _missing_of(who, rows)


def _missing_of(who: Subscribed, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    began = next((d.position for d in who.got if d.kind == "CAUGHT_UP"), None)
    if began is None:
        yield Finding("missing", f"subscriber of {who.unit_id} got nothing")
        return
    newest: dict[UUID | None, int] = defaultdict(int)
    for delivery in who.got:
        newest[delivery.task_id] = max(newest[delivery.task_id], delivery.position)
    for row in rows:
        if row["position"] > began and newest[row["task_id"]] != row["position"]:
            yield Finding("missing", f"{row['task_id']} at {row['position']} for {who.unit_id}")


def _clocks(here: Installation, log: list[Recorded], until: datetime) -> Iterator[Finding]:
    """Each report that was not accepted in time fell due once, whatever happened to the worker."""
    rung = Counter(r.stream_id for r in log if r.event.name == OVERDUE)
    accepted_at = {
        r.stream_id: r.recorded_at for r in log if r.event.name == "case.report_accepted"
    }
    for r in log:
        if not isinstance(r.event, ReportSubmitted) or r.event.accept_due_at is None:
            continue
        due, accepted = r.event.accept_due_at, accepted_at.get(r.stream_id)
        times = rung[r.stream_id]
        if times > 1:
            yield Finding("rung twice", str(r.stream_id))
        if times == 0 and due < until and (accepted is None or accepted > until):
            yield Finding("never rung", f"{r.stream_id} due {due} {_clock_of(here, r.stream_id)}")


def _let_clocks_ring(here: Installation, until: datetime, within: float) -> None:
    """What was due by then rings, if it ever will; a busy machine is given time."""
    query = f"select count(*) from read.clock k where k.fires_at <= %s and {STANDS}"
    end = now() + within
    with psycopg.connect(here.ways.writer_dsn, autocommit=True) as conn:
        while now() < end and conn.execute(query.encode(), (until,)).fetchone() != (0,):
            here.shared.stop.wait(0.2)


def _clock_of(here: Installation, stream_id: UUID) -> str:
    """Whether its clock stands, was set aside, or rang in vain."""
    with psycopg.connect(here.ways.admin_dsn) as conn:
        rows = conn.execute(
            "select k.act, k.fires_at, g.reason, p.error from read.clock k "
            "left join es.clock_rung g using (clock_id, fires_at) left join read.parked p "
            "on p.stream_id = k.stream_id where k.stream_id = %s",
            (stream_id,),
        ).fetchall()
    return str(rows)


def _lag(here: Installation, later: Sequence[str], within: float) -> Iterator[Finding]:
    """The later projections reach the head that the log has now."""
    query = (
        "select %(head)s - coalesce((select position from read.bookmark "
        "where projection = %(name)s), 0)"
    )
    with psycopg.connect(here.ways.admin_dsn, autocommit=True) as conn:
        (head,) = conn.execute("select max(notification_id) from es.event").fetchone() or (0,)

        def behind() -> dict[str, int]:
            found = {}
            for name in later:
                row = conn.execute(query, {"head": head, "name": name}).fetchone()
                assert row is not None
                if row[0] > 0:
                    found[name] = row[0]
            return found

        until = now() + within
        while (left := behind()) and now() < until:
            here.shared.stop.wait(0.2)
        for name, events in left.items():
            yield Finding("stands still", f"{name} is {events} events behind")


def digests(here: Installation) -> dict[str, str]:
    """Table → its rows as one digest. What is set aside is judged apart."""
    found = {}
    with psycopg.connect(here.ways.admin_dsn) as conn:
        for table in sorted(set(READ_MODELS) - {"parked"}):
            query = (
                "select count(*), md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) "
                f"from read.{table} t"
            )
            found[table] = str(conn.execute(query.encode()).fetchone())
    return found


def _retold(here: Installation) -> Iterator[Finding]:
    live = digests(here)
    retell_all(here.ways, here.secrets, lambda _: None)
    for table, told in digests(here).items():
        if told != live[table]:
            yield Finding("not as retold", f"{table}: {live[table]}, retold {told}")
