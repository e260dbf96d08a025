"""规则的队列 · The queue of the rule owner: packs about to end, gaps and conflicts (domain model G, I; T-28)."""

from __future__ import annotations

from domain.terms.roles import Role
from projections.queue_grammar import Closes, Due, Opens, Queue
from projections.queues_of_the_file import CITY, CIVIL_AFFAIRS

RULE_QUEUES = (
    Queue(
        "Q-48",
        zh="规则包届满、空档与冲突",
        en="A pack about to end, a gap, a conflict",
        opens=(
            Opens(
                "rules.pack_ending_found",
                (CITY, CIVIL_AFFAIRS),
                Due("pack_ending_warn_days", "last_day"),
                unit="rule_owner_unit_id",
                key=("pack_id",),
            ),
            Opens(
                "rules.gap_found",
                (CITY, CIVIL_AFFAIRS),
                Due("rule_decision_days"),
                unit="rule_owner_unit_id",
                key=("topic",),
            ),
            Opens(
                "rules.conflict_found",
                (CITY, CIVIL_AFFAIRS),
                Due("rule_decision_days"),
                unit="rule_owner_unit_id",
                key=("topic",),
            ),
        ),
        closes=(
            Closes("rules.gap_decided", ("topic",)),
            Closes("rules.parameter_set", ("parameter",)),
            Closes("rules.pack_published", ("pack_id",)),
            Closes("rules.pack_ended", ("pack_id",), done=False),
        ),
        escalates=(CITY,),
        clauses=("SH2020-6-a", "CN2017-6-a", "CQ2016-7-c", "SH2024-3.3-a"),
        names=(Role.RULE_OWNER, Role.CITY_CIVIL_AFFAIRS, Role.DISTRICT_CIVIL_AFFAIRS),
        sees_child=False,
    ),
)
