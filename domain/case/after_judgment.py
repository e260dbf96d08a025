"""裁判之后 · What the court decided, on the child's file: nobody enters it twice (SH2020-4.4-g, SH2020-4.4-i)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from domain.case.coming_of_age import LapseRevocation
from domain.case.court import GuardianshipRevoked
from domain.case.new_guardian import GuardianAppointed
from domain.child.guardians import GuardianRecorded
from domain.child.guardianship_end import GuardianshipRestored
from domain.child.standing import settled
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, State
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P1, P2, P5, P5_OUTCOME
from domain.terms.care import GuardianBasis, Kinship
from domain.terms.intervention import RevocationStage


class GuardianRevoked(
    Event[Child],
    name="child.guardian_revoked",
    zh="监护人资格已被撤销",
    en="Guardian's qualification revoked",
):
    """On record, and a guardian no longer: the record itself is kept."""

    guardian_id: Annotated[UUID, P5_OUTCOME]

    def evolve(self, state: Child) -> Child:
        """Neither able nor at home as a guardian."""
        care = state.care.changed(self.guardian_id, revoked=True)
        return settled(replace(state, care=care), self)


class NoteGuardianRevoked(
    Command[Child],
    name="child.note_guardian_revoked",
    zh="登记监护人资格被撤销",
    en="Note that a guardian's qualification is revoked",
    when=ON_FILE,
    by_system=True,
    clauses=("SH2020-4.4-g", "CQ2016-4.4-g", "CN2017-4.4.3-h"),
):
    """Put when the court has revoked it."""

    guardian_id: Annotated[UUID, P5_OUTCOME]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        """Once, of a guardian on file."""
        guardian = state.care.guardian(self.guardian_id)
        if guardian is not None and not guardian.revoked:
            yield GuardianRevoked.of(self)


class NoteGuardianAppointed(
    Command[Child],
    name="child.note_guardian_appointed",
    zh="登记法院指定的监护人",
    en="Note the guardian the court appointed",
    when=ON_FILE,
    by_system=True,
    clauses=("SH2020-4.4-i", "CQ2016-4.4-h", "CN2017-4.4.3-h"),
):
    """Put when the court has appointed somebody who is not on file yet."""

    appointed_name: Annotated[str, P1]
    appointed_relation: Annotated[Kinship, P2]
    appointed_person_id: Annotated[UUID | None, P2] = None
    appointment_reference: Annotated[str, P5]

    def decide(self, _state: Child) -> Iterator[Event[Child]]:
        """A guardian by order of the court."""
        yield GuardianRecorded(
            guardian_id=self.new_id("guardian"),
            relation=self.appointed_relation,
            guardian_basis=GuardianBasis.COURT_ORDER,
            guardian_name=self.appointed_name,
            guardian_person_id=self.appointed_person_id,
            basis_document=self.appointment_reference,
        )


@reaction
def judgment_stands_on_file(
    world: World, _state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The revoked guardian and the appointed one, in the same transaction."""
    for event in events:
        if isinstance(event, GuardianshipRevoked) and ON_FILE.holds(world.child(event.child_id)):
            yield Put(event.child_id, NoteGuardianRevoked(guardian_id=event.guardian_id))
        if isinstance(event, GuardianAppointed) and _is_new(world, event):
            note = NoteGuardianAppointed(
                appointed_name=event.appointed_name,
                appointed_relation=event.appointed_relation,
                appointed_person_id=event.appointed_person_id,
                appointment_reference=event.appointment_reference,
            )
            yield Put(event.child_id, note)


def _is_new(world: World, event: GuardianAppointed) -> bool:
    child = world.child(event.child_id)
    known = event.appointed_guardian_id
    return ON_FILE.holds(child) and (known is None or child.care.guardian(known) is None)


@reaction
def restored_needs_nobody_else(
    world: World, state: State, events: tuple[Event[Any], ...]
) -> Iterator[Put]:
    """The court has given the guardianship back before it appointed anybody: nobody is to be appointed any more."""
    for event in events:
        if isinstance(event, GuardianshipRestored):
            for case in world.cases_of(state.id):
                for one in case.intervention.revocations:
                    revoked = one.stage is RevocationStage.REVOKED
                    if revoked and one.guardian_id == event.guardian_id:
                        lapse = LapseRevocation(
                            revocation_id=one.revocation_id, guardianship_restored=True
                        )
                        yield Put(case.id, lapse)
