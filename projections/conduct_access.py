"""罪错行为的查阅 · Who may look at a child because of a conduct case: the units it goes to, and named correctors.

The relation ends with the case (domain model A.2 rule 7, CQ2024-2.3-i).
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.child.conduct import ConductCaseOpened
from domain.child.correction import CorrectionProgrammeEnrolled, ReintegrationCompleted
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import Projection
from projections.relations import give, refresh, take

correctors = Projection("conduct_access", zh="罪错行为的查阅", en="Access for correction")


@correctors.on(ConductCaseOpened)
def opened(r: Recorded, e: ConductCaseOpened) -> Iterator[Write]:
    """The units the matter goes to, and no others."""
    units = (
        e.conduct_police_unit_id,
        e.conduct_justice_unit_id,
        e.conduct_procuratorate_unit_id,
        e.special_education_unit_id,
    )
    for unit in dict.fromkeys(u for u in units if u is not None):
        yield give(r.stream_id, f"K:{unit}", f"conduct:{e.conduct_id}", r.event_id)
    yield from refresh(r.stream_id)


@correctors.on(CorrectionProgrammeEnrolled)
def named(r: Recorded, e: CorrectionProgrammeEnrolled) -> Iterator[Write]:
    """The named corrector, the person alone."""
    token = f"K:{e.corrector_person_id}"
    yield give(r.stream_id, token, f"conduct:{e.conduct_id}", r.event_id)
    yield from refresh(r.stream_id)


@correctors.on(ReintegrationCompleted)
def over(r: Recorded, e: ReintegrationCompleted) -> Iterator[Write]:
    """The matter is over."""
    yield take(r.stream_id, f"conduct:{e.conduct_id}")
    yield from refresh(r.stream_id)
