"""处置分支 · What each finding asks of the police, by the texts in force that day (D.1, HANDLING).

SH2020 and CQ2016 read alike branch by branch (四(二)); CN2017 adds the dangers, the order in which
people are asked, the child's opinion and the written handover. What no text asks for, the platform
asks for as far as a child must not be left without care (law 10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from domain.rulebook import Rules
from domain.terms.emergency import DangerState, Finding
from domain.terms.emergency import EmergencyDuty as Duty

_INJURED = (Duty.COLLECT_EVIDENCE, Duty.MEDICAL_HELP, Duty.APPRAISE_INJURY)
_PARENTS = (Duty.CONTACT_PARENTS, Duty.SECURE_CARE)

BRANCHES: Mapping[Finding, tuple[Duty, ...]] = {
    Finding.LIVING_ALONE: (Duty.ORDER_PARENTS_BACK, Duty.SECURE_CARE),
    Finding.MISSING: (Duty.SEARCH_CHILD, Duty.SECURE_CARE),
    Finding.GUARDIAN_INCAPABLE: _PARENTS,
    Finding.GUARDIAN_NOT_PERFORMING: _PARENTS,
    Finding.DOMESTIC_VIOLENCE: (
        Duty.STOP_INFRINGEMENT,
        Duty.HANDLE_VIOLENCE,
        *_INJURED,
        Duty.SECURE_CARE,
    ),
    Finding.OTHER_INFRINGEMENT: (
        Duty.STOP_INFRINGEMENT,
        Duty.PROTECT_CHILD,
        *_INJURED,
        Duty.SECURE_CARE,
    ),
    Finding.ACCIDENTAL_INJURY: (Duty.PROTECT_CHILD, *_INJURED, Duty.SECURE_CARE),
}

NOT_ALWAYS_NEEDED = frozenset(
    {Duty.STOP_INFRINGEMENT, Duty.MEDICAL_HELP, Duty.APPRAISE_INJURY, Duty.PROTECT_CHILD}
)
"""Duties that facts may make empty: nothing to stop any more, nobody injured."""
OF_CARE = frozenset(
    {Duty.SECURE_CARE, Duty.ESCORT_CHILD, Duty.PLACE_CHILD, Duty.ASK_CARE_CANDIDATES}
    | {Duty.SEEK_CHILD_OPINION, Duty.WRITTEN_HANDOVER}
)
"""Duties to find somebody for the child: empty once nobody has to be with it any more."""


_NEGLECT = "CQ2024-3.3-a"


def duties_of(
    findings: Iterable[Finding],
    dangers: Collection[DangerState],
    rules: Rules,
    *,
    known: Collection[Duty] = (),
) -> tuple[Duty, ...]:
    """What these findings ask for that is not asked yet, most urgent first."""
    asked = set(_asked(tuple(findings), dangers, rules)) - set(known)
    return tuple(duty for duty in Duty if duty in asked)


def _asked(
    findings: tuple[Finding, ...], dangers: Collection[DangerState], rules: Rules
) -> Iterator[Duty]:
    for finding in findings:
        yield from BRANCHES[finding]
    if Finding.LIVING_ALONE in findings and rules.flag("reprimand_parents_living_alone"):
        yield Duty.REPRIMAND_GUARDIAN
    if Finding.DOMESTIC_VIOLENCE in findings:
        yield from _against_violence(rules)
    if Finding.GUARDIAN_NOT_PERFORMING in findings and _neglect_is_criticised(rules):
        yield Duty.CRITICISE_GUARDIAN
    # 等危险状态: the list is open, so another danger counts as one that is named
    if rules.codes("danger_states") & set(dangers) or DangerState.OTHER in dangers:
        yield from _in_danger(rules)
    if rules.flag("township_notice_required"):
        yield Duty.NOTIFY_TOWNSHIP


def _against_violence(rules: Rules) -> Iterator[Duty]:
    """批评教育和训诫 in SH2020-4.4-a, 批评教育 in CQ2016-4.4-a, or 告诫书 in CN2017-4.4.3-a."""
    cited = set(rules.cite("guardian_measures", "CRITICISM_EDUCATION"))
    if cited & set(Duty.CRITICISE_GUARDIAN.clauses):
        yield Duty.CRITICISE_GUARDIAN
    if set(rules.cite("guardian_measures", "REPRIMAND")) & set(Duty.REPRIMAND_GUARDIAN.clauses):
        yield Duty.REPRIMAND_GUARDIAN


def _neglect_is_criticised(rules: Rules) -> bool:
    """对怠于履行监护责任的…应当予以批评教育: CQ2024-3.3-a alone demands it without violence."""
    return _NEGLECT in rules.cite("guardian_measures", "CRITICISM_EDUCATION")


def _in_danger(rules: Rules) -> Iterator[Duty]:
    yield Duty.SECURE_CARE
    yield Duty.ASK_CARE_CANDIDATES
    if opinion_is_required(rules):
        yield Duty.SEEK_CHILD_OPINION
    if handover_is_required(rules):
        yield Duty.WRITTEN_HANDOVER


def opinion_is_required(rules: Rules) -> bool:
    """CN2017-4.2-d: a child able to express itself is asked; elsewhere asking is invited."""
    return rules.code("child_opinion_on_escort") == "REQUIRED_IF_ABLE"


def handover_is_required(rules: Rules) -> bool:
    """CN2017-4.2-c: every handover in writing; elsewhere the platform's habit, not a duty."""
    return bool(rules.cite("handover")) and rules.code("handover") == "WRITTEN"
