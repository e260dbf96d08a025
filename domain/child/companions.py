"""社会结对 · Pairings outside school: one to one, volunteers, loving parents, tutors (CQ2016-3.4-f, CQ2024-2.2-k).

Whoever helps is told what the meeting needs, in the words of whoever arranges it, and nothing of the file: how to call
the child, when, where, and what to look out for (A.1 VOL, scenario 4 step 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from domain.child.school_state import Pair
from domain.child.state import ON_FILE, Child
from domain.fields import camel
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P1, P2, P4_ALERT
from domain.terms.school import PAIRED_BY_SCHOOL, PairingKind

name_fields(
    companion_person_id=("结对人员", "Who is paired with the child"),
    called_name=("称呼", "How the child is called"),
    meeting_time=("见面时间", "When they meet"),
    meeting_place=("见面地点", "Where they meet"),
    safety_alert=("安全提示", "What to look out for"),
    companion_unit_id=("结对人员所在单位", "Unit the companion serves in"),
)

WITH_WHOM = ("CQ2016-3.4-f", "CQ2024-2.2-k", "SH2024-2.3.9-b")
COMPANION_UNVETTED = Refusal(
    "companion_not_in_service",
    zh="结对人员须在岗且无从业限制",
    en="Who is paired serves in a unit, checked, and under no ban",
    clauses=("CQ2024-2.4-d", "SH2024-2.5.15-d"),
)
MEETING_UNSAID = Refusal(
    "meeting_not_arranged",
    zh="须写明称呼、时间和地点",
    en="Say how the child is called, when and where they meet",
)
PAIRED_AT_SCHOOL = Refusal(
    "school_pairing_is_schools",
    zh="教师结对、成长导师、互助伙伴由学校办理",
    en="Teachers, mentors and peers are paired by the school",
)
PAIRED_ALREADY = Refusal(
    "companion_paired_already", zh="已与该人员结对", en="This person is paired already"
)
PAIRED_ONE_TO_ONE = Refusal(
    "paired_one_to_one_already",
    zh="该儿童已有“一对一”结对人员",
    en="The child has its one companion already",
    clauses=("SH2024-2.3.9-b",),
)


class PairingStarted(
    Event[Child], name="child.pairing_started", zh="社会结对已开始", en="Pairing started"
):
    pairing_id: Annotated[UUID, P0]
    pairing_kind: Annotated[PairingKind, P2]
    companion_person_id: Annotated[UUID, P2]
    companion_unit_id: Annotated[UUID, P2]
    called_name: Annotated[str, P1]
    meeting_time: Annotated[str, P2]
    meeting_place: Annotated[str, P2]
    safety_alert: Annotated[str | None, P4_ALERT] = None

    def evolve(self, state: Child) -> Child:
        pair = Pair(
            pairing_id=self.pairing_id,
            kind=self.pairing_kind.value,
            person_id=self.companion_person_id,
        )
        school = replace(state.school, pairs=(*state.school.pairs, pair))
        return replace(state, school=school)


class StartPairing(
    Command[Child],
    name="child.start_pairing",
    zh="社会结对",
    en="Start a pairing",
    when=ON_FILE,
    clauses=WITH_WHOM,
):
    """The vetting is that of the companion's own post (D.10): without a post in service there is no pairing."""

    pairing_kind: Annotated[PairingKind, P2]
    companion_person_id: Annotated[UUID, P2]
    called_name: Annotated[str, P1]
    meeting_time: Annotated[str, P2]
    meeting_place: Annotated[str, P2]
    safety_alert: Annotated[str | None, P4_ALERT] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        if self.pairing_kind in PAIRED_BY_SCHOOL:
            raise PAIRED_AT_SCHOOL(field="pairingKind")
        unit = self._unit()
        if any(p.person_id == self.companion_person_id for p in state.school.pairs):
            raise PAIRED_ALREADY(field="companionPersonId")
        if self._one_more_than_one(state):
            cite = self.rules.cite("one_to_one_pairing")
            raise PAIRED_ONE_TO_ONE(cite=cite, field="pairingKind")
        for name in ("called_name", "meeting_time", "meeting_place"):
            if not getattr(self, name).strip():
                raise MEETING_UNSAID(field=camel(name))
        yield PairingStarted.of(self, pairing_id=self.new_id("pairing"), companion_unit_id=unit)

    def _one_more_than_one(self, state: Child) -> bool:
        """“一对一”: another companion comes under a kind of their own, or after the first has left."""
        one_to_one = self.pairing_kind is PairingKind.ONE_TO_ONE
        there = state.school.paired(PairingKind.ONE_TO_ONE.value)
        return one_to_one and bool(there) and self.rules.flag("one_to_one_pairing")

    def _unit(self) -> UUID:
        person = self.companion_person_id
        posts = (p for p in self.directory.posts if p.person_id == person and p.active)
        unit = next((p.unit_id for p in posts if p.unit_id is not None), None)
        if unit is None or self.directory.is_barred(person):
            raise COMPANION_UNVETTED(field="companionPersonId")
        return unit
