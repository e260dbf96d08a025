"""并档之前 · What a merge would lose: one child keeps one file, and with it all that is owed to it (SH2020-3.2-g).

The duplicate closes, and its duties with it. So nothing may be open there, and all that stands there must stand in the
file that remains: it is recorded there first, or the files are merged the other way round. Conduct is not looked at:
whoever merges may not learn that there is any (domain model A.2).
"""

from __future__ import annotations

from domain.child.access_state import ReferralStatus
from domain.child.care_state import EntrustedCareStatus
from domain.child.state import Child
from domain.kernel import Refusal
from domain.risk import RiskFactor

SAYS_MORE = Refusal(
    "duplicate_says_more",
    zh="重复档案中的类别、重点对象、风险事实、照护人、待遇或回避,保留的档案中尚未登记:请先补登,或改为反向合并",
    en="The duplicate has a category, key target, risk fact, carer, entitlement or conflict of interest that the file "
    "to remain has not: record it there first, or merge the other way round",
    clauses=("SH2020-3.2-g", "CQ2016-3.2-k"),
)
MATTERS_OPEN = Refusal(
    "duplicate_matters_open",
    zh="重复档案中仍有未办结事项:请先办结,或改为反向合并",
    en="Something is still open in the duplicate: settle it first, or merge the other way round",
    clauses=("SH2020-3.2-g", "CQ2016-3.2-k"),
)
_IN_QUESTION = {EntrustedCareStatus.CONCERN, EntrustedCareStatus.INFORMED}


def anything_open(child: Child) -> bool:
    """Whether somebody still has to do something that only this file knows of."""
    visits, school, owed = child.visits, child.school, child.entitlements
    return any(
        (
            visits.concerns,
            visits.hazards,
            any(not p.solved for p in visits.problems),
            any(not w.closed for w in visits.warnings),
            school.difficulties or school.barriers or school.bullying,
            school.watched,
            child.mind.referrals,
            any(item.undecided for item in owed.items),
            owed.needs or owed.legal_aid,
            any(r.status is not ReferralStatus.OVER for r in child.access.referrals),
            child.care.entrusted in _IN_QUESTION,
            child.file.transfer or child.file.in_dispute,
        )
    )


def would_lose(duplicate: Child, survivor: Child) -> bool:
    """Whether something stands in the duplicate that does not stand in the file that is to remain."""
    return any(told - known for told, known in zip(_said(duplicate), _said(survivor), strict=True))


def _said(child: Child) -> tuple[frozenset[object], ...]:
    factors = {fact.factor for fact in child.facts.facts} - {RiskFactor.RF_29}
    return (
        child.file.categories,
        child.file.key_targets,
        frozenset(factors),
        frozenset({"carer"} if child.care.has_carer else ()),
        frozenset(item.entitlement for item in child.entitlements.items if item.held),
        child.access.kept_away,
    )
