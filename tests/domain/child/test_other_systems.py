"""The child in other systems: linked by number where the texts name the system, reported both ways, never copied."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.other_systems import (
    LinkOutsideRecord,
    OutsideRecordLinked,
    OutsideRecordUnlinked,
    OutsideReportSent,
    OutsideReportTakenIn,
    SendOutsideReport,
    TakeInOutsideReport,
    UnlinkOutsideRecord,
)
from domain.kernel import Command
from domain.terms.file import FileSection
from domain.terms.systems import OutsideSystem
from tests.domain.child.family import cq, jd, opening, sh_opening, told_by
from tests.dsl import given

OPENED, OPENED_SH = told_by(cq(opening())), told_by(jd(sh_opening()))
LATER, LATER_SH = "2025-03-04 09:00", "2024-08-01 09:00"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CLOUD, SHAJIE = OutsideSystem.COMMUNITY_CLOUD, OutsideSystem.SHAJIE_ONLINE
OLDER = OutsideSystem.LEFT_BEHIND_INFORMATION
LINKED = OutsideRecordLinked(outside_system=SHAJIE, outside_reference="SJ-2025-0117")


def link(system: OutsideSystem, number: str = "SJ-2025-0117") -> LinkOutsideRecord:
    """A link to this system."""
    return LinkOutsideRecord(outside_system=system, outside_reference=number)


@pytest.mark.parametrize(
    ("clause", "history", "put"),
    [
        pytest.param("CQ2024-2.9-a", OPENED, cq(link(SHAJIE), LATER), id="Shajie online"),
        pytest.param("SH2024-2.3.7-f", OPENED_SH, jd(link(CLOUD), LATER_SH), id="community cloud"),
        pytest.param("SH2020-5.3-c", OPENED_SH, jd(link(OLDER), LATER_SH), id="older system"),
    ],
)
def test_a_system_that_the_texts_name_is_linked_by_its_number(
    clause: str, history: tuple[Any, ...], put: Command[Any]
) -> None:
    assert isinstance(put, LinkOutsideRecord)
    (linked,) = given(*history).when(put).facts()
    assert linked == OutsideRecordLinked(
        outside_system=put.outside_system, outside_reference="SJ-2025-0117"
    )
    assert clause in linked.told.clauses


def test_a_system_that_the_texts_here_do_not_name_is_refused() -> None:
    given(*OPENED).when(cq(link(CLOUD), LATER)).then_refused(
        "outside_system_not_here", cites="CQ2024-2.9-a", field="outsideSystem"
    )
    given(*OPENED_SH).when(jd(link(SHAJIE), LATER_SH)).then_refused(
        "outside_system_not_here", cites="SH2024-2.3.7-f", field="outsideSystem"
    )


def test_where_no_text_names_a_system_any_may_be_linked() -> None:
    early = told_by(cq(opening(), "2018-03-03 09:00"))
    given(*early).when(cq(link(OutsideSystem.SCHOOL_ROLL), "2018-03-04 09:00")).then(
        OutsideRecordLinked(
            outside_system=OutsideSystem.SCHOOL_ROLL, outside_reference="SJ-2025-0117"
        )
    )


def test_the_same_number_again_changes_nothing_and_another_is_not_overwritten() -> None:
    given(*OPENED, LINKED).when(cq(link(SHAJIE), LATER)).then_nothing()
    given(*OPENED, LINKED).when(cq(link(SHAJIE, "SJ-2025-0999"), LATER)).then_refused(
        "outside_record_linked_already", field="outsideReference"
    )


def test_unlinked_it_can_be_linked_to_the_right_record() -> None:
    unlink = UnlinkOutsideRecord(outside_system=SHAJIE, unlinked_because="编号有误")
    unlinked = OutsideRecordUnlinked(outside_system=SHAJIE, unlinked_because="编号有误")
    given(*OPENED, LINKED).when(cq(unlink, LATER)).then(unlinked)
    given(*OPENED, LINKED, unlinked).when(cq(link(SHAJIE, "SJ-2025-0999"), LATER)).then(
        OutsideRecordLinked(outside_system=SHAJIE, outside_reference="SJ-2025-0999")
    )
    given(*OPENED).when(cq(unlink, LATER)).then_refused(
        "outside_record_not_linked", field="outsideSystem"
    )


def test_what_was_sent_is_told_by_section_digest_and_receipt() -> None:
    send = SendOutsideReport(
        outside_system=SHAJIE,
        sections_sent=(FileSection.SCHOOLING, FileSection.GUARDIANSHIP),
        exchange_digest=DIGEST,
        exchange_receipt="R-88",
    )
    given(*OPENED, LINKED).when(cq(send, LATER)).then(
        OutsideReportSent(
            outside_system=SHAJIE,
            outside_reference="SJ-2025-0117",
            sections_sent=(FileSection.SCHOOLING, FileSection.GUARDIANSHIP),
            exchange_digest=DIGEST,
            exchange_receipt="R-88",
            exchanged_on=date(2025, 3, 4),
        )
    )
    given(*OPENED).when(cq(send, LATER)).then_refused("outside_record_not_linked")


def test_nothing_is_not_sent() -> None:
    nothing = SendOutsideReport(outside_system=SHAJIE, sections_sent=(), exchange_digest=DIGEST)
    given(*OPENED, LINKED).when(cq(nothing, LATER)).then_refused(
        "nothing_to_send", field="sectionsSent"
    )


def test_what_came_is_told_with_its_source_and_copies_nothing() -> None:
    taken = TakeInOutsideReport(
        outside_system=SHAJIE, section_taken=FileSection.PROBLEMS, exchange_digest=DIGEST
    )
    given(*OPENED, LINKED).when(cq(taken, LATER)).then(
        OutsideReportTakenIn(
            outside_system=SHAJIE,
            outside_reference="SJ-2025-0117",
            section_taken=FileSection.PROBLEMS,
            exchange_digest=DIGEST,
            exchanged_on=date(2025, 3, 4),
        )
    )
    given(*OPENED).when(cq(taken, LATER)).then_refused("outside_record_not_linked")
