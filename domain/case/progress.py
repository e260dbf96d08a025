"""报告进展 · What somebody is told of a report who holds nothing but its receipt: how far it has come, and no more.

SH2020-4.1-e and CQ2016-4.1-c give who reports an answer; domain model A.1 (REPORTER, CIT) bounds it: the status alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.case.report_state import Stage
from domain.terms.reports import ReportProgress

_TOLD: Mapping[Stage, ReportProgress] = {
    Stage.REPORTED_STREET: ReportProgress.RECEIVED,
    Stage.REPORTED: ReportProgress.RECEIVED,
    Stage.ACCEPTED: ReportProgress.ACCEPTED,
    Stage.CLOSED: ReportProgress.CLOSED,
    Stage.CLOSED_UNFOUNDED: ReportProgress.CLOSED,
}


def progress_of(stage: Stage) -> ReportProgress:
    """Whether it was well founded is not told, nor who works on it."""
    return _TOLD.get(stage, ReportProgress.IN_HAND)
