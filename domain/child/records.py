"""档案记录 · Keeping the file: what changed, who verified it, the working log (SH2020-3.2-d, SH2024-2.3.7-a)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.completeness import WORK_LOG
from domain.child.file_state import DisabilityOnFile
from domain.child.key_targets import flags_due
from domain.child.standing import id_of, settled
from domain.child.state import FILE_OPEN, ON_FILE, Child
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P3_CARE, P3_SCHOOL, P4
from domain.terms.care import DisabilityDegree, DisabilityKind
from domain.terms.file import FileSection, ScreeningSource, VerificationScope

name_fields(
    section=("档案内容", "Section of the file"),
    content=("内容", "Content"),
    health_content=("身心健康内容", "Content on health"),
    school_content=("就学内容", "Content on schooling"),
    info_source=("信息来源", "Where the information comes from"),
    replaces_event_id=("取代的记录", "The record it replaces"),
    verification_scope=("核查范围", "Scope of the verification"),
    verified_with=("会同人员", "Verified with"),
    verification_changes=("核查变动", "What had changed"),
    log_text=("工作日志", "Working log"),
    disability_kind=("残疾类别", "Kind of disability"),
    disability_degree=("残疾等级", "Degree of disability"),
    disability_over=("残疾已注销", "No longer disabled"),
)

CONTENT_MISPLACED = Refusal(
    "content_misplaced",
    zh="内容须填入与档案部分相应的栏目",
    en="The content belongs in the field of its section",
)


class ChildInfoUpdated(Event[Child], name="child.info_updated", zh="信息已更新", en="File updated"):
    section: Annotated[FileSection, P2]
    info_source: Annotated[ScreeningSource, P2]
    content: Annotated[str | None, P3] = None
    health_content: Annotated[str | None, P4] = None
    school_content: Annotated[str | None, P3_SCHOOL] = None
    replaces_event_id: Annotated[UUID | None, P0] = None
    """What stood there before; it stays in the history."""

    def evolve(self, state: Child) -> Child:
        return replace(state, file=state.file.with_section(self.section.value, id_of(self)))


class UpdateChildInfo(
    Command[Child],
    name="child.update_child_info",
    zh="更新儿童信息",
    en="Update a child's file",
    when=ON_FILE,
    clauses=("SH2020-3.2-d", "SH2020-3.2-g", "CQ2016-3.2-k", "CQ2024-3.1-d", "SH2024-3.2-a"),
):
    """Health goes into its own field and schooling into its own, because other people may read them."""

    section: Annotated[FileSection, P2]
    info_source: Annotated[ScreeningSource, P2]
    content: Annotated[str | None, P3] = None
    health_content: Annotated[str | None, P4] = None
    school_content: Annotated[str | None, P3_SCHOOL] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        own = {FileSection.HEALTH: "health_content", FileSection.SCHOOLING: "school_content"}
        wanted = own.get(self.section, "content")
        fields = ("content", "health_content", "school_content")
        if {name for name in fields if getattr(self, name)} != {wanted}:
            raise CONTENT_MISPLACED(field="section")
        yield ChildInfoUpdated.of(self, replaces_event_id=state.file.last_of(self.section.value))


class FileVerified(
    Record[Child],
    name="child.file_verified",
    zh="档案已核查",
    en="File verified",
    act="child.verify_file",
    does=("核查档案", "Verify the file"),
    when=FILE_OPEN,
    clauses=("CQ2016-3.3-d", "SH2024-3.2-a", "SH2024-2.3.7-a"),
):
    verification_scope: Annotated[VerificationScope, P2]
    verified_with: Annotated[str | None, P3] = None
    verification_changes: Annotated[str | None, P3] = None

    def evolve(self, state: Child) -> Child:
        day = local_date(self.stamp.occurred_at) if self.stamp else state.file.verified_on
        return replace(state, file=replace(state.file, verified_on=day))


class WorkLogEntered(
    Record[Child],
    name="child.work_log_entered",
    zh="工作日志已记",
    en="Working log entered",
    act="child.enter_work_log",
    does=("记工作日志", "Enter the working log"),
    when=ON_LEDGER,
    clauses=("SH2024-2.3.7-a",),
):
    log_text: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        return replace(state, file=state.file.with_section(WORK_LOG, id_of(self)))


class ChildDisabilityRecorded(
    Event[Child],
    name="child.disability_recorded",
    zh="残疾情况已登记",
    en="Disability recorded",
    existence=P3_CARE,
):
    disability_kind: Annotated[DisabilityKind, P4]
    disability_degree: Annotated[DisabilityDegree, P4]
    disability_over: Annotated[bool, P4] = False

    def evolve(self, state: Child) -> Child:
        one = DisabilityOnFile(
            kind=self.disability_kind, over=self.disability_over, event_id=id_of(self)
        )
        file = replace(state.file, disabilities=(*state.file.disabilities, one))
        return settled(replace(state, file=file), self)


class RecordDisability(
    Command[Child],
    name="child.record_disability",
    zh="登记儿童残疾情况",
    en="Record a child's disability",
    when=ON_LEDGER,
    clauses=("SH2024-2.3.7-d", "CQ2016-4.3-e", "CN2017-1-b"),
):
    """Of the child itself every degree counts: the text says 严重 of parents alone (SH2024-2.3.7-d)."""

    disability_kind: Annotated[DisabilityKind, P4]
    disability_degree: Annotated[DisabilityDegree, P4]
    disability_over: Annotated[bool, P4] = False

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        recorded = ChildDisabilityRecorded.of(self)
        yield recorded
        yield from flags_due(self, recorded.evolve(state))
