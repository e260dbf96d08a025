"""涉案儿童 · Which of the children of a case an action is about.

A case may concern one child, several, or one whose name is not known yet: then there is no id, and
the police still act.
"""

from __future__ import annotations

from uuid import UUID

from domain.case.state import Case
from domain.kernel import Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.terms.emergency import EmergencyDuty

name_fields(child_id=("儿童", "Child"))

CHILD_NOT_IN_CASE = Refusal(
    "child_not_in_case", zh="该儿童不在本个案中", en="This child is not part of the case"
)
WHICH_CHILD = Refusal(
    "which_child",
    zh="个案涉及多名儿童,须指明是哪一名",
    en="The case concerns several children: say which one",
)


def the_child(case: Case, child_id: UUID | None) -> UUID | None:
    """The child meant: the only one need not be named; None while nobody knows who the child is.

    Refuses an id that is not in the case, and silence where there are several.
    """
    if child_id is None:
        if len(case.children) > 1:
            raise WHICH_CHILD(field="childId")
        return case.children[0] if case.children else None
    if child_id not in case.children:
        raise CHILD_NOT_IN_CASE(field="childId")
    return child_id


def these_of(case: Case, children: tuple[UUID, ...]) -> frozenset[UUID | None]:
    """The children named; where none is, every child of the case."""
    return frozenset[UUID | None](children) or each_of(case)


def this_of(case: Case, child_id: UUID | None) -> frozenset[UUID | None]:
    """The child named; where none is, every child of the case."""
    return these_of(case, (child_id,) if child_id else ())


def each_of(case: Case) -> frozenset[UUID | None]:
    """Every child of the case; None stands for one nobody knows yet."""
    return frozenset[UUID | None](case.children) or frozenset({None})


def done_for_child(case: Case, duty: EmergencyDuty, child_id: UUID | None) -> Case:
    """With a duty done for the child named, or for all where none is: another child may still need it."""
    theirs = this_of(case, child_id)
    return replace(case, emergency=case.emergency.did_for(duty, theirs, each_of(case)))
