"""法律援助 · Lawyers for a child whose rights were infringed, and for the family (CN2017-5.1-t; Q-40)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from domain.child.entitlement_state import LegalAid
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import PRESENT, Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P4, P5_OUTCOME
from domain.terms.entitlements import LegalAidCause, LegalAidKind
from domain.terms.units import UnitKind

name_fields(
    legal_aid_id=("法律援助事项", "Matter of legal aid"),
    legal_aid_cause=("法律援助事由", "Why legal aid is due"),
    legal_aid_facts=("权益受侵害情况", "What happened to the rights"),
    legal_aid_case=("来源个案", "Case it follows from"),
    infringement=("此前已有侵害次数", "How many infringements the case told before"),
    legal_aid_unit_id=("司法行政部门", "Justice department"),
    legal_aid_by=("法律援助时限", "Legal aid by"),
    legal_aid_kind=("法律援助方式", "Kind of legal aid"),
    legal_aid_lawyer=("承办人员", "Lawyer in charge"),
    legal_aid_result=("援助结果", "Result of the aid"),
)

LEGAL_AID_FACTS_MISSING = Refusal(
    "legal_aid_facts_missing", zh="须写明权益受侵害情况", en="Say what happened"
)
UNKNOWN_LEGAL_AID = Refusal(
    "unknown_legal_aid", zh="没有此法律援助事项", en="There is no such matter of legal aid"
)


class LegalAidReferred(
    Event[Child],
    name="child.legal_aid_referred",
    zh="法律援助已转介",
    en="Legal aid referred",
    version=2,
):
    legal_aid_id: Annotated[UUID, P0]
    legal_aid_cause: Annotated[LegalAidCause, P3]
    legal_aid_facts: Annotated[str | None, P4] = None
    legal_aid_case: Annotated[UUID | None, P4] = None
    legal_aid_unit_id: Annotated[UUID | None, P2] = None
    legal_aid_by: Annotated[date, P2]
    infringement: Annotated[int, P5_OUTCOME] = 0

    def evolve(self, state: Child) -> Child:
        matter = LegalAid(
            legal_aid_id=self.legal_aid_id,
            cause=self.legal_aid_cause,
            case_id=self.legal_aid_case,
            infringement=self.infringement,
        )
        waiting = (*state.entitlements.legal_aid, matter)
        return replace(state, entitlements=replace(state.entitlements, legal_aid=waiting))


# At first a second infringement of one case was not told from the first.
says_more("child.legal_aid_referred", 1)


def _referred(command: Command[Child], state: Child, cause: LegalAidCause) -> LegalAidReferred:
    unit = command.directory.owner_for(
        UnitKind.DISTRICT_JUSTICE, state.place, command.divisions, command.rules.on
    )
    days = timedelta(days=command.rules.days("legal_aid_days"))
    return LegalAidReferred.of(
        command,
        legal_aid_id=command.new_id("legal aid"),
        legal_aid_cause=cause,
        legal_aid_unit_id=unit.id if unit else None,
        legal_aid_by=command.rules.on + days,
    )


class ReferToLegalAid(
    Command[Child],
    name="child.refer_to_legal_aid",
    zh="转介法律援助",
    en="Refer to legal aid",
    when=ON_FILE,
    clauses=("CN2017-5.1-t", "CQ2016-4.3-d", "SH2020-4.3-c"),
):
    """By whoever learns that the child's rights were infringed."""

    legal_aid_cause: Annotated[LegalAidCause, P3]
    legal_aid_facts: Annotated[str, P4]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if not self.legal_aid_facts.strip():
            raise LEGAL_AID_FACTS_MISSING(field="legalAidFacts")
        yield _referred(self, state, self.legal_aid_cause)


class NoteRightsInfringed(
    Command[Child],
    name="child.note_rights_infringed",
    zh="提示权益受侵害",
    en="Note that rights were infringed",
    when=PRESENT,
    clauses=("CN2017-5.1-t",),
    by_system=True,
):
    """Put when a case tells of an infringement, where a text gives legal aid; one matter for each infringement.

    Of a child that has died the case goes on, and nobody can give it aid any more.
    """

    legal_aid_case: Annotated[UUID, P4]
    infringement: Annotated[int, P5_OUTCOME] = 0

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.file.died:
            return
        held, this = state.entitlements, (self.legal_aid_case, self.infringement)
        covered = this in held.legal_aid_given or any(m.covers(*this) for m in held.legal_aid)
        if self.rules.cite("legal_aid_days") and not covered:
            yield _referred(self, state, LegalAidCause.RIGHTS_INFRINGED)


class LegalAidProvided(
    Event[Child], name="child.legal_aid_provided", zh="法律援助已提供", en="Legal aid provided"
):
    legal_aid_id: Annotated[UUID | None, P0] = None
    legal_aid_kind: Annotated[LegalAidKind, P3]
    legal_aid_lawyer: Annotated[str | None, P2] = None
    legal_aid_result: Annotated[str | None, P3] = None

    def evolve(self, state: Child) -> Child:
        held = state.entitlements
        waiting = tuple(m for m in held.legal_aid if m.legal_aid_id != self.legal_aid_id)
        given = {
            (m.case_id, m.infringement)
            for m in held.legal_aid
            if m.legal_aid_id == self.legal_aid_id and m.case_id is not None
        }
        held = replace(held, legal_aid=waiting, legal_aid_given=held.legal_aid_given | given)
        return replace(state, entitlements=held)


class ProvideLegalAid(
    Command[Child],
    name="child.provide_legal_aid",
    zh="提供法律援助",
    en="Provide legal aid",
    when=ON_FILE,
    clauses=("CN2017-5.1-t",),
):
    """For a matter that was referred, or at somebody's own request."""

    legal_aid_id: Annotated[UUID | None, P0] = None
    legal_aid_kind: Annotated[LegalAidKind, P3]
    legal_aid_lawyer: Annotated[str | None, P2] = None
    legal_aid_result: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        waiting = {m.legal_aid_id for m in state.entitlements.legal_aid}
        if self.legal_aid_id is not None and self.legal_aid_id not in waiting:
            raise UNKNOWN_LEGAL_AID(field="legalAidId")
        yield LegalAidProvided.of(self)
