"""学校与行为事实 · What a child's events change of its pairings and of its conduct cases."""

from __future__ import annotations

from collections.abc import Iterator

from domain.child.file_state import FileStatus
from domain.child.state import Child
from eventlog.entries import Write
from eventlog.recorded import Recorded
from projections.kernel import sql
from projections.reports.facts_of_pupils import ConductFact, PupilFact
from projections.reports.places import is_news
from projections.reports.versions import stands

_CONDUCT_ENDS = "child.reintegration_completed"


def pupil_facts(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    """All facts of one child as a pupil after one of its events."""
    if child.file.status is FileStatus.NONE:
        return
    before = r.before if isinstance(r.before, Child) else Child()
    if is_news(r, (before.file, before.school), (child.file, child.school)):
        yield from _pupil(r, child, places)
    if child.conduct.cases:
        if is_news(r, (before.file, before.conduct), (child.file, child.conduct)):
            yield from _conduct(r, child, places)
    elif r.event.name == _CONDUCT_ENDS:
        yield sql(
            "update report_conduct set until_position = %(position)s "
            "where child_id = %(child_id)s and until_position is null",
            position=r.position,
            child_id=r.stream_id,
        )


def _pupil(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    school = child.school
    yield from stands(
        PupilFact,
        r,
        {"child_id": r.stream_id},
        places=places,
        status=child.file.status.value,
        care_group=_group(child),
        school_unit_id=child.file.school_unit_id,
        due=tuple(sorted(school.pairing_due)),
        paired=tuple(sorted({p.kind for p in school.pairs})),
        partners=tuple(sorted({p.person_id for p in school.pairs if p.person_id}, key=str)),
    )


def _conduct(r: Recorded, child: Child, places: tuple[str, ...]) -> Iterator[Write]:
    cases = child.conduct.cases
    yield from stands(
        ConductFact,
        r,
        {"child_id": r.stream_id},
        places=places,
        status=child.file.status.value,
        care_group=_group(child),
        open_cases=len(cases),
        uncorrected=sum(not c.in_correction for c in cases),
    )


def _group(child: Child) -> str:
    return "+".join(sorted({str(c.group) for c in child.file.held})) or "NONE"
