"""Which projections are told, and in which order they hear an event: later ones may look things up in earlier ones."""

from __future__ import annotations

import projections.work_item  # noqa: F401
from projections.case_details import details as case_details
from projections.case_told import cases
from projections.child_details import details as child_details
from projections.child_told import children
from projections.erasure import erasures
from projections.kernel import Projection
from projections.timeline import timeline
from projections.units import units

INLINE: tuple[Projection, ...] = (units, children, child_details, cases, case_details, timeline, erasures)
