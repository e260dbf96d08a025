"""心理事项另办 · What would tell of an illness of the mind is no item of a plan (A.2: P4; SH2024-2.1.2-d).

A plan, an assessment and aftercare name services to all who help the child (P3). Community rehabilitation of a mental
disorder is referred on the child's file instead, under the class of the mind (``child.make_clinic_referral``).
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.kernel import Refusal
from domain.rulebook import Rules
from domain.terms.plan import ServiceType

MIND = ("SH2024-2.1.2-d", "CQ2024-2.2-b")
MIND_IS_APART = Refusal(
    "mental_rehabilitation_is_apart",
    zh="精神障碍社区康复在儿童档案中转诊办理,不列入方案和评估",
    en="Community rehabilitation of a mental disorder is referred on the child's file, and named in no plan",
    clauses=("SH2024-2.1.2-d",),
)


def nothing_of_the_mind(rules: Rules, services: Iterable[ServiceType], field: str) -> None:
    """Refuses a service whose very name tells of the illness."""
    if ServiceType.COMMUNITY_MENTAL_REHAB in set(services):
        raise MIND_IS_APART(cite=rules.binding(*MIND), field=field)
