"""A conference on a case: of units that there are, on a question, ended once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case.consultation import (
    CallCaseConference,
    CaseConferenceCalled,
    CaseConferenceConcluded,
    ConcludeCaseConference,
)
from domain.codec import UPCASTS
from domain.terms.access import AccessPurpose
from tests.domain.case.cast import EDUCATION_CQ, VILLAGE_CQ, cq
from tests.domain.case.on_scene import ALONE
from tests.dsl import an_id, given

DAY = "2025-03-04 09:00"


def calling(**more: Any) -> CallCaseConference:
    """The school authority and the village committee, on one question."""
    usual: dict[str, Any] = {
        "called_unit_ids": (EDUCATION_CQ.id, VILLAGE_CQ.id, EDUCATION_CQ.id),
        "conference_purposes": (AccessPurpose.CASEWORK, AccessPurpose.SCHOOLING),
        "conference_on": date(2025, 3, 6),
        "conference_question": "谁来照料",
    }
    return CallCaseConference(**{**usual, **more})


def test_each_unit_is_called_once() -> None:
    (called,) = given(*ALONE).when(cq(calling(), DAY)).facts()
    assert isinstance(called, CaseConferenceCalled)
    assert called.called_unit_ids == (EDUCATION_CQ.id, VILLAGE_CQ.id)
    assert called.conference_purposes == (AccessPurpose.SCHOOLING, AccessPurpose.CASEWORK)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"called_unit_ids": ()}, "conference_units_unknown", "calledUnitIds"),
        (
            {"called_unit_ids": (EDUCATION_CQ.id, an_id("no unit"))},
            "conference_units_unknown",
            "calledUnitIds",
        ),
        (
            {"conference_purposes": (AccessPurpose.CASEWORK,)},
            "conference_purpose_unfit",
            "conferencePurposes",
        ),
        ({"conference_question": " "}, "conference_question_missing", "conferenceQuestion"),
    ],
)
def test_what_is_no_conference(wrong: dict[str, Any], code: str, field: str) -> None:
    given(*ALONE).when(cq(calling(**wrong), DAY)).then_refused(code, field=field)


def test_only_an_open_conference_is_concluded_and_once() -> None:
    (called,) = given(*ALONE).when(cq(calling(), DAY)).facts()
    assert isinstance(called, CaseConferenceCalled)
    end = ConcludeCaseConference(
        case_conference_id=called.case_conference_id, conference_outcome="由外祖母照料"
    )
    later = cq(end, "2025-03-06 11:00")
    given(*ALONE).when(later).then_refused("unknown_case_conference", field="caseConferenceId")
    (over,) = given(*ALONE, called).when(later).facts()
    assert isinstance(over, CaseConferenceConcluded)
    given(*ALONE, called, over).when(later).then_refused("unknown_case_conference")


def test_at_first_a_conference_had_one_purpose_for_all() -> None:
    first = {"called_unit_ids": ["a", "b"], "conference_purpose": "casework"}
    upcast = UPCASTS["case.conference_called", 1]
    assert upcast(first) == {
        "called_unit_ids": ["a", "b"],
        "conference_purposes": ["casework", "casework"],
    }
