"""同意 · Consents: who agreed that which fields are told to whom, for what; withdrawn, it ends for what comes.

The texts ask for the applicant's own will in one place (CN2017-3.2-c). Wider use is the platform's: a child under
fourteen has a guardian's consent (PIPL 31) or a statutory duty behind every passing on, and both are on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.access_state import Consent
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.access import AccessPurpose, ConsentGiver, SharedField

name_fields(
    consent_id=("同意", "Consent"),
    consent_giver=("同意人类别", "Who agrees"),
    consent_giver_name=("同意人", "Name of who agrees"),
    consent_fields=("同意共享的字段", "Fields agreed to"),
    consent_purpose=("同意的目的", "Purpose agreed to"),
    consent_to_unit_id=("同意的接收单位", "Unit agreed to"),
    consent_on=("同意日期", "Agreed on"),
    consent_withdrawn_because=("撤回说明", "Why it is withdrawn"),
)

WILL = ("CN2017-3.2-c", "SH2024-4.3-c")
CONSENT_EMPTY = Refusal(
    "consent_fields_missing", zh="同意须列明字段", en="A consent lists the fields", clauses=WILL
)
CONSENT_BY_NOBODY = Refusal("consent_giver_missing", zh="须写明同意人", en="Say who agrees")
CONSENT_AHEAD = Refusal(
    "consent_in_future", zh="同意日期不能晚于今天", en="Nobody has agreed tomorrow"
)
NO_SUCH_CONSENT = Refusal(
    "unknown_consent", zh="没有此项有效同意", en="There is no such consent, or it was withdrawn"
)


class ConsentRecorded(
    Event[Child], name="child.consent_recorded", zh="已同意", en="Consent recorded"
):
    consent_id: Annotated[UUID, P0]
    consent_giver: Annotated[ConsentGiver, P2]
    consent_giver_name: Annotated[str, P2]
    consent_fields: Annotated[tuple[SharedField, ...], P2]
    consent_purpose: Annotated[AccessPurpose, P2]
    consent_to_unit_id: Annotated[UUID | None, P2] = None
    consent_on: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        given = Consent(
            consent_id=self.consent_id,
            fields=frozenset(self.consent_fields),
            to_unit_id=self.consent_to_unit_id,
        )
        return replace(
            state, access=replace(state.access, consents=(*state.access.consents, given))
        )


class RecordConsent(
    Command[Child],
    name="child.record_consent",
    zh="登记同意",
    en="Record a consent",
    when=ON_FILE,
    clauses=WILL,
):
    """Without a unit it is for whoever has the purpose."""

    consent_giver: Annotated[ConsentGiver, P2]
    consent_giver_name: Annotated[str, P2]
    consent_fields: Annotated[tuple[SharedField, ...], P2]
    consent_purpose: Annotated[AccessPurpose, P2]
    consent_on: Annotated[date, P2]
    consent_to_unit_id: Annotated[UUID | None, P2] = None

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        if not self.consent_fields:
            raise CONSENT_EMPTY(field="consentFields")
        if not self.consent_giver_name.strip():
            raise CONSENT_BY_NOBODY(field="consentGiverName")
        if self.consent_on > local_date(self.at):
            raise CONSENT_AHEAD(field="consentOn")
        yield ConsentRecorded.of(self, consent_id=self.new_id("consent"))


class ConsentWithdrawn(
    Event[Child], name="child.consent_withdrawn", zh="同意已撤回", en="Consent withdrawn"
):
    consent_id: Annotated[UUID, P0]
    consent_withdrawn_because: Annotated[str | None, P2] = None

    def evolve(self, state: Child) -> Child:
        kept = tuple(
            replace(c, withdrawn=True) if c.consent_id == self.consent_id else c
            for c in state.access.consents
        )
        return replace(state, access=replace(state.access, consents=kept))


class WithdrawConsent(
    Command[Child],
    name="child.withdraw_consent",
    zh="撤回同意",
    en="Withdraw a consent",
    when=ON_FILE,
    clauses=WILL,
):
    """No reason is asked for. What was passed on the strength of it is closed with this very fact."""

    consent_id: Annotated[UUID, P0]
    consent_withdrawn_because: Annotated[str | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if state.access.consent(self.consent_id) is None:
            raise NO_SUCH_CONSENT(field="consentId")
        yield ConsentWithdrawn.of(self)
