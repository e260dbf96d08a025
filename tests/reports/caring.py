"""The county when parents are away: twenty-one children, carers, agreements, supervision, concerns, warnings, conduct.

Twelve of Baidi and nine of Caotang have both parents away since 5 March 2025; the seven of Kangle have not. Of the
twenty-one, in the order of ``away``: the first fifteen have a carer from 10 March, the first ten an agreement from 12
March, so that supervision (every three months) is due on 12 June; the first five are supervised in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from domain.child.conduct import OpenConductCase
from domain.child.conduct_state import ConductCase
from domain.child.correction import CompleteReintegration, EnrolInCorrection
from domain.child.entrusted_care import (
    DesignateEntrustedCarer,
    SignEntrustedCareAgreement,
)
from domain.child.entrusted_concerns import RaiseEntrustedCareConcern
from domain.child.entrusted_end import EndEntrustedCare
from domain.child.entrusted_supervision import SuperviseEntrustedCare
from domain.child.state import Child
from domain.child.tier_decisions import OverrideRiskTier
from domain.child.warnings import CloseWarning, RaiseWarning
from domain.kernel import Command
from domain.terms.care import CareConcern, CareEndReason, CarerCapability, Kinship
from domain.terms.conduct import ConductClass, CorrectionProgramme
from domain.terms.tier import TierCode
from domain.terms.visits import WarningOutcome, WarningType
from tests.dsl import an_id
from tests.projections.town import DIRECTOR, HUANHUA, OFFICER, SUPERVISOR, Town
from tests.reports.district import CAOTANG, County, county_on, left_behind
from tests.reports.steps import Step, happen

CARER = DesignateEntrustedCarer(
    carer_name="冷婆婆",
    carer_relation=Kinship.PATERNAL_GRANDMOTHER,
    carer_capability=CarerCapability.CAPABLE,
    carer_age=58,
)
AGREEMENT = SignEntrustedCareAgreement(
    parents_duties=("每周联系",),
    carer_duties=("照看起居",),
    signed_on=date(2025, 3, 12),
    agreement_hash="0" * 64,
)
WARNED, MINUTES = 6, (60, 120, 180, 240, 300)
"""Six are warned of on 20 March at nine; five warnings are closed after so many minutes."""


def care_on(town: Town) -> County:
    """Until the end of July."""
    county = county_on(town)
    away = [*county.children[HUANHUA], *county.children[CAOTANG]]
    steps = [*_cared(county, away), *_warned(county, away), *_convicted(county, away)]
    happen(town, steps)
    town.at("2025-07-31 18:00")
    return county.told()


def state(county: County, child: UUID) -> Any:
    """A child as the rules know it."""
    return county.town.platform.casebook.state(Child, child)


def _each(county: County, children: list[UUID], command: Command[Any], by: Any = DIRECTOR) -> None:
    for child in children:
        county.put(command, child, by)


def _cared(county: County, away: list[UUID]) -> Iterator[Step]:
    def parents_leave() -> None:
        for child in away:
            left_behind(county, child)

    each = partial(_each, county)
    supervised = SuperviseEntrustedCare(care_findings="一切正常", care_satisfactory=True)
    concern = RaiseEntrustedCareConcern(
        care_concern=CareConcern.LACKS_ABILITY, concern_facts="老人患病"
    )
    withdrew = EndEntrustedCare(care_end_reason=CareEndReason.CARER_WITHDREW)
    yield "2025-03-05 09:00", parents_leave
    yield "2025-03-10 09:00", partial(each, away[:15], CARER)
    yield "2025-03-12 09:00", partial(each, away[:10], AGREEMENT)
    yield "2025-06-05 09:00", partial(each, away[:5], supervised)
    yield "2025-06-20 09:00", partial(each, away[5:7], supervised)
    yield "2025-06-25 09:00", partial(each, away[:6], concern)
    yield "2025-07-10 09:00", partial(each, away[10:15], withdrew)


def _warned(county: County, away: list[UUID]) -> Iterator[Step]:
    warning = RaiseWarning(warning_type=WarningType.HAZARD)
    yield "2025-03-20 09:00", partial(_each, county, away[:WARNED], warning)

    def close(child: UUID) -> None:
        (warned,) = (w for w in state(county, child).visits.warnings if not w.closed)
        closing = CloseWarning(
            warning_id=warned.warning_id,
            warning_outcome=WarningOutcome.REMOVED,
            warning_outcome_note="已消除",
        )
        county.put(closing, child, DIRECTOR)

    for child, minutes in zip(away, MINUTES, strict=False):
        yield f"2025-03-20 {9 + minutes // 60:02}:00", partial(close, child)
    raised = OverrideRiskTier(
        tier=TierCode("R1"), tier_reason="多次走访发现无人照看", review_on=date(2025, 5, 1)
    )
    yield "2025-04-10 09:00", partial(_each, county, away[:5], raised, SUPERVISOR)


def _convicted(county: County, away: list[UUID]) -> Iterator[Step]:
    """Seven conduct cases in May, five of crime; five enrolled that month, one more in June, when one is over."""
    crime, misconduct = ConductClass.SUSPECTED_CRIME, ConductClass.SERIOUS_MISCONDUCT
    for number, child in enumerate(away[:7]):
        opening = OpenConductCase(
            conduct_class=crime if number < len(MINUTES) else misconduct, conduct_summary="盗窃"
        )
        yield "2025-05-02 09:00", partial(county.put, opening, child, OFFICER)

    def case(child: UUID) -> ConductCase:
        (found,) = state(county, child).conduct.cases
        assert isinstance(found, ConductCase)
        return found

    def enrol(child: UUID) -> None:
        enrolling = EnrolInCorrection(
            conduct_id=case(child).conduct_id,
            correction_programme=CorrectionProgramme.TARGETED_HELP,
            corrector_person_id=an_id("officer"),
        )
        county.put(enrolling, child, OFFICER)

    def reintegrate(child: UUID) -> None:
        done = CompleteReintegration(
            conduct_id=case(child).conduct_id,
            reintegrated_on=date(2025, 6, 16),
            reintegration_note="表现良好",
        )
        county.put(done, child, OFFICER)

    for child in away[:5]:
        yield "2025-05-20 09:00", partial(enrol, child)
    yield "2025-06-02 09:00", partial(enrol, away[5])
    yield "2025-06-16 09:00", partial(reintegrate, away[0])
