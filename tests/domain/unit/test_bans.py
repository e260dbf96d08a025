"""Bans: every child-facing post everywhere ends at once, children change hands, the ground stays (scenario 8.6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.child.file import ResponsibleWorkerAssigned
from domain.child.pairing import PairingEnded, TeacherPaired
from domain.child.places import ChildLocationRecorded
from domain.child.state import Child
from domain.child.withdrawal import (
    NO_LONGER_SERVING,
    NotePersonLeft,
    ResponsibleWorkerWithdrawn,
    WithdrawPerson,
)
from domain.directory import Directory, Post
from domain.directory import Unit as Entry
from domain.kernel import Event
from domain.reactions import Put
from domain.terms.places import DivisionId, PlaceKind
from domain.terms.roles import Role
from domain.terms.school import TeacherRole
from domain.terms.units import UnitKind
from domain.unit.bans import (
    AssignmentBarred,
    BarPerson,
    EmploymentBarLifted,
    EmploymentBarRecorded,
    LiftEmploymentBar,
    RecordEmploymentBar,
)
from domain.unit.posts import EndAssignment
from domain.unit.reactions import ban_reaches_every_post
from domain.unit.state import Unit
from domain.unit.suspension import SuspendAssignment
from tests.domain.story import Story
from tests.domain.unit.cast import (
    CHUNGUANG,
    DIRECTORY,
    FENGJIE,
    MR_K,
    OLD_LU,
    OUYING,
    POLICE,
    TOWNSHIP,
    UNITS,
    VILLAGE,
    VILLAGE_THERE,
    XIANGHUA,
    appointed,
    here,
    named,
    post,
    registered,
)
from tests.dsl import an_id, given, told

PROVIDER = an_id("provider in Chongqing")
CHILD = an_id("a child of the village")
STATION = registered(UnitKind.POLICE, XIANGHUA)
BAR = RecordEmploymentBar(
    person_id=MR_K, bar_ground="(2025)刑终12号", barred_until_on=date(2030, 6, 3)
)
RECORDED = EmploymentBarRecorded(bar_id=an_id("bar"), person_id=MR_K, bar_ground="(2025)刑终12号")
LIFT = LiftEmploymentBar(bar_id=an_id("bar"), lifted_because="登记错误")


def test_a_ban_needs_its_ground() -> None:
    empty = RecordEmploymentBar(person_id=MR_K, bar_ground=" ")
    given(STATION).when(here(empty)).then_refused("bar_ground_missing", field="barGround")


def test_a_ban_stands_once() -> None:
    given(STATION, RECORDED).when(here(BAR)).then_refused("bar_already_recorded")


def test_a_ban_may_be_lifted_and_recorded_again() -> None:
    lifted = EmploymentBarLifted(bar_id=an_id("bar"), person_id=MR_K, lifted_because="登记错误")
    given(STATION, RECORDED).when(here(LIFT)).then(lifted)
    given(STATION, RECORDED, lifted).when(here(LIFT)).then_nothing()
    given(STATION).when(here(LIFT)).then_refused("unknown_bar", field="barId")
    assert named(given(STATION, RECORDED, lifted).when(here(BAR)).facts()) == [
        "employment_bar_recorded"
    ]


def test_only_posts_close_to_children_end() -> None:
    history = given(VILLAGE_THERE, appointed(MR_K), appointed(MR_K, Role.VILLAGE_COMMITTEE))
    history.when(here(BarPerson(person_id=MR_K))).then(
        AssignmentBarred(
            assignment_id=an_id(f"post of {MR_K}"), person_id=MR_K, role=Role.CHILD_DIRECTOR
        )
    )


@pytest.fixture
def story() -> Story:
    """Mr K. works with children in a village of Shanghai and for a provider in Chongqing."""
    provider = Entry(
        id=PROVIDER, kind=UnitKind.SOCIAL_WORK_PROVIDER, name="社工", division_id=FENGJIE
    )
    posts = (
        post(MR_K, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG),
        post(MR_K, Role.SOCIAL_WORKER, PROVIDER, OUYING),
        post(OLD_LU, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG),
    )
    told_so = Story(place=XIANGHUA, directory=Directory.of((*UNITS, provider), posts))
    told_so.tell(told(STATION), on=POLICE)
    for unit, there, role in (
        (VILLAGE, VILLAGE_THERE, Role.CHILD_DIRECTOR),
        (PROVIDER, registered(UnitKind.SOCIAL_WORK_PROVIDER, FENGJIE), Role.SOCIAL_WORKER),
    ):
        told_so.tell(told(there), on=unit)
        told_so.tell(told(appointed(MR_K, role)), on=unit)
    told_so.tell(told(appointed(OLD_LU)), on=VILLAGE)
    for fact in (
        ChildLocationRecorded(place_kind=PlaceKind.RESIDENCE, place_division=DivisionId(CHUNGUANG)),
        ResponsibleWorkerAssigned(responsible_person_id=MR_K),
        TeacherPaired(
            pairing_id=an_id("pairing"),
            teacher_person_id=MR_K,
            teacher_role=TeacherRole.CLASS_TEACHER,
            school_unit_id=an_id("school"),
        ),
    ):
        told_so.tell(told(fact), on=CHILD)
    return told_so


def _of(story: Story, kind: type[Event[Any]]) -> list[Any]:
    return [event for _, event in story.told if isinstance(event, kind)]


def test_a_ban_reaches_both_cities_in_the_same_breath(story: Story) -> None:
    story.put(BAR, at="2025-06-03 10:00", on=POLICE)
    assert {e.role for e in _of(story, AssignmentBarred)} == {
        Role.CHILD_DIRECTOR,
        Role.SOCIAL_WORKER,
    }
    for unit in (VILLAGE, PROVIDER):
        state = story.states[unit]
        assert isinstance(state, Unit)
        assert not any(p.active for p in state.posts if p.person_id == MR_K)


def test_his_children_go_to_a_colleague_and_nobody_reads_why(story: Story) -> None:
    story.put(BAR, at="2025-06-03 10:00", on=POLICE)
    assert story.child(CHILD).file.responsible_person == OLD_LU
    assert _of(story, ResponsibleWorkerWithdrawn) == [
        ResponsibleWorkerWithdrawn(withdrawn_person_id=MR_K)
    ]
    (ended,) = _of(story, PairingEnded)
    assert ended.pairing_ended_because == NO_LONGER_SERVING
    on_child = [event for stream, event in story.told if stream == CHILD]
    assert not any("刑终" in str(event) for event in on_child)


def test_thirty_children_are_not_too_many_for_one_ban(story: Story) -> None:
    for n in range(30):
        story.tell(
            told(ResponsibleWorkerAssigned(responsible_person_id=MR_K)), on=an_id(f"child {n}")
        )
    put_so_far = len(story.told)
    story.put(BAR, at="2025-06-03 10:00", on=POLICE)
    withdrawn = [e for _, e in story.told[put_so_far:] if isinstance(e, ResponsibleWorkerWithdrawn)]
    assert len(withdrawn) == 31


END = EndAssignment(assignment_id=an_id(f"post of {MR_K}"), ground="调离")


def test_the_children_of_who_leaves_go_to_a_colleague_as_well(story: Story) -> None:
    """In the same words and by the same clauses as those of who is barred."""
    story.put(END, at="2025-06-03 10:00", on=VILLAGE)
    assert story.child(CHILD).file.responsible_person == OLD_LU
    (withdrawn,) = _of(story, ResponsibleWorkerWithdrawn)
    by = {"SH2020-3.3-b", "SH2020-5.3-f", "SH2024-2.1.2-a", "SH2024-2.3.9-b"}
    assert {*withdrawn.stamp.clauses} == by
    assert set(WithdrawPerson.clauses) == set(NotePersonLeft.clauses)
    assert _of(story, PairingEnded) == [], (
        "what rests on another unit, where they still serve, stays"
    )


def test_who_serves_there_in_another_post_keeps_the_children(story: Story) -> None:
    another = Post(
        assignment_id=an_id("another post"),
        person_id=MR_K,
        role=Role.COMMUNITY_WORKER,
        unit_id=TOWNSHIP,
        division_id=XIANGHUA,
    )
    story.directory = Directory.of(UNITS, (*story.directory.posts, another))
    story.homes[CHILD] = CHUNGUANG
    story.put(END, at="2025-06-03 10:00", on=VILLAGE)
    assert story.child(CHILD).file.responsible_person == MR_K


def test_who_is_suspended_may_come_back_to_the_children(story: Story) -> None:
    suspend = SuspendAssignment(assignment_id=an_id(f"post of {MR_K}"), ground="病假")
    story.put(suspend, at="2025-06-03 10:00", on=VILLAGE)
    assert story.child(CHILD).file.responsible_person == MR_K


def test_without_a_colleague_the_child_waits_for_one() -> None:
    state = ResponsibleWorkerAssigned(responsible_person_id=MR_K)
    withdraw = WithdrawPerson(withdrawn_person_id=MR_K)
    given(state).when(here(withdraw)).then(ResponsibleWorkerWithdrawn(withdrawn_person_id=MR_K))
    after = given(state, ResponsibleWorkerWithdrawn(withdrawn_person_id=MR_K)).state(Child())
    assert after.file.responsible_person is None


def test_somebody_who_never_had_the_child_changes_nothing() -> None:
    given(ResponsibleWorkerAssigned(responsible_person_id=OLD_LU)).when(
        here(WithdrawPerson(withdrawn_person_id=MR_K), directory=DIRECTORY)
    ).then_nothing()


def test_a_ban_reaches_the_posts_in_service_close_to_children_and_no_other() -> None:
    """Whoever has left, somebody else, and a post far from children are not touched; a unit is told once."""

    def held(name: str, unit: str, role: Role, *, active: bool = True, who: Any = MR_K) -> Post:
        return Post(
            assignment_id=an_id(name),
            person_id=who,
            role=role,
            unit_id=an_id(unit),
            division_id=XIANGHUA,
            active=active,
        )

    posts = (
        held("serves", "village", Role.CHILD_DIRECTOR),
        held("serves twice", "village", Role.CLASS_TEACHER),
        held("left", "school", Role.CLASS_TEACHER, active=False),
        held("somebody else", "club", Role.CLASS_TEACHER, who=OLD_LU),
        held("far from children", "office", Role.AUDITOR),
    )
    world = Story(place=XIANGHUA, directory=Directory.of((), posts))
    assert list(ban_reaches_every_post(world, given().state(Unit()), (RECORDED,))) == [
        Put(an_id("village"), BarPerson(person_id=MR_K))
    ]
