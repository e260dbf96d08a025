"""Whoever infringes a child's rights is held to account: guardians, carers, staff, anybody (CN2017-5.1-r)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.case.intervention import step_of
from domain.case.liability import LiabilityOutcomeRecorded
from domain.case.measures import CriminalCaseOpened, SecurityPenaltyImposed
from domain.terms.intervention import InterventionStep, LiabilityKind
from domain.terms.measures import Accused, PenaltyClass
from projections.queues import QUEUES
from tests.domain.case.cast import case_of, noting, sh
from tests.domain.case.on_scene import VIOLENT_SH, then
from tests.dsl import an_id


@pytest.mark.clause("CN2017-5.1-r", "CQ2024-2.4-d")
@pytest.mark.parametrize("kind", [Accused.STAFF, Accused.OTHER_PERSON])
def test_whoever_infringed_is_held_to_account(kind: Accused) -> None:
    """失职父母或侵害人: a teacher or a neighbour is penalised and prosecuted, and educates no guardian by it."""
    stranger = an_id("stranger")
    him: dict[str, Any] = {"subject_kind": kind, "subject_id": stranger}
    penalty = noting(
        SecurityPenaltyImposed,
        **him,
        penalty_class=PenaltyClass.DETENTION,
        penalty_reference="行罚 1号",
    )
    crime = noting(CriminalCaseOpened, **him, criminal_reference="刑立 1号")
    done = noting(
        LiabilityOutcomeRecorded,
        **him,
        liability=LiabilityKind.CRIMINAL,
        liability_reference="刑初 1号",
    )
    steps = (sh(c, at=f"2022-03-0{n} 10:00") for n, c in enumerate((penalty, crime, done), 2))
    history = then(VIOLENT_SH, *steps)
    case = case_of(*history)
    assert not case.emergency.measures
    assert step_of(case, stranger) is InterventionStep.CRIMINAL
    assert not case.intervention.is_running
    (bars,) = QUEUES["Q-17-BAR"].opens
    assert bars.only is not None
    assert bars.only(history[-1], case) is (kind is Accused.STAFF)
