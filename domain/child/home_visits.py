"""入户走访 · Visits to the home, with the checks the texts ask for there (SH2024-2.3.7-c, CQ2024-2.4-f, CQ2024-2.6-m).

A phone call cannot be saved as one: a home visit says who was there, whether the child was seen, and what was looked
for. Somebody met only at the closed door is a contact that did not come about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.cadence import cadence_for, due_after, warn_on
from domain.child.entrusted_care import village_of
from domain.child.home_hazards import HomeHazardFound
from domain.child.standing import id_of
from domain.child.state import ON_FILE, Child
from domain.codec import says_more
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P4_INJURY
from domain.terms.visits import HomeHazardKind, InfringementSign, VisitPresent

name_fields(
    visit_present=("在场人员", "Who was present"),
    child_seen=("是否见到儿童", "Child seen"),
    signs_checked=("已排查的侵害迹象", "Signs of infringement looked for"),
    signs_seen=("发现的侵害迹象", "Signs of infringement seen"),
    hazards_checked=("已检查的居家隐患", "Home hazards looked for"),
    hazards_seen=("发现的居家隐患", "Home hazards seen"),
    visited_on=("走访日期", "Visited on"),
    counts_as_contact=("计作联系", "Counts as a contact"),
)

NOBODY_MET = Refusal(
    "home_visit_met_nobody",
    zh="入户走访须见到儿童或在场人员;未见到任何人的,记录为未联系上的联系",
    en="A home visit meets the child or somebody at home; else record a contact not reached",
    clauses=("SH2024-2.3.7-c",),
)
SIGNS_UNCHECKED = Refusal(
    "infringement_signs_unchecked",
    zh="见到儿童的,须逐项排查疑似侵害迹象",
    en="Where the child was seen, every sign of infringement is looked for",
    clauses=("CQ2024-2.4-f",),
)
HAZARDS_UNCHECKED = Refusal(
    "home_hazards_unchecked",
    zh="须逐项检查居家安全隐患",
    en="Every kind of home hazard is looked for",
    clauses=("CQ2024-2.6-m",),
)
SEEN_UNCHECKED = Refusal(
    "seen_but_unchecked", zh="发现的事项须在检查之列", en="What was seen must have been looked for"
)
CHECKED_HAZARDS = frozenset(HomeHazardKind) - {HomeHazardKind.OTHER}
"""触电、烫伤、跌落 and water; 等 is open and cannot be looked for one by one."""


class HomeVisitMade(
    Event[Child],
    name="child.home_visit_made",
    zh="已入户走访",
    en="Home visit made",
    version=2,
):
    """Where the child is in entrusted care and the visit did not supervise it yet, that is due with the visit."""

    visit_present: Annotated[tuple[VisitPresent, ...], P2] = ()
    child_seen: Annotated[bool, P2]
    signs_checked: Annotated[tuple[InfringementSign, ...], P2] = ()
    signs_seen: Annotated[tuple[InfringementSign, ...], P4_INJURY] = ()
    hazards_checked: Annotated[tuple[HomeHazardKind, ...], P2] = ()
    hazards_seen: Annotated[tuple[HomeHazardKind, ...], P3] = ()
    visit_notes: Annotated[str | None, P3] = None
    visited_on: Annotated[date, P2]
    counts_as_contact: Annotated[bool, P0] = False
    next_home_visit_on: Annotated[date | None, P2] = None
    home_visit_warn_on: Annotated[date | None, P2] = None
    next_contact_on: Annotated[date | None, P2] = None
    contact_warn_on: Annotated[date | None, P2] = None
    supervision_due_on: Annotated[date | None, P2] = None
    village_unit_id: Annotated[UUID | None, P2] = None

    def evolve(self, state: Child) -> Child:
        visits, event = state.visits, id_of(self)
        home = visits.home_visit.done(self.visited_on, event, self.next_home_visit_on)
        contact = visits.contact
        if self.counts_as_contact:
            contact = contact.done(self.visited_on, event, self.next_contact_on)
        by = self.supervision_due_on or state.care.supervise_by
        return replace(
            state,
            visits=replace(visits, home_visit=home, contact=contact),
            care=replace(state.care, supervise_by=by),
        )


# At first a home visit asked nothing of entrusted care.
says_more("child.home_visit_made", 1)


class MakeHomeVisit(
    Command[Child],
    name="child.make_home_visit",
    zh="记录入户走访",
    en="Record a home visit",
    when=ON_FILE,
    clauses=(
        "SH2024-2.3.7-c",
        "SH2024-2.3.7-d",
        "SH2020-3.2-c",
        "CQ2016-3.2-e",
        "CQ2024-2.4-f",
        "CQ2024-2.6-m",
        "CQ2024-4-f",
        "CN2017-5.1-aj",
    ),
):
    """By director, committee, community worker or township."""

    visit_present: Annotated[tuple[VisitPresent, ...], P2] = ()
    child_seen: Annotated[bool, P2]
    signs_checked: Annotated[tuple[InfringementSign, ...], P2] = ()
    signs_seen: Annotated[tuple[InfringementSign, ...], P4_INJURY] = ()
    hazards_checked: Annotated[tuple[HomeHazardKind, ...], P2] = ()
    hazards_seen: Annotated[tuple[HomeHazardKind, ...], P3] = ()
    visit_notes: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        self._check()
        on, visits = local_date(self.occurred_at), state.visits
        cadence = cadence_for(state, self.rules)
        counts = self.rules.flag("home_visit_counts_as_contact") and self._met_family()
        home = due_after(visits.home_visit, on, cadence.home_visit)
        contact = visits.next_contact_on
        if counts:
            contact = due_after(visits.contact, on, cadence.contact)
        supervise = self._supervise_by(state, on)
        yield HomeVisitMade.of(
            self,
            supervision_due_on=supervise,
            village_unit_id=village_of(self, state) if supervise else None,
            visited_on=on,
            counts_as_contact=counts,
            next_home_visit_on=home,
            home_visit_warn_on=warn_on(home, cadence.home_visit_warn_days, on),
            next_contact_on=contact,
            contact_warn_on=warn_on(contact, cadence.contact_warn_days, on),
        )
        known = {h.kind for h in visits.hazards}
        for kind in dict.fromkeys(self.hazards_seen):
            if kind not in known:
                hazard_id = self.new_id(f"hazard/{kind}")
                yield HomeHazardFound(hazard_id=hazard_id, hazard_kind=kind)

    def _supervise_by(self, state: Child, on: date) -> date | None:
        """Every home visit supervises entrusted care too (E.2); None where it was, or is due sooner anyway."""
        care, today = state.care, local_date(self.at)
        asked = care.has_carer and self.rules.flag("entrust_supervision_each_home_visit")
        done = care.supervised_on is not None and care.supervised_on >= on
        sooner = care.supervise_by is None or care.supervise_by <= today
        return today if asked and not done and not sooner else None

    def _met_family(self) -> bool:
        """A contact is with the child or with who cares for it (C.4): somebody else at home is neither."""
        return self.child_seen or any(p is not VisitPresent.OTHER_ADULT for p in self.visit_present)

    def _check(self) -> None:
        """Somebody was met, and everything was looked for: signs on the child only where it was seen."""
        if not self.child_seen and not self.visit_present:
            raise NOBODY_MET(field="visitPresent")
        if self.child_seen and not set(self.signs_checked) >= set(InfringementSign):
            raise SIGNS_UNCHECKED(field="signsChecked")
        if not set(self.hazards_checked) >= CHECKED_HAZARDS:
            raise HAZARDS_UNCHECKED(field="hazardsChecked")
        if not set(self.signs_seen) <= set(self.signs_checked):
            raise SEEN_UNCHECKED(field="signsSeen")
        if not set(self.hazards_seen) <= {*self.hazards_checked, HomeHazardKind.OTHER}:
            raise SEEN_UNCHECKED(field="hazardsSeen")
