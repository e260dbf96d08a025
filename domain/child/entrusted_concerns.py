"""委托照护问题 · The carer lacks ability or neglects: tell the parents, then another carer or help (SH2024-2.2.5-c).

Where the child is in need now, or the parents cannot be reached, the fact offers a protection report: the trigger is
GUARDIAN_NOT_PERFORMING, and the front end files it in one step (D.4, the way out of CONCERN to D.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.care_state import EntrustedCareStatus
from domain.child.entrusted_care import CarerChoice, supervise_by, village_of
from domain.child.guardians import UNKNOWN_GUARDIAN
from domain.child.standing import settled
from domain.child.state import Child
from domain.child.turns import CARE_CONCERN, HAS_CARER, PARENTS_INFORMED
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.risk import RiskFactor
from domain.sensitivity import P0, P2, P3, P4
from domain.terms.care import CareConcern, CareMeans, ParentsAnswer
from domain.terms.reports import Trigger

name_fields(
    care_concern=("照护问题", "Concern about the care"),
    concern_facts=("问题事实", "Facts of the concern"),
    child_in_need_now=("儿童现处于困境", "The child is in need now"),
    inform_due_on=("告知父母期限", "Inform the parents by"),
    concern_outcome_due_on=("处理期限", "Settle the concern by"),
    report_offered=("应提起保护报告", "A protection report is due"),
    report_trigger=("报告情形", "Trigger of the report"),
    informed_guardians=("告知对象", "Who was informed"),
    parents_answer=("父母答复", "The parents' answer"),
    answer_words=("答复内容", "What they said"),
    replaced_because=("更换理由", "Why replaced"),
    help_given=("帮助督促措施", "Help given to the carer"),
)

CONCERN_FACTS_MISSING = Refusal(
    "concern_facts_missing", zh="须写明问题事实", en="Say what was seen"
)
HELP_MISSING = Refusal("help_missing", zh="须写明帮助督促措施", en="Say which help was given")
NOBODY_INFORMED = Refusal(
    "nobody_informed",
    zh="须指明告知的父母或其他监护人",
    en="Say which parent or guardian was told",
)


class EntrustedCareConcernRaised(
    Event[Child],
    name="child.entrusted_care_concern_raised",
    zh="照护问题已发现",
    en="Concern raised",
    actor=P4,
):
    """Who complained is told with what was seen, and to nobody the carer lives with (A.1, ENT)."""

    carer_id: Annotated[UUID | None, P0]
    care_concern: Annotated[CareConcern, P3]
    concern_facts: Annotated[str, P4]
    child_in_need_now: Annotated[bool, P3] = False
    inform_due_on: Annotated[date | None, P2] = None
    concern_outcome_due_on: Annotated[date | None, P2] = None
    village_unit_id: Annotated[UUID | None, P2] = None
    report_offered: Annotated[bool, P3] = False
    report_trigger: Annotated[Trigger | None, P3] = None

    def evolve(self, state: Child) -> Child:
        in_need = state.care.child_in_need or self.child_in_need_now
        care = replace(state.care, entrusted=EntrustedCareStatus.CONCERN, child_in_need=in_need)
        facts = state.facts.opened(RiskFactor.RF_17, self)
        return settled(replace(state, care=care, facts=facts), self)


def concern(
    command: Command[Child], state: Child, kind: CareConcern, facts: str, *, in_need: bool
) -> EntrustedCareConcernRaised:
    """The concern, with the days in which the parents are told and it is settled."""
    on, rules = command.rules.on, command.rules
    return EntrustedCareConcernRaised(
        carer_id=state.care.carer_id,
        care_concern=kind,
        concern_facts=facts,
        child_in_need_now=in_need,
        inform_due_on=on + timedelta(days=rules.days("inform_parents_days")),
        concern_outcome_due_on=on + timedelta(days=rules.days("concern_outcome_days")),
        village_unit_id=village_of(command, state),
        report_offered=in_need,
        report_trigger=Trigger.GUARDIAN_NOT_PERFORMING if in_need else None,
    )


class RaiseEntrustedCareConcern(
    Command[Child],
    name="child.raise_entrusted_care_concern",
    zh="提出照护问题",
    en="Raise a concern about entrusted care",
    when=HAS_CARER,
    clauses=("SH2024-2.2.5-c", "CQ2024-2.1-c", "CQ2016-3.2-i"),
):
    care_concern: Annotated[CareConcern, P3]
    concern_facts: Annotated[str, P4]
    child_in_need_now: Annotated[bool, P3] = False

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.concern_facts.strip():
            raise CONCERN_FACTS_MISSING(field="concernFacts")
        yield concern(
            self, state, self.care_concern, self.concern_facts, in_need=self.child_in_need_now
        )


class ParentsInformedOfCareConcern(
    Event[Child],
    name="child.parents_informed_of_care_concern",
    zh="已就照护问题告知父母",
    en="Parents informed of the concern",
):
    informed_guardians: Annotated[tuple[UUID, ...], P0]
    care_means: Annotated[CareMeans, P2]
    parents_answer: Annotated[ParentsAnswer, P2]
    answer_words: Annotated[str | None, P3] = None
    child_in_need_now: Annotated[bool, P2] = False
    report_offered: Annotated[bool, P2] = False
    report_trigger: Annotated[Trigger | None, P2] = None

    def evolve(self, state: Child) -> Child:
        care = replace(state.care, child_in_need=state.care.child_in_need or self.child_in_need_now)
        if self.parents_answer is ParentsAnswer.UNREACHABLE:
            return replace(state, care=care)
        care = replace(care, entrusted=EntrustedCareStatus.INFORMED)
        return replace(
            state, care=care, facts=state.facts.changed(RiskFactor.RF_17, **self._told(state))
        )

    def _told(self, state: Child) -> dict[str, object]:
        """Since when the parents know (the first time counts), and whether they have answered (R-H8)."""
        found = state.facts.find(RiskFactor.RF_17)
        day = local_date(self.stamp.occurred_at) if self.stamp else None
        first = found.informed_on if found is not None and found.informed_on else day
        decided = {ParentsAnswer.CHOOSE_ANOTHER, ParentsAnswer.KEEP_WITH_HELP}
        return {"informed_on": first, "answered": self.parents_answer in decided}


class InformParentsOfCareConcern(
    Command[Child],
    name="child.inform_parents_of_care_concern",
    zh="就照护问题告知父母",
    en="Inform the parents of the concern",
    when=CARE_CONCERN,
    clauses=("SH2024-2.2.5-c",),
):
    """Parents who cannot be reached are not informed: while the child is in need, a protection report is due."""

    informed_guardians: Annotated[tuple[UUID, ...], P0]
    care_means: Annotated[CareMeans, P2]
    parents_answer: Annotated[ParentsAnswer, P2]
    answer_words: Annotated[str | None, P3] = None
    child_in_need_now: Annotated[bool, P2] = False

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if any(state.care.guardian(one) is None for one in self.informed_guardians):
            raise UNKNOWN_GUARDIAN(field="informedGuardians")
        unreachable = self.parents_answer is ParentsAnswer.UNREACHABLE
        if not self.informed_guardians and not unreachable:
            raise NOBODY_INFORMED(
                cite=self.rules.binding("SH2024-2.2.5-c"), field="informedGuardians"
            )
        in_need = self.child_in_need_now or state.care.child_in_need
        offered = in_need and unreachable
        yield ParentsInformedOfCareConcern.of(
            self,
            report_offered=offered,
            report_trigger=Trigger.GUARDIAN_NOT_PERFORMING if offered else None,
        )


class EntrustedCarerReplaced(
    Event[Child],
    name="child.entrusted_carer_replaced",
    zh="受委托照护人已更换",
    en="Carer replaced",
):
    carer_id: Annotated[UUID | None, P0]
    """The carer who goes; the one who comes is told by the designation that follows."""
    replaced_because: Annotated[str, P3]

    def evolve(self, state: Child) -> Child:
        care = replace(
            state.care,
            entrusted=EntrustedCareStatus.ENDED,
            carer_id=None,
            carer_person_id=None,
            agreement_signed=False,
            child_in_need=False,
        )
        facts = state.facts.closed(RiskFactor.RF_17)
        return settled(replace(state, care=care, facts=facts), self)


class ReplaceEntrustedCarer(
    CarerChoice,
    name="child.replace_entrusted_carer",
    zh="重新选择受委托照护人",
    en="Replace the entrusted carer",
    when=PARENTS_INFORMED,
    clauses=("SH2024-2.2.5-c", "CQ2016-3.1-c"),
):
    """The new carer is checked as the first was, and needs an agreement of their own where one is asked for."""

    replaced_because: Annotated[str, P3] = ""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        new = self.designated(state)
        yield EntrustedCarerReplaced.of(self, carer_id=state.care.carer_id)
        yield new


class EntrustedCarerSupported(
    Event[Child],
    name="child.entrusted_carer_supported",
    zh="已帮助督促照护人",
    en="Carer supported",
):
    carer_id: Annotated[UUID | None, P0]
    help_given: Annotated[str, P3]
    supervision_due_on: Annotated[date | None, P2] = None
    village_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        care = replace(
            state.care,
            entrusted=state.care.unburdened,
            child_in_need=False,
            supervise_by=self.supervision_due_on or state.care.supervise_by,
        )
        facts = state.facts.closed(RiskFactor.RF_17)
        return settled(replace(state, care=care, facts=facts), self)


class SupportEntrustedCarer(
    Command[Child],
    name="child.support_entrusted_carer",
    zh="帮助督促受委托照护人",
    en="Support the entrusted carer",
    when=PARENTS_INFORMED,
    clauses=("SH2024-2.2.5-c", "CQ2024-2.1-c"),
):
    help_given: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.help_given.strip():
            raise HELP_MISSING(field="helpGiven")
        yield EntrustedCarerSupported.of(
            self,
            carer_id=state.care.carer_id,
            supervision_due_on=supervise_by(self),
            village_unit_id=village_of(self, state),
        )
