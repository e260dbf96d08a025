"""Who is a guardian on file: taken away by a court, given back, over with the childhood or by law (SH2020-4.4-g)."""

from __future__ import annotations

from datetime import date

from domain.case.after_judgment import NoteGuardianRevoked
from domain.child.coming_of_age import NoteComingOfAge
from domain.child.corrections import CorrectEvent
from domain.child.guardianship_end import EndGuardianship, RestoreGuardianship
from domain.terms.care import GuardianshipEnd
from tests.database import Database
from tests.projections import history as told
from tests.projections.town import CLERK, town_on


def test_who_is_a_guardian_is_told_until_a_court_a_birthday_or_the_law_ends_it(
    database: Database,
) -> None:
    with town_on(database) as town:
        history = told.opened(town)
        told.family(history)
        father, mother = history.file().care.guardians

        def standing() -> tuple[bool, bool]:
            row = history.row("guardian", guardian_id=father.guardian_id)
            tokens = town.tokens("child", "child_id", history.child)
            return row["is_revoked"], f"F:{told.FATHER}" in tokens

        assert standing() == (False, True)
        history.on_file(NoteGuardianRevoked(guardian_id=father.guardian_id))
        assert standing() == (True, False)
        restored = RestoreGuardianship(
            guardian_id=father.guardian_id,
            judgment_reference="(2025)渝0236民特3号",
            judged_on=date(2025, 3, 1),
        )
        history.on_file(restored)
        assert standing() == (False, True)
        town.at("2032-05-06 09:00")
        history.on_file(NoteComingOfAge())
        assert standing() == (False, False)
        (opening,) = town.rows(
            "select event_id from read.timeline where name = 'child.file_opened'"
        )
        younger = CorrectEvent(
            target_event_id=opening["event_id"],
            what_was_wrong="出生日期",
            birth_on=date(2015, 5, 6),
        )
        history.on_file(younger, by=CLERK)
        assert standing() == (False, True)
        over = EndGuardianship(
            guardian_id=father.guardian_id,
            guardianship_end=GuardianshipEnd.LAW,
            guardianship_ended_on=date(2025, 3, 1),
            basis_document="登记证",
        )
        history.on_file(over)
        left = town.rows("select guardian_id from read.guardian")
        assert [row["guardian_id"] for row in left] == [mother.guardian_id]
        assert f"F:{told.FATHER}" not in town.tokens("child", "child_id", history.child)
        assert town.rows("select * from read.parked") == []
