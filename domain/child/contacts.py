"""联系 · The director's contacts with the child and those who care for it (SH2024-2.3.7-c, SH2024-2.3.7-d)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from domain.child.cadence import cadence_for, due_after, warn_on
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P2, P3
from domain.terms.visits import VisitContactChannel, VisitContactResult, VisitContactWith

name_fields(
    contact_channel=("联系途径", "Channel of the contact"),
    contact_with=("联系对象", "In contact with"),
    contact_result=("联系是否成功", "Whether the contact came about"),
    visit_notes=("走访联系记录", "Notes of the contact or visit"),
    contacted_on=("联系日期", "Contacted on"),
)

CONTACT_WITH_NOBODY = Refusal(
    "contact_with_nobody",
    zh="已联系上的,须记录联系对象",
    en="A contact that came about was with somebody",
    clauses=("SH2024-2.3.7-c",),
)


class ContactMade(Event[Child], name="child.contact_made", zh="已联系", en="Contact made"):
    """``next_contact_on`` is the due day as it stands after this, also where nothing came about."""

    contact_channel: Annotated[VisitContactChannel, P2]
    contact_with: Annotated[tuple[VisitContactWith, ...], P2] = ()
    contact_result: Annotated[VisitContactResult, P2]
    visit_notes: Annotated[str | None, P3] = None
    contacted_on: Annotated[date, P2]
    next_contact_on: Annotated[date | None, P2] = None
    contact_warn_on: Annotated[date | None, P2] = None

    def evolve(self, state: Child) -> Child:
        if self.contact_result is not VisitContactResult.REACHED:
            return state
        contact = state.visits.contact.done(self.contacted_on, id_of(self), self.next_contact_on)
        return replace(state, visits=replace(state.visits, contact=contact))


class MakeContact(
    Command[Child],
    name="child.make_contact",
    zh="记录联系",
    en="Record a contact",
    when=ON_FILE,
    clauses=(
        "SH2024-2.3.7-c",
        "SH2024-2.3.7-d",
        "CN2017-5.1-aj",
    ),
):
    """A visit to the home is recorded as such; none of the channels here is one."""

    contact_channel: Annotated[VisitContactChannel, P2]
    contact_with: Annotated[tuple[VisitContactWith, ...], P2] = ()
    contact_result: Annotated[VisitContactResult, P2] = VisitContactResult.REACHED
    visit_notes: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        reached = self.contact_result is VisitContactResult.REACHED
        if reached and not self.contact_with:
            raise CONTACT_WITH_NOBODY(field="contactWith")
        on, rhythm = local_date(self.occurred_at), state.visits.contact
        cadence = cadence_for(state, self.rules)
        due = due_after(rhythm, on, cadence.contact) if reached else rhythm.next_on
        yield ContactMade.of(
            self,
            contacted_on=on,
            next_contact_on=due,
            contact_warn_on=warn_on(due, cadence.contact_warn_days, on),
        )
