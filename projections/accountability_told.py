"""追责的查阅 · The competent authority sees whom it is to judge while a matter of accountability is open (Q-32).

Who reported stays hidden from it: what identifies a reporter is in another class (SH2020-4.1-h).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from domain.case.accountability import (
    FailureToReportFound,
    ReporterAccountabilityDecided,
    ReportObstructionFound,
)
from domain.sensitivity import P0, P2, P5, P5_OUTCOME
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.grants import Grant, ended, opened
from projections.kernel import Projection

accountability = Projection("accountability", zh="追责", en="Accountability")

UNTIL_DECIDED = timedelta(days=3_650)


@accountability.on(FailureToReportFound, ReportObstructionFound)
def found(r: Recorded, e: Any) -> Iterator[Write]:
    """The unit named in the finding, on this case alone."""
    grant = Grant(
        relation="referral",
        holders=(e.authority_unit_id,),
        until=r.recorded_at + UNTIL_DECIDED,
        reason=f"failing:{e.failing_id}",
        classes=(P0, P2, P5, P5_OUTCOME),
    )
    yield from opened(r, grant, (r.stream_id,))


@accountability.on(ReporterAccountabilityDecided)
def decided(r: Recorded, e: ReporterAccountabilityDecided) -> Iterator[Write]:
    """Decided, and so no longer its business."""
    yield ended(r, f"failing:{e.failing_id}")
