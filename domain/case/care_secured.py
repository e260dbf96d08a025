"""落实照料 · The end of the emergency: each child has a carer or a placement (CQ2016-4.2-c2).

A file may be out of date: it may name a mother at home while the child was found alone. So where
the child was found out of care, in danger or harmed, care counts only once somebody says so, or a
carer is named after the finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from uuid import UUID

from domain.case.emergency_state import OUT_OF_CARE
from domain.case.missing import missing_children
from domain.case.report_facts import CARER_WANTED, NO_CARE
from domain.case.state import CASE_OPEN, Case
from domain.case.which_child import each_of, the_child
from domain.child.entrusted_care import EntrustedCarerDesignated
from domain.child.guardians import ParentReturned
from domain.child.state import Child
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.rulebook import Rules
from domain.sensitivity import P2
from domain.terms.emergency import EmergencyDuty, Finding

name_fields(care_note=("照料落实情况", "How care is secured"))

NO_NAMED_CARER = Refusal(
    "no_named_carer",
    zh="儿童尚无照料人,应急处置不得结束",
    en="The child has no named carer yet: the emergency cannot end",
)
CHILD_NOT_IDENTIFIED = Refusal(
    "child_not_identified", zh="须先核实儿童身份", en="Identify the child first"
)
ONLY_A_RELATIVE = Refusal(
    "carer_is_no_relative",
    zh="监护人丧失监护能力或不履行监护责任的,由父母返回或委托其他亲属监护照料",
    en="Where the guardian cannot or does not care, the parents return or entrust another relative",
)
_TO_RELATIVES = ("SH2020-4.2-f", "CQ2016-4.2-f")
_FAILED = frozenset({Finding.GUARDIAN_INCAPABLE, Finding.GUARDIAN_NOT_PERFORMING})
HARMLESS = frozenset({Finding.ACCIDENTAL_INJURY})
"""Nobody did it: the carers on the child's file are as good as before."""
_BLOCKING = (
    EmergencyDuty.SEARCH_CHILD,
    EmergencyDuty.NOTIFY_TOWNSHIP,
    EmergencyDuty.SECURE_CARE,
)


class CareSecured(Event[Case], name="case.care_secured", zh="照料落实", en="Care secured"):
    """The child is with a named carer; the branch of the parents is over (Q-04)."""

    child_id: Annotated[UUID, P2]

    def evolve(self, case: Case) -> Case:
        """Living alone is over for this child, as far as it was found of it; of all once it is so for every child."""
        emergency = case.emergency.with_care(self.child_id, case.children)
        over = set(case.children) <= emergency.cared_for
        facts = (
            case.facts.closed(*NO_CARE) if over else case.facts.closed_of(self.child_id, *NO_CARE)
        )
        for factor in CARER_WANTED:
            facts = facts.changed_for(factor, self.child_id, case.children, carer_named=True)
        if not case.placement.is_placed(self.child_id):
            facts = facts.over_for(RiskFactor.RF_37, {self.child_id}, case.children)
        return replace(case, emergency=emergency, facts=facts)


class RecordCareSecured(
    Command[Case],
    name="case.record_care_secured",
    zh="确认照料落实",
    en="Record that care is secured",
    when=CASE_OPEN,
    clauses=("SH2020-4.2-d", "SH2020-4.2-f", "CQ2016-4.2-c2", "CQ2016-4.2-d", "CQ2016-4.2-f"),
    needs=("child",),
):
    """Said by police or township, and shown by the file."""

    child_id: Annotated[UUID | None, P2] = None

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """A parent at home, an entrusted carer or a placement; an escort alone is none of them."""
        child = the_child(case, self.child_id)
        if child is None:
            raise CHILD_NOT_IDENTIFIED(field="childId")
        if child in case.emergency.cared_for:
            return
        placed = case.placement.is_placed(child)
        if not placed and not _file_names_a_carer(child, self.linked):
            raise NO_NAMED_CARER(cite=self.rules.cite("emergency_ends_with_carer"))
        only_relatives = relatives_only(case, child, self.rules)
        if only_relatives and not placed and _with_no_relative(child, self.linked):
            raise ONLY_A_RELATIVE(cite=only_relatives)
        yield CareSecured(child_id=child)


def relatives_only(case: Case, child_id: UUID, rules: Rules) -> tuple[str, ...]:
    """委托其他亲属监护照料: the clauses by which nobody else will do for this child.

    Not of a child found living alone: there the parents name whom they entrust (SH2020-4.2-d).
    """
    findings = case.emergency.findings_of(child_id)
    alone = Finding.LIVING_ALONE in findings
    return rules.binding(*_TO_RELATIVES) if findings & _FAILED and not alone else ()


class NoteCareSecured(
    Command[Case],
    name="case.note_care_secured",
    zh="登记照料落实",
    en="Note that care is secured",
    when=CASE_OPEN,
    clauses=("SH2020-4.2-d", "CQ2016-4.2-c2", "CQ2016-4.2-d"),
    by_system=True,
):
    """Put when a parent returns or a carer is named on the child's file."""

    child_id: Annotated[UUID, P2]

    def decide(self, case: Case) -> Iterator[Event[Case]]:
        """Once."""
        if self.child_id not in case.emergency.cared_for:
            yield CareSecured.of(self)


@reaction
def carer_named_ends_the_branch(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """责令…确定受委托监护人: done when a parent has returned or a carer is named (D.1).

    So of a child alone or badly looked after. After violence or danger, or once a placement is asked for, the
    one who came home may be the one to be kept away: somebody has to say that the child is cared for.
    """
    if not isinstance(state, Child) or not state.care.has_named_carer:
        return
    named = [e for e in events if isinstance(e, (ParentReturned, EntrustedCarerDesignated))]
    for case in world.cases_of(state.id) if named else ():
        if not CASE_OPEN.holds(case) or not _waits_for_a_carer(case, state.id):
            continue
        if state.care.with_no_relative:
            on = local_date(named[0].told.occurred_at)
            if relatives_only(case, state.id, world.rules_at(case.place, on)):
                continue
        yield Put(case.id, NoteCareSecured(child_id=state.id))


def _waits_for_a_carer(case: Case, child_id: UUID) -> bool:
    emergency = case.emergency
    waits = EmergencyDuty.SECURE_CARE in emergency.open_duties
    return (
        waits
        and _nothing_but(OUT_OF_CARE | HARMLESS | {Finding.MISSING}, case, child_id)
        and child_id not in missing_children(case)
        and child_id not in emergency.to_place
        and child_id not in emergency.cared_for
    )


@reaction
def placement_ends_the_branch(
    _world: World, state: State, _events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """A child in a placement is in care: nobody needs to be found first (CQ2016-4.2-c2)."""
    if not isinstance(state, Case) or not CASE_OPEN.holds(state):
        return
    if EmergencyDuty.SECURE_CARE not in state.emergency.open_duties:
        return
    for child in state.children:
        if state.placement.is_placed(child) and child not in state.emergency.cared_for:
            yield Put(state.id, NoteCareSecured(child_id=child))


def what_keeps_emergency_open(case: Case, linked: Mapping[UUID, Any]) -> tuple[EmergencyDuty, ...]:
    """The duties without which no emergency ends: the search, the township's notice, the care."""
    blocking = [duty for duty in _BLOCKING if duty in case.emergency.open_duties]
    if EmergencyDuty.SECURE_CARE in blocking and not children_without_care(case, linked):
        blocking.remove(EmergencyDuty.SECURE_CARE)
    return tuple(blocking)


def emergency_may_finish(case: Case, linked: Mapping[UUID, Any]) -> bool:
    """Whether the emergency stage is over; ``linked`` are the files of the case's children by id.

    Refuse with ``NO_NAMED_CARER`` where it is not for want of care (SH2020-4.2-d, CQ2016-4.2-c2).
    """
    return not what_keeps_emergency_open(case, linked) and (
        bool(case.children) or not case.emergency.demanded
    )


def children_without_care(case: Case, linked: Mapping[UUID, Any]) -> tuple[UUID, ...]:
    """The children for whom nobody is named and no placement runs."""
    state = case.emergency
    waiting = state.in_want(each_of(case))
    return tuple(
        child
        for child in case.children
        if child in waiting
        and not case.placement.is_placed(child)
        and not (_is_trusted(case, child) and _file_names_a_carer(child, linked))
    )


def _is_trusted(case: Case, child_id: UUID) -> bool:
    """Whether the carers on the child's file are as good as before."""
    return _nothing_but(HARMLESS, case, child_id) and not case.emergency.in_custody_of_law


def _nothing_but(these: frozenset[Finding], case: Case, child_id: UUID) -> bool:
    """Whether no more than this was found of the child; nobody has looked at one who came to the case later:
    of that one, whether no more was found of anybody.
    """
    state = case.emergency
    if any(child == child_id for _, child in state.said_of):
        return state.findings_of(child_id) <= these and not state.dangers_of(child_id)
    return state.findings <= these and not state.dangers


def _with_no_relative(child_id: UUID, linked: Mapping[UUID, Any]) -> bool:
    file = linked.get(child_id)
    return isinstance(file, Child) and file.care.with_no_relative


def _file_names_a_carer(child_id: UUID, linked: Mapping[UUID, Any]) -> bool:
    file = linked.get(child_id)
    return isinstance(file, Child) and file.care.has_named_carer
