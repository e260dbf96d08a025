"""Conduct: help and correction, sealed down to its existence (CQ2024-2.3; domain model A.2 rule 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from domain.child.conduct import (
    CaseConsultationHeld,
    ConductCaseOpened,
    HoldCaseConsultation,
    OpenConductCase,
    ProcuratorateEarlyInterventionRecorded,
    RecordEarlyIntervention,
)
from domain.child.correction import (
    CompleteReintegration,
    CorrectionProgrammeEnrolled,
    CorrectionProgressRecorded,
    EnrolInCorrection,
    RecordCorrectionProgress,
    RecordSpecialEducation,
    ReintegrationCompleted,
    SpecialEducationPlacementRecorded,
)
from domain.child.state import Child
from domain.child.tier import TierTold
from domain.kernel import EVENTS, Command
from domain.risk import RiskFactor
from domain.sensitivity import P4, P5
from domain.terms.conduct import ConductClass, ConsultingParty, CorrectionProgramme
from tests.domain.child.family import EDUCATION
from tests.domain.child.pupils import (
    EDU,
    HELPER,
    JUSTICE,
    OFFICER,
    OFFICIAL,
    POLICE,
    PROCURATORATE,
    Q,
    on_file,
    one,
    put,
    refused,
)
from tests.domain.story import Story
from tests.dsl import an_id

CRIME = OpenConductCase(
    conduct_class=ConductClass.SUSPECTED_CRIME, conduct_summary="多次参与盗窃电动车"
)
MISCONDUCT = replace(
    CRIME, conduct_class=ConductClass.SERIOUS_MISCONDUCT, special_education_proposed=True
)
SEALED = (
    ConductCaseOpened,
    ProcuratorateEarlyInterventionRecorded,
    CaseConsultationHeld,
    CorrectionProgrammeEnrolled,
    CorrectionProgressRecorded,
    SpecialEducationPlacementRecorded,
    ReintegrationCompleted,
)


def opened(command: OpenConductCase = CRIME) -> tuple[Story, ConductCaseOpened]:
    """By the police on 2024-09-10."""
    story = on_file()
    return story, one(put(story, command, "2024-09-10 09:00", by=OFFICER), ConductCaseOpened)


def enrol(conduct_id: UUID) -> EnrolInCorrection:
    """With Ms Pu named."""
    return EnrolInCorrection(
        conduct_id=conduct_id,
        correction_programme=CorrectionProgramme.TARGETED_HELP,
        corrector_person_id=HELPER.person_id,
    )


def test_crime_goes_to_justice_and_procuratorate() -> None:
    story, told = opened()
    assert told.conduct_police_unit_id == POLICE.id
    assert told.conduct_justice_unit_id == told.correction_unit_id == JUSTICE.id
    assert told.conduct_procuratorate_unit_id == PROCURATORATE.id
    assert told.special_education_unit_id is None
    assert told.correct_by == date(2024, 9, 24)
    assert "CQ2024-1-g" in told.told.clauses
    assert story.child(Q).facts.source(RiskFactor.RF_29) == told.told.event_id


def test_misconduct_stays_with_the_police_and_education_is_told_only_if_asked() -> None:
    _, told = opened(MISCONDUCT)
    assert told.correction_unit_id == POLICE.id
    assert told.conduct_justice_unit_id is None
    assert told.conduct_procuratorate_unit_id is None
    assert told.special_education_unit_id == EDUCATION.id


@pytest.mark.parametrize("event", SEALED)
def test_everything_of_conduct_is_sealed_down_to_its_existence(
    event: type[ConductCaseOpened],
) -> None:
    assert event.existence_class is P5
    assert {s.sensitivity for s in event.specs} == {P5}


def test_nothing_else_is() -> None:
    guarded = {name for name, event in EVENTS.items() if event.existence_class is P5}
    assert {e.name for e in SEALED} <= guarded


def test_no_tier_tells_an_offence_as_its_reason() -> None:
    story, told = opened()
    tiers = [e for _, e in story.told if isinstance(e, TierTold)]
    assert tiers
    cause = told.told.event_id
    for event in tiers:
        assert all(r.event_id != cause for r in event.tier_reasons)
        assert all(r.factor is not RiskFactor.RF_29 for r in event.tier_reasons)
    assert cause in tiers[-1].fact_event_ids
    classes = {s.name: s.sensitivity for s in TierTold.__subclasses__()[0].specs}
    assert (classes["tier_reasons"], classes["sealed_tier_reasons"]) == (P4, P5)


def test_enrolled_in_correction_and_back_in_society() -> None:
    story, told = opened()
    (enrolled, *_) = put(story, enrol(told.conduct_id), "2024-09-20 09:00", by=OFFICIAL)
    assert isinstance(enrolled, CorrectionProgrammeEnrolled)
    assert enrolled.corrector_person_id == HELPER.person_id
    fact = story.child(Q).facts.find(RiskFactor.RF_29)
    assert fact is not None
    assert fact.in_correction
    progress = RecordCorrectionProgress(
        conduct_id=told.conduct_id,
        programme_id=enrolled.programme_id,
        correction_progress="按时报到",
    )
    for who in (HELPER, OFFICIAL, OFFICER):
        (made, *_) = put(story, progress, "2024-10-20 09:00", by=who)
        assert isinstance(made, CorrectionProgressRecorded)
    no = refused(story, progress, "2024-10-21 09:00", by=EDU)
    assert no.code == "not_the_corrector"
    back = CompleteReintegration(
        conduct_id=told.conduct_id,
        reintegrated_on=date(2025, 9, 1),
        reintegration_note="复学,无再犯",
    )
    late = replace(back, reintegrated_on=date(2025, 9, 3))
    assert refused(story, late, "2025-09-02 09:00").code == "correction_in_future"
    done = put(story, back, "2025-09-02 09:00", by=OFFICIAL)
    assert isinstance(done[0], ReintegrationCompleted)
    assert story.child(Q).facts.find(RiskFactor.RF_29) is None
    assert story.child(Q).conduct.cases == ()
    assert refused(story, back, "2025-09-03 09:00").code == "out_of_turn"


def test_special_education_counts_as_correction() -> None:
    story, told = opened(MISCONDUCT)
    placed = RecordSpecialEducation(
        conduct_id=told.conduct_id,
        special_school="重庆市专门学校",
        placement_basis="专门教育指导委员会评估同意",
        placed_for_education_on=date(2024, 9, 25),
    )
    assert refused(story, placed, "2024-09-24 09:00").code == "correction_in_future"
    (made, *_) = put(story, placed, "2024-09-25 15:00", by=EDU)
    assert isinstance(made, SpecialEducationPlacementRecorded)
    assert made.told.clauses == ("CQ2024-2.3-g", "CQ2024-2.3-a")
    fact = story.child(Q).facts.find(RiskFactor.RF_29)
    assert fact is not None
    assert fact.in_correction


def test_intervention_and_consultation() -> None:
    story, told = opened()
    early = RecordEarlyIntervention(conduct_id=told.conduct_id, intervention_note="介入侦查取证")
    (noted, *_) = put(story, early, "2024-09-11 09:00")
    assert isinstance(noted, ProcuratorateEarlyInterventionRecorded)
    talk = HoldCaseConsultation(
        conduct_id=told.conduct_id,
        consultation_on=date(2024, 9, 12),
        consultation_parties=(ConsultingParty.POLICE, ConsultingParty.PROCURATORATE),
        consultation_outcome="附条件不起诉,落实帮教",
    )
    alone = replace(talk, consultation_parties=(ConsultingParty.POLICE, ConsultingParty.POLICE))
    assert refused(story, alone, "2024-09-12 09:00").code == "consultation_needs_parties"
    early_one = replace(talk, consultation_on=date(2024, 9, 13))
    assert refused(story, early_one, "2024-09-12 09:00").code == "consultation_in_future"
    (held, *_) = put(story, talk, "2024-09-12 10:00")
    assert isinstance(held, CaseConsultationHeld)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (enrol(an_id("none")), "unknown_conduct_case"),
        (
            RecordCorrectionProgress(
                conduct_id=an_id("none"), programme_id=an_id("none"), correction_progress="…"
            ),
            "unknown_conduct_case",
        ),
        (
            RecordEarlyIntervention(conduct_id=an_id("none"), intervention_note="…"),
            "unknown_conduct_case",
        ),
    ],
)
def test_an_unknown_matter(command: Command[Child], code: str) -> None:
    story, _ = opened()
    assert refused(story, command, "2024-09-20 09:00", by=OFFICIAL).code == code


def test_the_corrector_serves_and_the_programme_is_known() -> None:
    story, told = opened()
    nobody = replace(enrol(told.conduct_id), corrector_person_id=an_id("nobody"))
    no = refused(story, nobody, "2024-09-20 09:00", by=OFFICIAL)
    assert (no.code, no.field) == ("corrector_not_in_service", "correctorPersonId")
    progress = RecordCorrectionProgress(
        conduct_id=told.conduct_id, programme_id=an_id("none"), correction_progress="…"
    )
    assert refused(story, progress, "2024-09-20 09:00", by=OFFICIAL).code == "unknown_programme"
    empty = replace(CRIME, conduct_summary=" ")
    assert refused(story, empty, "2024-09-20 09:00", by=OFFICER).field == "conductSummary"
