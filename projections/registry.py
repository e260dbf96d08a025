"""Which projections are told, and in which order they hear an event: later ones may look things up in earlier ones."""

from __future__ import annotations

import projections.work_item  # noqa: F401
from projections.access_orders import access_orders
from projections.accountability_told import accountability
from projections.care_details import care as care_details
from projections.case_details import details as case_details
from projections.case_told import cases
from projections.child_details import details as child_details
from projections.child_told import children
from projections.clocks import clocks
from projections.companions import companions
from projections.conduct_access import correctors
from projections.conflicts import conflicts
from projections.counselling_access import counsellors
from projections.entitlement_details import entitlements as entitlement_details
from projections.erasure import erasures
from projections.grants_told import grants
from projections.intervention_details import interventions as intervention_details
from projections.kernel import Projection
from projections.open_needs import open_needs
from projections.placement_details import placements as placement_details
from projections.reports.telling import reports
from projections.school_details import schooling as school_details
from projections.statistics import statistics
from projections.tasks import tasks
from projections.timeline import timeline
from projections.transfers_told import transfers
from projections.unit_details import unit_details
from projections.units import duty_contacts, units
from projections.whereabouts import whereabouts

INLINE: tuple[Projection, ...] = (
    units,
    duty_contacts,
    unit_details,
    children,
    child_details,
    care_details,
    entitlement_details,
    cases,
    case_details,
    open_needs,
    intervention_details,
    placement_details,
    whereabouts,
    school_details,
    correctors,
    counsellors,
    transfers,
    accountability,
    companions,
    access_orders,
    grants,
    conflicts,
    tasks,
    clocks,
    timeline,
    erasures,
)
LATER: tuple[Projection, ...] = (statistics, reports)
"""Told a moment later, each from its own bookmark."""
