"""Who counsels a child goes on seeing it while the concern is open, and no longer (CQ2024-2.2-e)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.child.concerns import CloseConcern, RecordMentalHealthConcern
from domain.child.corrections import DisavowEvent
from domain.child.counselling import RecordCounsellingSession
from domain.child.file import EnrolmentRecorded
from domain.child.state import Child
from domain.context import Actor
from domain.terms.roles import Role
from domain.terms.school import SessionKind
from domain.terms.visits import ConcernSource, MindConcern
from tests.database import Database
from tests.dsl import an_id, local
from tests.projections.town import SUPERVISOR, TEACHER, Town, filed, town_on

HEART = Actor(person_id=an_id("counsellor"), role=Role.SCHOOL_COUNSELLOR.value)
CONCERN = RecordMentalHealthConcern(
    mind_concern=MindConcern.LOW_MOOD,
    concern_source=ConcernSource.TEACHER,
    concern_note="情绪低落",
)
SESSION = RecordCounsellingSession(
    session_on=local("2025-03-03").date(),
    session_kind=SessionKind.INDIVIDUAL,
    session_content="谈及对父母的思念",
)


def closed(town: Town, child: UUID) -> CloseConcern:
    """The one concern there is."""
    state = town.platform.casebook.state(Child, child)
    assert isinstance(state, Child)
    (concern,) = state.visits.concerns
    return CloseConcern(concern_id=concern.concern_id, closed_because="情绪平稳")


def counselled(town: Town, child: UUID) -> bool:
    """Whether the counsellor sees the child for having counselled it."""
    return f"U:{HEART.person_id}" in town.tokens("child", "child_id", child)


def test_whoever_counsels_goes_on_until_nothing_is_left_to_counsel(database: Database) -> None:
    with town_on(database) as town:
        child = filed(town.at("2025-03-03 09:00"))
        town.do(SESSION, child, HEART)
        assert not counselled(town, child), "nobody was worried"
        town.do(CONCERN, child, TEACHER)
        town.do(SESSION, child, HEART)
        assert counselled(town, child)
        town.do(closed(town, child), child, TEACHER)
        assert not counselled(town, child)
        # A session that was another child's opens nothing; a second one stands for itself.
        town.do(CONCERN, child, TEACHER)
        first, second = (town.do(SESSION, child, HEART) for _ in range(2))
        for done, still in ((first, True), (second, False)):
            undo = DisavowEvent(target_event_id=done.event_ids[0], disavowal_reason="记错儿童")
            town.do(undo, child, SUPERVISOR)
            assert counselled(town, child) is still
        # At another school it is another's pupil.
        town.do(SESSION, child, HEART)
        assert counselled(town, child)
        enrol: Any = EnrolmentRecorded.Command
        town.do(enrol(school_unit_id=an_id("another school")), child, TEACHER)
        assert not counselled(town, child)
