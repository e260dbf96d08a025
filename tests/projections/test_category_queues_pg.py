"""Parents who come and go: what is asked about the category is answered, and a file that rests is looked at again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.child.categories import DetermineCategory
from domain.child.category_review import ConfirmCategory
from domain.child.closing import CloseFile
from domain.child.guardians import RecordGuardian, RecordGuardianAbsence, RecordParentReturn
from domain.child.leaving import EndCategory
from domain.kernel import STREAMS
from domain.terms.care import AbsenceReason, Kinship
from domain.terms.file import CategoryCode, CategoryEndReason, FileCloseReason
from domain.terms.places import AreaType
from ops.clock_worker import fire_due
from tests.dsl import local
from tests.projections.town import CLERK, Town, filed, unit_id

LBC = CategoryCode.LBC_CQ_URBAN_RURAL
ENTERED = DetermineCategory(category=LBC)


def left(parent: UUID, on: date) -> RecordGuardianAbsence:
    return RecordGuardianAbsence(
        guardian_id=parent, absence_reason=AbsenceReason.WORK, away_from_on=on, away_to="广东"
    )


def back(parent: UUID, on: date) -> RecordParentReturn:
    return RecordParentReturn(guardian_id=parent, returned_on=on)


def states(town: Town, queue: str) -> list[str]:
    return [task["status"] for task in town.tasks(queue)]


def left_behind(town: Town) -> tuple[UUID, UUID]:
    """A girl on file whose parents are both away; answers her and her mother."""
    town.at("2025-03-03 09:00")
    child = filed(town, area_type=AreaType.RURAL)
    for relation in (Kinship.FATHER, Kinship.MOTHER):
        town.do(RecordGuardian(relation=relation, guardian_name="莫"), child, CLERK)
    state: Any = town.platform.store.state(STREAMS["child"], child)
    father, mother = (guardian.guardian_id for guardian in state.care.guardians)
    for parent in (father, mother):
        town.do(left(parent, date(2025, 2, 8)), child, CLERK)
    town.do(ENTERED, child, CLERK)
    return child, mother


def test_whoever_comes_and_goes_leaves_no_question_open(town: Town) -> None:
    child, mother = left_behind(town)
    town.at("2025-05-02 09:00").do(back(mother, date(2025, 5, 1)), child, CLERK)
    task = town.task("Q-47")
    assert (task["owner_unit_id"], task["due_at"]) == (
        unit_id("township"),
        local("2025-05-16 23:59:59"),
    )
    assert task["clauses"] == ["CQ2016-1-a"]
    stands = ConfirmCategory(category=LBC, confirmed_because="节后又将外出")
    town.at("2025-05-03 09:00").do(stands, child, CLERK)
    assert states(town, "Q-47") == ["COMPLETED"]
    # She comes again, and is gone before anybody has answered.
    town.at("2025-05-04 09:00").do(left(mother, date(2025, 5, 4)), child, CLERK)
    town.at("2025-06-02 09:00").do(back(mother, date(2025, 6, 1)), child, CLERK)
    town.at("2025-06-05 09:00").do(left(mother, date(2025, 6, 4)), child, CLERK)
    assert sorted(states(town, "Q-47")) == ["COMPLETED", "ENDED"]
    # She comes to stay: the category ends, and the file rests. Then she leaves.
    town.at("2025-07-02 09:00").do(back(mother, date(2025, 7, 1)), child, CLERK)
    home = EndCategory(category=LBC, category_end_reason=CategoryEndReason.PARENT_RETURNED)
    town.at("2025-07-03 09:00").do(home, child, CLERK)
    assert town.tasks("Q-87") == []
    assert not any(task["is_open"] for task in town.tasks("Q-09"))
    town.at("2025-09-20 09:00").do(left(mother, date(2025, 9, 15)), child, CLERK)
    task = town.task("Q-87")
    assert (task["owner_unit_id"], task["due_at"]) == (
        unit_id("township"),
        local("2025-10-04 23:59:59"),
    )
    assert task["clauses"] == ["CQ2016-3.2-k", "CQ2024-3.1-d"]
    town.at("2025-09-21 09:00").do(ENTERED, child, CLERK)
    assert states(town, "Q-87") == ["COMPLETED"]
    assert town.task("Q-09")["child_id"] == child


def test_what_happens_to_a_file_that_rests_and_when_it_has_is_for_the_township_to_see(
    town: Town,
) -> None:
    child, _ = left_behind(town)
    settled = EndCategory(category=LBC, category_end_reason=CategoryEndReason.SETTLED)
    town.at("2025-03-04 09:00").do(settled, child, CLERK)
    assert town.tasks("Q-87") == []
    town.at("2025-03-20 09:00")
    fire_due(town.platform, town.now[0])
    assert town.events("child.risk_tier_assigned") == 1
    assert town.task("Q-87")["owner_unit_id"] == unit_id("township")
    # a year later it has rested as long as it must
    fire_due(town.at("2026-03-03 23:59").platform, town.now[0])
    assert town.tasks("Q-89") == []
    fire_due(town.at("2026-03-04 00:00").platform, town.now[0])
    task = town.task("Q-89")
    assert task["owner_unit_id"] == unit_id("township")
    assert task["due_at"] == local("2026-03-18 23:59:59")
    assert task["clauses"] == ["CQ2016-3.2-k"]
    rested = CloseFile(file_close_reason=FileCloseReason.AFTERCARE_OVER)
    town.at("2026-03-04 09:00").do(rested, child, CLERK)
    assert states(town, "Q-89") == ["COMPLETED"]
