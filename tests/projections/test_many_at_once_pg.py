"""Many commands at once share a transaction: their rows are put together, and are those of a retelling in log order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from domain.case.intake import AcceptReport
from domain.case.reports import SubmitReport
from domain.context import Actor
from domain.kernel import Command
from domain.terms.places import DivisionId
from domain.terms.reports import ReportChannel, ReporterCategory, Trigger
from eventlog.casebook import Request
from ops.platform import retell_all
from projections.together import together
from tests.dsl import an_id, local
from tests.projections.snapshot import digests
from tests.projections.town import BAIDI, OFFICER, SECRETS, TEACHER, Town

WRITERS, EACH = 8, 3


def reports(town: Town, writer: int) -> None:
    """A writer's reports, each accepted at once."""
    for n in range(EACH):
        report = SubmitReport(
            report_channel=ReportChannel.IN_PERSON,
            reporter_category=ReporterCategory.SCHOOL,
            discovered_at=local("2025-03-03 09:00"),
            triggers=(Trigger.LIVING_ALONE,),
            situation=f"第{writer}人的第{n}次报告",
            incident_place=DivisionId(BAIDI),
        )
        told = an_id(f"report {writer} {n}"), TEACHER
        case = town.platform.casebook.perform(asked(report, *told)).stream_id
        accept = asked(AcceptReport(), an_id(f"accept {writer} {n}"), OFFICER, case)
        town.platform.casebook.perform(accept)


def asked(
    command: Command[Any], command_id: UUID, by: Actor, stream_id: UUID | None = None
) -> Request:
    return Request(command=command, command_id=command_id, actor=by, stream_id=stream_id)


def test_what_many_write_at_once_is_what_is_retold(town: Town) -> None:
    assert town.platform.store.appending.together is together
    town.at("2025-03-03 09:00")
    with ThreadPoolExecutor(WRITERS) as writers:
        for _ in writers.map(lambda n: reports(town, n), range(WRITERS)):
            pass
    live = digests(town)
    assert live["case_file"].startswith(f"{WRITERS * EACH} rows")
    assert live["parked"].startswith("0 rows")
    retell_all(town.platform.ways, SECRETS, lambda _: None)
    assert digests(town) == live
