"""报表目录 · The reports S-01 … S-23 of the domain model H, as far as their events are told, as one table."""

from __future__ import annotations

from projections.reports.catalogue_of_cases import CASE_REPORTS
from projections.reports.catalogue_of_children import CHILD_REPORTS
from projections.reports.catalogue_of_intervention import INTERVENTION_REPORTS
from projections.reports.catalogue_of_oversight import OVERSIGHT_REPORTS
from projections.reports.catalogue_of_pupils import PUPIL_REPORTS
from projections.reports.catalogue_of_support import SUPPORT_REPORTS
from projections.reports.catalogue_of_units import UNIT_REPORTS
from projections.reports.catalogue_of_work import WORK_REPORTS
from projections.reports.grammar import Report

_ALL = (
    *CHILD_REPORTS,
    *PUPIL_REPORTS,
    *CASE_REPORTS,
    *INTERVENTION_REPORTS,
    *SUPPORT_REPORTS,
    *UNIT_REPORTS,
    *OVERSIGHT_REPORTS,
    *WORK_REPORTS,
)
REPORTS: dict[str, Report] = {r.code: r for r in sorted(_ALL, key=lambda r: r.code)}
