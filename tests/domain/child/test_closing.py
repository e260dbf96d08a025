"""Closing, reopening and merging a file."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

import pytest

from domain.case.report_state import Stage
from domain.case.state import Case
from domain.child.categories import DetermineCategory
from domain.child.closing import (
    CloseFile,
    DuplicateFileMerged,
    FileClosed,
    FileErased,
    FileReopened,
    MergedFileTakenOver,
    MergeDuplicateFile,
    NoteFileErased,
    ReopenFile,
    TakeOverMergedFile,
    tell_the_survivor,
)
from domain.child.conflict import DeclareConflict
from domain.child.file_state import FileState, FileStatus
from domain.child.leaving import EndCategory
from domain.child.legal_aid import ReferToLegalAid
from domain.child.records import RecordDisability
from domain.child.state import Child
from domain.child.visit_problems import FindVisitProblem
from domain.child.warnings import RaiseWarning
from domain.kernel import Command, replay
from domain.reactions import Put, World
from domain.terms.access import ConflictGround
from domain.terms.care import DisabilityDegree, DisabilityKind
from domain.terms.entitlements import LegalAidCause
from domain.terms.file import CategoryCode, CategoryEndReason, FileCloseReason
from domain.terms.visits import VisitProblemKind, WarningType
from tests.domain.child.family import CHILD, after, cq, li_left_behind, opening, told_by
from tests.dsl import an_id, given, person

HELD = (
    *li_left_behind(),
    cq(DetermineCategory(category=CategoryCode.LBC_CQ_RURAL), "2025-03-03 10:00"),
)
RESTING = (
    *HELD,
    cq(
        EndCategory(
            category=CategoryCode.LBC_CQ_RURAL, category_end_reason=CategoryEndReason.SETTLED
        ),
        "2025-06-01 09:00",
    ),
)
SURVIVOR = an_id("the other file")


def close(reason: FileCloseReason) -> CloseFile:
    return CloseFile(file_close_reason=reason)


def test_a_file_is_closed_when_it_has_rested() -> None:
    history = told_by(*RESTING)
    over = FileCloseReason.AFTERCARE_OVER
    given(*history).when(cq(close(over), "2026-05-31 09:00")).then_refused(
        "aftercare_still_runs", field="fileCloseReason"
    )
    given(*history).when(cq(close(over), "2026-06-01 09:00")).then(
        FileClosed(file_close_reason=over)
    )
    closed = after(*RESTING, cq(close(over), "2026-06-01 09:00"))
    assert closed.file.status is FileStatus.CLOSED


def test_a_file_that_is_open_has_not_rested() -> None:
    given(*told_by(cq(opening()))).when(
        cq(close(FileCloseReason.AFTERCARE_OVER), "2026-06-01 09:00")
    ).then_refused("aftercare_still_runs")


@pytest.mark.parametrize(
    "reason", [FileCloseReason.MOVED_AWAY, FileCloseReason.AFTERCARE_OVER, FileCloseReason.ADULT]
)
def test_a_child_in_a_category_keeps_its_file(reason: FileCloseReason) -> None:
    given(*told_by(*HELD)).when(cq(close(reason), "2025-06-01 09:00")).then_refused(
        "category_still_held", field="fileCloseReason"
    )


@pytest.mark.parametrize("reason", [FileCloseReason.DECEASED, FileCloseReason.OPENED_IN_ERROR])
def test_a_death_or_an_error_closes_at_once(reason: FileCloseReason) -> None:
    given(*told_by(*HELD)).when(cq(close(reason), "2025-06-01 09:00")).then(
        FileClosed(file_close_reason=reason)
    )


def test_of_age_means_eighteen() -> None:
    history = told_by(*RESTING)
    given(*history).when(cq(close(FileCloseReason.ADULT), "2033-05-31 09:00")).then_refused(
        "still_a_minor", field="fileCloseReason"
    )
    given(*history).when(cq(close(FileCloseReason.ADULT), "2033-06-01 09:00")).then(
        FileClosed(file_close_reason=FileCloseReason.ADULT)
    )


def test_an_open_case_keeps_the_file_open() -> None:
    case = Case(id=an_id("case"), version=1, stage=Stage.HANDLING, children=(CHILD,))
    done = Case(id=an_id("old case"), version=9, stage=Stage.CLOSED, children=(CHILD,))
    closing = close(FileCloseReason.MOVED_AWAY)
    given(*told_by(*RESTING)).when(
        cq(closing, "2026-07-01 09:00", linked={case.id: case})
    ).then_refused("child_case_still_open")
    died = close(FileCloseReason.DECEASED)
    given(*told_by(*HELD)).when(cq(died, "2026-07-01 09:00", linked={case.id: case})).then(
        FileClosed(file_close_reason=FileCloseReason.DECEASED)
    )
    given(*told_by(*RESTING)).when(cq(closing, "2026-07-01 09:00", linked={done.id: done})).then(
        FileClosed(file_close_reason=FileCloseReason.MOVED_AWAY)
    )


def test_a_child_who_is_back_keeps_its_one_file() -> None:
    closed = (*RESTING, cq(close(FileCloseReason.MOVED_AWAY), "2025-07-01 09:00"))
    back = cq(ReopenFile(reopened_because="迁回"), "2025-09-01 09:00")
    given(*told_by(*closed)).when(back).then(FileReopened(reopened_because="迁回"))
    assert after(*closed, back).file.status is FileStatus.OPEN
    given(*told_by(*RESTING)).when(back).then_refused("out_of_turn")


def other_file(status: FileStatus = FileStatus.OPEN) -> Child:
    return Child(id=SURVIVOR, version=1, file=FileState(status=status, birth_on=date(2015, 6, 1)))


def test_a_duplicate_closes_and_points_to_the_file_that_remains() -> None:
    merge = MergeDuplicateFile(survivor_id=SURVIVOR, merged_because="身份号码相同")
    put = cq(merge, "2025-03-04 09:00", linked={SURVIVOR: other_file()})
    merged = DuplicateFileMerged(survivor_id=SURVIVOR, merged_because="身份号码相同")
    given(*told_by(cq(opening()))).when(put).then(merged)
    child = after(cq(opening()), put)
    assert (child.file.status, child.file.merged_into) == (FileStatus.CLOSED, SURVIVOR)
    given(*told_by(cq(opening()), put)).when(
        cq(ReopenFile(reopened_because="x"), "2025-03-05 09:00")
    ).then_refused("out_of_turn")


def test_a_file_is_merged_into_another_that_is_on_file() -> None:
    def merge(survivor: object, **linked: object) -> object:
        return cq(
            MergeDuplicateFile(survivor_id=survivor, merged_because="同一人"),  # type: ignore[arg-type]
            "2025-03-04 09:00",
            **linked,
        )

    opened = told_by(cq(opening()))
    given(*opened).when(merge(CHILD)).then_refused("same_file", field="survivorId")  # type: ignore[arg-type]
    given(*opened).when(merge(SURVIVOR)).then_refused("survivor_not_on_file")  # type: ignore[arg-type]
    gone = {SURVIVOR: other_file(FileStatus.CLOSED)}
    given(*opened).when(merge(SURVIVOR, linked=gone)).then_refused("survivor_not_on_file")  # type: ignore[arg-type]


MERGE = MergeDuplicateFile(survivor_id=SURVIVOR, merged_because="同一人")
DISABLED = RecordDisability(
    disability_kind=DisabilityKind.LIMB, disability_degree=DisabilityDegree.GRADE_4
)
AID = ReferToLegalAid(legal_aid_cause=LegalAidCause.MAINTENANCE, legal_aid_facts="父亲拒付抚养费")
AWAY = DeclareConflict(kept_away_id=an_id("uncle"), conflict_ground=ConflictGround.FAMILY)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (RaiseWarning(warning_type=WarningType.HAZARD), "duplicate_matters_open"),
        (
            FindVisitProblem(problem_kind=VisitProblemKind.LIVING, problem_found="断粮"),
            "duplicate_matters_open",
        ),
        (AID, "duplicate_matters_open"),
        (DISABLED, "duplicate_says_more"),
        (DetermineCategory(category=CategoryCode.LBC_CQ_RURAL), "duplicate_says_more"),
        (AWAY, "duplicate_says_more"),
    ],
)
def test_a_merge_loses_nothing_that_is_owed(more: Any, code: str) -> None:
    by = person("supervisor", "child_supervisor")
    history = told_by(*li_left_behind(), cq(more, "2025-03-03 10:00", by=by))
    alike = replay(Child(id=SURVIVOR), told_by(*li_left_behind()))
    put = cq(MERGE, "2025-03-04 09:00", linked={SURVIVOR: alike})
    given(*history).when(put).then_refused(code, cites="CQ2016-3.2-k", field="survivorId")
    same = replay(Child(id=SURVIVOR), history)
    if code == "duplicate_says_more":
        given(*history).when(cq(MERGE, "2025-03-04 09:00", linked={SURVIVOR: same})).facts()


def test_what_is_open_in_the_file_that_remains_is_in_nobody_s_way() -> None:
    warned = cq(RaiseWarning(warning_type=WarningType.HAZARD), "2025-03-03 10:00")
    survivor = replay(Child(id=SURVIVOR), told_by(*li_left_behind(), warned))
    put = cq(MERGE, "2025-03-04 09:00", linked={SURVIVOR: survivor})
    given(*told_by(*li_left_behind())).when(put).then(
        DuplicateFileMerged(survivor_id=SURVIVOR, merged_because="同一人")
    )


def test_an_open_case_of_the_duplicate_keeps_both_files() -> None:
    def merging(of: UUID, stage: Stage = Stage.HANDLING) -> Command[Any]:
        case = Case(id=an_id("case"), version=1, stage=stage, children=(of,))
        linked = {SURVIVOR: other_file(), case.id: case}
        return cq(MERGE, "2025-03-04 09:00", linked=linked)

    opened = given(*told_by(cq(opening())))
    opened.when(merging(CHILD)).then_refused("child_case_still_open", field="survivorId")
    for harmless in (merging(SURVIVOR), merging(CHILD, Stage.CLOSED)):
        opened.when(harmless).then(
            DuplicateFileMerged(survivor_id=SURVIVOR, merged_because="同一人")
        )


class Nobody:
    """No other file or case is looked at."""

    def child(self, child_id: object) -> Child:
        raise KeyError(child_id)

    def cases_of(self, child_id: object) -> tuple[Case, ...]:
        raise KeyError(child_id)


def test_the_file_that_remains_says_what_it_took_over() -> None:
    merged = DuplicateFileMerged(survivor_id=SURVIVOR, merged_because="同一人")
    (put,) = tell_the_survivor(cast("World", Nobody()), Child(id=CHILD), (merged,))
    assert put == Put(SURVIVOR, TakeOverMergedFile(merged_id=CHILD))
    given(*told_by(cq(opening()))).when(cq(put.command, "2025-03-04 09:00")).then(
        MergedFileTakenOver(merged_id=CHILD)
    )
    assert after(cq(opening()), cq(put.command, "2025-03-04 09:00")).file.took_over == {CHILD}


def test_what_was_erased_is_not_reopened() -> None:
    closed = (*RESTING, cq(close(FileCloseReason.MOVED_AWAY), "2025-07-01 09:00"))
    erased = cq(NoteFileErased(key_scopes=(CHILD,)), "2025-08-01 09:00")
    given(*told_by(*closed)).when(erased).then(FileErased(key_scopes=(CHILD,)))
    file = after(*closed, erased).file
    assert (file.erased, file.birth_on, file.sex) == (frozenset({CHILD}), None, None)
    back = cq(ReopenFile(reopened_because="迁回"), "2025-09-01 09:00")
    given(*told_by(*closed, erased)).when(back).then_refused("information_erased")
