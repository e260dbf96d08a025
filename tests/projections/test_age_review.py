"""A corrected birth date moves the review of each category by the age that one ends with (T-08, Q-47)."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.child.corrections import EventCorrected
from domain.child.file_state import CategoryHeld, FileState
from domain.child.state import Child
from eventlog.recorded import Recorded
from projections.clocks import AGE_REVIEW, OF_AGE, RULES
from projections.rowwrite import RowWrite
from tests.dsl import an_id, told

BORN, DAY = date(2014, 6, 1), "2025-03-10 09:00"


def held(code: str, age_below: int | None) -> CategoryHeld:
    return CategoryHeld(code=code, event_id=an_id(code), age_below=age_below)


def test_a_corrected_birth_moves_the_review_of_each_category_to_its_own_day() -> None:
    """One day for all would ring too early for those that end with majority, and then never again."""
    file = FileState(birth_on=BORN, held=(held("LBC_CQ", 16), held("DIFFICULT", None)))
    event = EventCorrected(
        target_event_id=an_id("opening"),
        what_was_wrong="出生日期录错",
        birth_on=BORN,
        review_on=date(2030, 4, 2),
    )
    child = Child(id=an_id("child"), version=7, file=file)
    r = Recorded(
        originator_id=child.id, originator_version=7, event=told(event, at=DAY), after=child
    )
    told_of = (w for rule in RULES[event.name] for w in rule(r))
    rows: list[Any] = [w.params for w in told_of if isinstance(w, RowWrite)]
    assert {(row["act"], row["subject"]): f"{row['fires_at']:%F}" for row in rows} == {
        (AGE_REVIEW.act, "LBC_CQ"): "2030-04-02",
        (AGE_REVIEW.act, "DIFFICULT"): "2032-04-02",
        (OF_AGE.act, ""): "2032-06-01",
    }
