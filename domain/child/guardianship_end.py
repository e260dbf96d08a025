"""监护关系终止与恢复 · Whose guardianship is over by law, and whose a court gives back.

No text says so: what ends a guardianship, and when a court restores one, is the Civil Code's. With it whoever the court
had appointed meanwhile is a guardian no longer (民法典 38). Why it is over is told in words that fit every child: an
adoption would be told of wherever a guardian is (民法典 1110).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.guardians import GuardianRecorded, the_guardian
from domain.child.standing import id_of, settled
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3, P5, P5_OUTCOME
from domain.terms.care import PARENTS, GuardianBasis, GuardianshipEnd

name_fields(
    guardianship_end=("监护关系终止依据", "By what the guardianship is over"),
    guardianship_ended_on=("监护关系终止日期", "Guardianship over since"),
)

NOT_REVOKED = Refusal(
    "guardian_not_revoked",
    zh="该监护人的资格未被撤销",
    en="This guardian's qualification is not revoked",
)


class GuardianshipEnded(
    Event[Child], name="child.guardianship_ended", zh="监护关系已终止", en="Guardianship over"
):
    """A guardian no longer: neither among those on file, nor with the rights of one."""

    guardian_id: Annotated[UUID, P0]
    guardianship_end: Annotated[GuardianshipEnd, P3]
    guardianship_ended_on: Annotated[date, P2]
    basis_document: Annotated[str | None, P3] = None

    def evolve(self, state: Child) -> Child:
        """What was found of this guardian says nothing of who looks after the child any more, but that a court removed
        them, which no end undoes."""
        kept = tuple(g for g in state.care.guardians if g.guardian_id != self.guardian_id)
        known = state.care.guardian(self.guardian_id)
        removed = {known.person_id} if known and known.revoked and known.person_id else set()
        care = replace(state.care, guardians=kept, removed=state.care.removed | removed)
        return settled(replace(state, care=care), self)


class EndGuardianship(
    Command[Child],
    name="child.end_guardianship",
    zh="登记监护关系终止",
    en="Record that a guardianship is over",
    when=ON_FILE,
    behind=("guardianship_ended_on",),
):
    """Whom a court has removed stays on file as removed, until this is put or the court gives the guardianship back."""

    guardian_id: Annotated[UUID, P0]
    guardianship_end: Annotated[GuardianshipEnd, P3]
    guardianship_ended_on: Annotated[date, P2]
    basis_document: Annotated[str, P3]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """Of a guardian on file, by a document."""
        the_guardian(state, self.guardian_id)
        yield GuardianshipEnded.of(self)


class GuardianshipRestored(
    Event[Child],
    name="child.guardianship_restored",
    zh="监护人资格已恢复",
    en="Guardian's qualification restored",
):
    """A guardian again. What the court had found is kept as it was told."""

    guardian_id: Annotated[UUID, P5_OUTCOME]
    judgment_reference: Annotated[str, P5]
    judged_on: Annotated[date, P5_OUTCOME]

    def evolve(self, state: Child) -> Child:
        """As able, and as much at home, as what else is on file says."""
        more = {"revoked": False, "restored_event": id_of(self)}
        care = state.care.changed(self.guardian_id, **more)
        return settled(replace(state, care=care), self)


class RestoreGuardianship(
    Command[Child],
    name="child.restore_guardianship",
    zh="登记恢复监护人资格",
    en="Record that a guardian's qualification is restored",
    when=ON_FILE,
    needs=("history",),
    behind=("judged_on",),
):
    """By the court that restored it, or civil affairs on its judgment."""

    guardian_id: Annotated[UUID, P5_OUTCOME]
    judgment_reference: Annotated[str, P5]
    judged_on: Annotated[date, P5_OUTCOME]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """Only what was revoked; whoever the court had appointed is a guardian no longer."""
        if not the_guardian(state, self.guardian_id).revoked:
            raise NOT_REVOKED(field="guardianId")
        yield GuardianshipRestored.of(self)
        for appointed in self._appointed(state):
            yield GuardianshipEnded(
                guardian_id=appointed,
                guardianship_end=GuardianshipEnd.COURT,
                guardianship_ended_on=self.judged_on,
            )

    def _appointed(self, state: Child) -> Iterator[UUID]:
        """Those on file as guardians by order of a court alone, as they were recorded last."""
        last = {
            event.guardian_id: event
            for event in self.history
            if isinstance(event, GuardianRecorded) and id_of(event) not in state.file.disavowed
        }
        for guardian in state.care.guardians:
            said = last.get(guardian.guardian_id)
            by_court = said is not None and said.guardian_basis is GuardianBasis.COURT_ORDER
            if by_court and guardian.relation not in PARENTS:
                yield guardian.guardian_id
