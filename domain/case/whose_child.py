"""谁家的孩子 · Whose guardian or carer somebody is among the children of a case, who may be of several families."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from domain.case.past_care import needs_no_guardian, of_age_on
from domain.case.state import Case
from domain.child.care_state import CareState
from domain.child.state import Child
from domain.kernel import Command


def files_of(command: Command[Case], children: Iterable[UUID]) -> Iterator[Child]:
    """The files of these children, as far as there are any."""
    for child_id in children:
        file = command.linked.get(child_id)
        if isinstance(file, Child):
            yield file


def ward_of(command: Command[Case], case: Case, person_id: UUID | None) -> tuple[UUID, ...]:
    """The children whose guardian or carer this is; none are named where that is every child of the case, or none."""
    files = files_of(command, case.children)
    own = {file.id for file in files if person_id in _looking_after(file.care)}
    return () if own.issuperset(case.children) else tuple(c for c in case.children if c in own)


def wards_of(command: Command[Case], case: Case, guardian_id: UUID) -> tuple[UUID, ...]:
    """The children whose guardian this is; every child of the case where no file says."""
    return ward_of(command, case, guardian_id) or case.children


def nobody_minor_on(command: Command[Case], case: Case, guardian_id: UUID) -> date | None:
    """When the last of this guardian's children comes of age; not known while any birth is not."""
    theirs = wards_of(command, case, guardian_id)
    days = [of_age_on(file, command.rules) for file in files_of(command, theirs)]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(theirs) else None


def no_minor_left(command: Command[Case], case: Case, guardian_id: UUID, on: date) -> bool:
    """Whether all of this guardian's children are known to be of age on a day, or have died."""
    theirs = wards_of(command, case, guardian_id)
    files = list(files_of(command, theirs))
    grown = all(needs_no_guardian(file, command.rules, on) for file in files)
    return grown and len(files) == len(theirs)


def _looking_after(care: CareState) -> set[UUID | None]:
    carers = {care.carer_id, care.carer_person_id, care.actual_carer_id} - {None}
    return {*carers, *(g.guardian_id for g in care.guardians)}
