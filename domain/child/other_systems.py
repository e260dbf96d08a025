"""外部系统 · The same child in another system: linked by its number there, reported to and from, never copied.

依托现有信息系统,健全信息报送机制 (SH2020-5.3-c); “社区云” (SH2024-2.3.7-f); “莎姐守未在线” (CQ2024-2.9-a).
The other system keeps its data of record: here stand its number, what went which way on which day, and a digest to
prove it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P2
from domain.terms.file import FileSection
from domain.terms.systems import OutsideSystem

name_fields(
    outside_system=("外部系统", "Outside system"),
    outside_reference=("外部系统编号", "Number in the outside system"),
    unlinked_because=("解除关联理由", "Why it is unlinked"),
    sections_sent=("报送内容", "Sections sent"),
    section_taken=("接收内容", "Section taken in"),
    exchange_digest=("报送数据摘要(SHA-256)", "SHA-256 of what was exchanged"),
    exchange_receipt=("回执编号", "Receipt"),
    exchanged_on=("报送日期", "Exchanged on"),
)
CLAUSES = ("SH2020-5.3-c", "SH2024-2.3.7-f", "CQ2024-2.9-a")

SYSTEM_NOT_HERE = Refusal(
    "outside_system_not_here",
    zh="当地在效文件未指明此系统",
    en="The texts in force here name another system",
    clauses=CLAUSES,
)
LINKED_ALREADY = Refusal(
    "outside_record_linked_already",
    zh="该系统中的档案已关联,请先解除",
    en="The record in that system is linked already: unlink it first",
)
NOT_LINKED = Refusal(
    "outside_record_not_linked", zh="尚未关联该系统", en="The child is not linked to that system"
)
NOTHING_TO_SEND = Refusal("nothing_to_send", zh="须选择报送内容", en="Say which sections are sent")


def the_reference(state: Child, system: OutsideSystem) -> str:
    """The child's number in that system; refuses where it has none."""
    linked = dict(state.file.outside)
    if system.value not in linked:
        raise NOT_LINKED(field="outsideSystem")
    return linked[system.value]


class OutsideRecordLinked(
    Event[Child],
    name="child.outside_record_linked",
    zh="外部系统已关联",
    en="Outside record linked",
):
    outside_system: Annotated[OutsideSystem, P2]
    outside_reference: Annotated[str, P2]

    def evolve(self, state: Child) -> Child:
        outside = {**dict(state.file.outside), self.outside_system.value: self.outside_reference}
        return replace(state, file=replace(state.file, outside=tuple(sorted(outside.items()))))


class LinkOutsideRecord(
    Command[Child],
    name="child.link_outside_record",
    zh="关联外部系统",
    en="Link the record of another system",
    when=ON_FILE,
    clauses=CLAUSES,
):
    """A system that the texts in force at the child's place name; where none names any, whichever there is."""

    outside_system: Annotated[OutsideSystem, P2]
    outside_reference: Annotated[str, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        named = self.rules.codes("outside_systems")
        if named and self.outside_system.value not in named:
            raise SYSTEM_NOT_HERE(cite=self.rules.cite("outside_systems"), field="outsideSystem")
        known = dict(state.file.outside).get(self.outside_system.value)
        if known == self.outside_reference:
            return
        if known is not None:
            raise LINKED_ALREADY(field="outsideReference")
        yield OutsideRecordLinked.of(self)


class OutsideRecordUnlinked(
    Event[Child],
    name="child.outside_record_unlinked",
    zh="外部系统已解除关联",
    en="Outside record unlinked",
):
    outside_system: Annotated[OutsideSystem, P2]
    unlinked_because: Annotated[str, P2]

    def evolve(self, state: Child) -> Child:
        kept = tuple(pair for pair in state.file.outside if pair[0] != self.outside_system.value)
        return replace(state, file=replace(state.file, outside=kept))


class UnlinkOutsideRecord(
    Command[Child],
    name="child.unlink_outside_record",
    zh="解除外部系统关联",
    en="Unlink the record of another system",
    when=ON_FILE,
    clauses=CLAUSES,
):
    outside_system: Annotated[OutsideSystem, P2]
    unlinked_because: Annotated[str, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        the_reference(state, self.outside_system)
        yield OutsideRecordUnlinked.of(self)


class OutsideReportSent(
    Event[Child], name="child.outside_report_sent", zh="信息已报送", en="Information sent"
):
    """Which sections of the file went to the other system; not what they said."""

    outside_system: Annotated[OutsideSystem, P2]
    outside_reference: Annotated[str, P2]
    sections_sent: Annotated[tuple[FileSection, ...], P2]
    exchange_digest: Annotated[str, P2]
    exchange_receipt: Annotated[str | None, P2] = None
    exchanged_on: Annotated[date, P2]


class SendOutsideReport(
    Command[Child],
    name="child.send_outside_report",
    zh="向外部系统报送信息",
    en="Send information to another system",
    when=ON_FILE,
    clauses=CLAUSES,
):
    outside_system: Annotated[OutsideSystem, P2]
    sections_sent: Annotated[tuple[FileSection, ...], P2]
    exchange_digest: Annotated[str, P2]
    exchange_receipt: Annotated[str | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        reference = the_reference(state, self.outside_system)
        if not self.sections_sent:
            raise NOTHING_TO_SEND(field="sectionsSent")
        yield OutsideReportSent.of(
            self, outside_reference=reference, exchanged_on=local_date(self.occurred_at)
        )


class OutsideReportTakenIn(
    Event[Child], name="child.outside_report_taken_in", zh="信息已接收", en="Information taken in"
):
    """That the other system told something about a section; what changes here is an update of the file of its own."""

    outside_system: Annotated[OutsideSystem, P2]
    outside_reference: Annotated[str, P2]
    section_taken: Annotated[FileSection, P2]
    exchange_digest: Annotated[str, P2]
    exchanged_on: Annotated[date, P2]


class TakeInOutsideReport(
    Command[Child],
    name="child.take_in_outside_report",
    zh="接收外部系统信息",
    en="Take in information from another system",
    when=ON_FILE,
    clauses=CLAUSES,
):
    outside_system: Annotated[OutsideSystem, P2]
    section_taken: Annotated[FileSection, P2]
    exchange_digest: Annotated[str, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        yield OutsideReportTakenIn.of(
            self,
            outside_reference=the_reference(state, self.outside_system),
            exchanged_on=local_date(self.occurred_at),
        )
