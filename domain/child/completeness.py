"""档案完整度 · Which contents of a child's file are there (SH2020-3.2-d, CQ2024-3.1-b, SH2024-2.3.7-a).

A content is there where somebody wrote it down as such, or where the chapter it belongs to has something on record.
What a text asks for is the pack's (``file_sections``); what is missing of it is counted by S-01.
"""

from __future__ import annotations

from domain.child.file_state import FileStatus
from domain.child.school_state import Schooling
from domain.child.state import Child

WORK_LOG = "WORK_LOG"
_UNFILED = frozenset({FileStatus.NONE, FileStatus.SCREENED})


def kept_sections(child: Child) -> frozenset[str]:
    """The codes of ``file_sections`` that this file has. A home visit looks for problems, and may find none."""
    file, visits = child.file, child.visits
    written = {name for name, event in file.sections if event not in file.disavowed}
    looked = bool(visits.problems or visits.home_visit.last_on) or "PROBLEMS" in written
    there = {
        "BASIC": file.status not in _UNFILED,
        "FAMILY": bool(child.care.guardians),
        "GUARDIANSHIP": bool(child.care.guardians),
        "SCHOOLING": child.school.status is not Schooling.UNKNOWN,
        "VISITS": bool(visits.contact.last_on or visits.home_visit.last_on),
        "HELP": bool(child.school.pairs) or any(i.held for i in child.entitlements.items),
        "PROBLEMS": looked,
        "SOLUTIONS": looked and all(p.solved for p in visits.problems),
    }
    return frozenset(written) | {name for name, kept in there.items() if kept}
