"""时机 · When what may be done to a file: conditions several chapters of the child's file share."""

from __future__ import annotations

from domain.child.care_state import EntrustedCareStatus
from domain.child.file_state import FileStatus
from domain.child.state import Child
from domain.kernel import Turn

ON_LEDGER: Turn[Child] = Turn(
    "on_ledger",
    "已建档(含休眠)",
    "on the ledger, dormant included",
    lambda c: c.file.status in {FileStatus.OPEN, FileStatus.DORMANT},
)
FILE_CLOSED: Turn[Child] = Turn(
    "file_closed",
    "已结档且未合并",
    "file closed, not merged",
    lambda c: c.file.status is FileStatus.CLOSED and c.file.merged_into is None,
)
HAS_CARER: Turn[Child] = Turn(
    "has_carer", "有受委托照护人", "an entrusted carer is in place", lambda c: c.care.has_carer
)
CARE_CONCERN: Turn[Child] = Turn(
    "care_concern",
    "对委托照护有问题待处理",
    "a concern about entrusted care is open",
    lambda c: c.care.entrusted in {EntrustedCareStatus.CONCERN, EntrustedCareStatus.INFORMED},
)
PARENTS_INFORMED: Turn[Child] = Turn(
    "parents_informed",
    "已告知父母",
    "the parents have been informed",
    lambda c: c.care.entrusted is EntrustedCareStatus.INFORMED,
)
