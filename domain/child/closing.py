"""结档、恢复与合并 · A file ends dormant, closed or merged into the other file of the same child (D.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from domain.child.file_state import FileStatus
from domain.child.merging import MATTERS_OPEN, SAYS_MORE, anything_open, would_lose
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.child.turns import FILE_CLOSED
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.periods import under
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3
from domain.terms.file import FileCloseReason

name_fields(
    file_close_reason=("结档原因", "Why the file was closed"),
    close_note=("结档说明", "Note on the closing"),
    kept_until=("保存至", "Kept until"),
    reopened_because=("恢复理由", "Why reopened"),
    survivor_id=("保留的档案", "The file that remains"),
    merged_id=("并入的档案", "The file merged"),
    merged_because=("合并依据", "Why it is the same child"),
    key_scopes=("密钥范围", "Keys destroyed"),
)

CATEGORY_STILL_HELD = Refusal(
    "category_still_held", zh="类别尚未终止,不能结档", en="The child is still in a category"
)
AFTERCARE_RUNS = Refusal(
    "aftercare_still_runs", zh="后续关注期未满", en="The time of aftercare is not over"
)
CASE_STILL_OPEN = Refusal(
    "child_case_still_open", zh="该儿童有未结个案", en="A case of this child is still open"
)
DROPOUT_STILL_OPEN = Refusal(
    "dropout_still_open",
    zh="失学辍学尚未清零,不能结档或并档",
    en="The child is out of school: its file is neither closed nor merged",
    clauses=("CQ2024-1-f", "CQ2024-2.5-b"),
)
STILL_A_MINOR = Refusal("still_a_minor", zh="尚未成年", en="Not yet of age")
SAME_FILE = Refusal("same_file", zh="不能并入自身", en="A file cannot be merged into itself")
ERASED = Refusal(
    "information_erased",
    zh="个人信息已依法销毁,不能恢复,也不能再记入;儿童再需帮助的,请另建新档",
    en="The personal information was erased: it does not come back, and nothing is added to it; open a new file",
)
SURVIVOR_GONE = Refusal(
    "survivor_not_on_file", zh="保留的档案不在册", en="The file that is to remain is not on file"
)


class FileClosed(Event[Child], name="child.file_closed", zh="已结档", en="File closed"):
    file_close_reason: Annotated[FileCloseReason, P2]
    close_note: Annotated[str | None, P3] = None
    kept_until: Annotated[date | None, P2] = None
    """No text sets a time of retention (I.20): whoever closes says it, or leaves it open."""

    def evolve(self, state: Child) -> Child:
        file = replace(
            state.file,
            status=FileStatus.CLOSED,
            closed_from=state.file.status,
            closing_event=id_of(self),
            died=self.file_close_reason is FileCloseReason.DECEASED,
        )
        return replace(state, file=file)


class CloseFile(
    Command[Child],
    name="child.close_file",
    zh="结档",
    en="Close a file",
    when=ON_FILE,
    needs=("case",),
):
    """A file opened in error, of a child that died or moved out, need not rest first; any other must have rested."""

    file_close_reason: Annotated[FileCloseReason, P2]
    close_note: Annotated[str | None, P3] = None
    kept_until: Annotated[date | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        reason, file = self.file_close_reason, state.file
        # of a child that died the case goes on: about who has to answer for it, and about brothers and sisters
        in_case = any(getattr(s, "is_open", False) for s in self.linked.values())
        if in_case and reason is not FileCloseReason.DECEASED:
            raise CASE_STILL_OPEN(field="fileCloseReason")
        at_once = {FileCloseReason.DECEASED, FileCloseReason.OPENED_IN_ERROR}
        if file.held and reason not in at_once:
            raise CATEGORY_STILL_HELD(field="fileCloseReason")
        past_school = {FileCloseReason.DECEASED, FileCloseReason.ADULT}
        if state.school.out_of_school and reason not in past_school:
            raise DROPOUT_STILL_OPEN(field="fileCloseReason")
        adult_age = self.rules.count("adult_age")
        minor = file.birth_on is None or under(file.birth_on, adult_age, self.rules.on)
        if reason is FileCloseReason.ADULT and minor:
            raise STILL_A_MINOR(field="fileCloseReason")
        if reason is FileCloseReason.AFTERCARE_OVER and not self._rested(state):
            raise AFTERCARE_RUNS(field="fileCloseReason")
        yield FileClosed.of(self)

    def _rested(self, state: Child) -> bool:
        until = state.file.dormant_until
        dormant = state.file.status is FileStatus.DORMANT
        return dormant and (until is None or until <= self.rules.on)


class FileReopened(Event[Child], name="child.file_reopened", zh="档案已恢复", en="File reopened"):
    reopened_because: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        file = replace(
            state.file, status=FileStatus.OPEN, dormant_until=None, closing_event=None, died=False
        )
        return replace(state, file=file)


class ReopenFile(
    Command[Child],
    name="child.reopen_file",
    zh="恢复档案",
    en="Reopen a file",
    when=FILE_CLOSED,
    clauses=("SH2020-3.2-g", "CQ2016-3.2-k", "CN2017-5.1-af"),
):
    """The child is back: one child keeps one file, so the old one is opened again."""

    reopened_because: Annotated[str, P3]

    def decide(self, child: Child) -> Iterator[Event[Child]]:
        if child.file.erased:
            raise ERASED()  # noqa: RSE102 - a refusal makes its exception
        yield FileReopened.of(self)


class DuplicateFileMerged(
    Event[Child], name="child.duplicate_file_merged", zh="重复档案已合并", en="Duplicate merged"
):
    survivor_id: Annotated[UUID, P0]
    merged_because: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        file = replace(
            state.file,
            status=FileStatus.CLOSED,
            closed_from=state.file.status,
            closing_event=id_of(self),
            merged_into=self.survivor_id,
            unmerged_from=None,
        )
        return replace(state, file=file)


class MergeDuplicateFile(
    Command[Child],
    name="child.merge_duplicate_file",
    zh="合并重复档案",
    en="Merge a duplicate file",
    when=ON_FILE,
    needs=("child", "case"),
    clauses=("SH2020-3.2-g", "SH2020-2.2-f"),
):
    """Put to the duplicate: it closes and points to the file that remains. Both histories stay; nothing owed goes."""

    child_fields = ("survivor_id",)
    survivor_id: Annotated[UUID, P0]
    merged_because: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.survivor_id == state.id:
            raise SAME_FILE(field="survivorId")
        survivor = self.linked.get(self.survivor_id)
        if not isinstance(survivor, Child) or not ON_FILE.holds(survivor):
            raise SURVIVOR_GONE(field="survivorId")
        if state.school.out_of_school:
            raise DROPOUT_STILL_OPEN(field="survivorId")
        cases = (s for s in self.linked.values() if state.id in s.concerns and s.id != state.id)
        if any(getattr(s, "is_open", False) for s in cases):
            raise CASE_STILL_OPEN(field="survivorId")
        if anything_open(state):
            raise MATTERS_OPEN(field="survivorId")
        if would_lose(state, survivor):
            raise SAYS_MORE(field="survivorId")
        yield DuplicateFileMerged.of(self)


class MergedFileTakenOver(
    Event[Child],
    name="child.merged_file_taken_over",
    zh="已并入重复档案",
    en="Duplicate taken over",
):
    merged_id: Annotated[UUID, P0]

    def evolve(self, state: Child) -> Child:
        took_over = state.file.took_over | {self.merged_id}
        return replace(state, file=replace(state.file, took_over=took_over))


class TakeOverMergedFile(
    Command[Child],
    name="child.take_over_merged_file",
    zh="并入重复档案",
    en="Take over a merged file",
    clauses=("SH2020-3.2-g",),
    by_system=True,
):
    merged_id: Annotated[UUID, P0]

    def decide(self, _child: Child) -> Iterator[Event[Child]]:
        yield MergedFileTakenOver.of(self)


@reaction
def tell_the_survivor(_world: World, state: State, events: tuple[Event[Any], ...]) -> Iterator[Put]:
    """The file that remains says which file it took over."""
    for event in events:
        if isinstance(event, DuplicateFileMerged):
            yield Put(event.survivor_id, TakeOverMergedFile(merged_id=state.id))


class FileErased(
    Event[Child],
    name="child.file_erased",
    zh="档案个人信息已销毁",
    en="File's personal information erased",
):
    key_scopes: Annotated[tuple[UUID, ...], P0]
    """The streams whose keys went: of the files of this child and of cases."""

    def evolve(self, state: Child) -> Child:
        """No rule and no figure takes a tombstone for an age or a sex."""
        erased = state.file.erased | {*self.key_scopes}
        file = replace(state.file, erased=erased, birth_on=None, sex=None)
        return replace(state, file=file)


class NoteFileErased(
    Command[Child],
    name="child.note_file_erased",
    zh="注明档案已销毁",
    en="Note that a file was erased",
    by_system=True,
):
    """The file itself says so, to whoever decides on it later."""

    key_scopes: Annotated[tuple[UUID, ...], P0]

    def decide(self, _child: Child) -> Iterator[Event[Child]]:
        yield FileErased.of(self)
