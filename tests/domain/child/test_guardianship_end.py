"""Guardianships that are over by law, and those a court gives back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.case.after_judgment import GuardianRevoked, NoteGuardianAppointed, NoteGuardianRevoked
from domain.child.corrections import DisavowEvent
from domain.child.guardians import GuardianRecorded, RecordGuardian
from domain.child.guardianship_end import (
    EndGuardianship,
    GuardianshipEnded,
    GuardianshipRestored,
    RestoreGuardianship,
)
from domain.child.state import Child
from domain.kernel import Event
from domain.replacing import replace
from domain.terms.care import GuardianBasis, GuardianshipEnd, Kinship
from tests.domain.child.family import CHILD, cq, parent, told_by
from tests.domain.child.test_entrusted_care import name as entrusted
from tests.domain.child.two_parents import FATHER, LATER, TWO
from tests.dsl import an_id, given

REVOKED = cq(NoteGuardianRevoked(guardian_id=FATHER), LATER)
GRANDFATHER = cq(
    NoteGuardianAppointed(
        appointed_name="祖父",
        appointed_relation=Kinship.PATERNAL_GRANDFATHER,
        appointment_reference="(2025)渝0236民特1号",
    ),
    LATER,
)
SINCE = "2026-04-01 09:00"
RESTORED = RestoreGuardianship(
    guardian_id=FATHER, judgment_reference="(2026)渝0236民特3号", judged_on=date(2026, 3, 30)
)
TAKEN_AWAY = told_by(*TWO, REVOKED, GRANDFATHER)


def ended(guardian_id: UUID, **more: Any) -> EndGuardianship:
    """By law, with a document."""
    usual: dict[str, Any] = {
        "guardianship_end": GuardianshipEnd.LAW,
        "guardianship_ended_on": date(2025, 3, 10),
        "basis_document": "收养登记证",
    }
    return EndGuardianship(guardian_id=guardian_id, **usual | more)


def appointed(facts: tuple[Event[Any], ...]) -> UUID:
    """The guardian whom the court appointed."""
    (found,) = [
        e.guardian_id
        for e in facts
        if isinstance(e, GuardianRecorded) and e.guardian_basis is GuardianBasis.COURT_ORDER
    ]
    return found


def on_file(facts: tuple[Event[Any], ...]) -> Child:
    """The file as they tell it."""
    state: Child = given(*facts).state(Child(id=CHILD))
    return state


def test_who_comes_in_a_parents_place_is_recorded_once_the_guardianship_is_over() -> None:
    again = parent(Kinship.FATHER)
    given(*told_by(*TWO)).when(cq(again, LATER)).then_refused("parent_already_on_file")
    over = told_by(*TWO, cq(ended(FATHER), LATER))
    assert FATHER not in {g.guardian_id for g in on_file(over).care.guardians}
    new = told_by(*TWO, cq(ended(FATHER), LATER), cq(again, LATER))
    father = next(g for g in on_file(new).care.parents if g.relation == Kinship.FATHER)
    assert father.guardian_id != FATHER
    assert not father.unable
    given(*over).when(cq(ended(FATHER), LATER)).then_refused("unknown_guardian")


def test_a_guardianship_is_not_over_before_its_day() -> None:
    later = ended(FATHER, guardianship_ended_on=date(2025, 3, 11))
    given(*told_by(*TWO)).when(cq(later, LATER)).then_refused("day_in_future")


def test_an_end_that_was_none_is_undone_by_recording_the_guardian_again() -> None:
    facts = told_by(*TWO, cq(ended(FATHER), LATER))
    event = next(e for e in facts if isinstance(e, GuardianshipEnded))
    undo = DisavowEvent(target_event_id=event.told.event_id, disavowal_reason="登错儿童")
    given(*facts).when(cq(undo, LATER)).then_refused("guardianship_end_not_disavowed")


def test_a_court_gives_back_what_it_took_and_whom_it_appointed_is_a_guardian_no_longer() -> None:
    facts = given(*TAKEN_AWAY).when(cq(RESTORED, SINCE)).facts()
    restored, over = facts
    assert isinstance(restored, GuardianshipRestored)
    assert over == GuardianshipEnded(
        guardian_id=appointed(TAKEN_AWAY),
        guardianship_end=GuardianshipEnd.COURT,
        guardianship_ended_on=date(2026, 3, 30),
    )
    care = on_file((*TAKEN_AWAY, *facts)).care
    father = care.guardian(FATHER)
    assert father is not None
    assert not father.revoked
    assert appointed(TAKEN_AWAY) not in {g.guardian_id for g in care.guardians}


def test_only_what_was_revoked_is_restored() -> None:
    given(*told_by(*TWO)).when(cq(RESTORED, SINCE)).then_refused("guardian_not_revoked")


def test_a_restoration_that_was_none_leaves_the_guardian_removed() -> None:
    facts = told_by(*TWO, REVOKED, cq(RESTORED, SINCE))
    event = next(e for e in facts if isinstance(e, GuardianshipRestored))
    undo = DisavowEvent(target_event_id=event.told.event_id, disavowal_reason="登错儿童")
    undone = given(*facts).when(cq(undo, SINCE)).facts()
    father = on_file((*facts, *undone)).care.guardian(FATHER)
    assert father is not None
    assert father.revoked


def test_an_end_does_not_undo_that_a_court_has_removed_the_guardian() -> None:
    """Else the removed father would be the father again, or the carer, by being ended first (SH2020-4.4-g)."""
    account = an_id("the father's account")
    known = replace(parent(Kinship.FATHER), guardian_id=FATHER, guardian_person_id=account)
    over = cq(ended(FATHER), LATER)
    gone = told_by(*TWO, cq(known, LATER), REVOKED, over)
    asked, again = given(*gone), replace(known, guardian_id=None)
    asked.when(cq(again, LATER)).then_refused("guardian_stays_revoked", field="guardianPersonId")
    asked.when(cq(entrusted(carer_person_id=account), LATER)).then_refused("carer_was_revoked")
    by_court = replace(again, guardian_basis=GuardianBasis.COURT_ORDER, basis_document="裁判文书")
    facts = given(*gone).when(cq(by_court, LATER)).facts()
    assert not on_file((*gone, *facts)).care.revoked
    given(*told_by(*TWO, cq(known, LATER), over)).when(cq(again, LATER)).facts()


def test_no_new_basis_makes_a_guardian_of_whom_a_court_has_removed() -> None:
    """What else is known of such a guardian is kept up all the same."""
    facts = told_by(*TWO, REVOKED)
    assert any(isinstance(e, GuardianRevoked) for e in facts)
    known = RecordGuardian(
        guardian_id=FATHER,
        relation=Kinship.FATHER,
        guardian_name="父",
        guardian_phone="13900000000",
    )
    given(*facts).when(cq(known, LATER)).facts()
    again = RecordGuardian(
        guardian_id=FATHER,
        relation=Kinship.FATHER,
        guardian_name="父",
        guardian_basis=GuardianBasis.COURT_ORDER,
    )
    refused = given(*facts).when(cq(again, LATER))
    refused.then_refused("guardian_stays_revoked", field="guardianBasis")
