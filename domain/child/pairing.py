"""结对帮扶 · A teacher for every left-behind pupil, a growth mentor and a peer for each child (T-23, T-24, Q-18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from domain.child.categories import CategoryDetermined
from domain.child.file import EnrolmentRecorded
from domain.child.school_roll import NOT_ENROLLED
from domain.child.school_state import Pair
from domain.child.schooling import said
from domain.child.state import ON_FILE, Child
from domain.kernel import Command, Event, Refusal, State
from domain.labels import name_fields
from domain.periods import local_date
from domain.reactions import Put, World, reaction
from domain.replacing import replace
from domain.sensitivity import P0, P2, P3_SCHOOL
from domain.terms.school import PairingKind, TeacherRole

name_fields(
    pairing_id=("结对", "Pairing"),
    pairing_kind=("结对类型", "Kind of pairing"),
    pair_by=("结对时限", "Pair by"),
    teacher_person_id=("结对教师", "Paired teacher"),
    teacher_role=("结对教师身份", "Role of the paired teacher"),
    mentor_person_id=("成长导师", "Growth mentor"),
    peer_reference=("互助伙伴", "Peer partner"),
    peer_guardian_consent=("伙伴监护人同意", "The peer's guardian agrees"),
    peer_guardian_name=("同意的监护人", "The guardian who agrees"),
    pairing_ended_because=("终止结对理由", "Why the pairing ends"),
)

NOT_AT_SCHOOL = Refusal(
    "not_at_this_school",
    zh="此人不在该校任职",
    en="This person does not serve at the child's school",
)
MENTOR_IN_PLACE = Refusal(
    "mentor_already_assigned", zh="已有成长导师", en="A growth mentor is assigned already"
)
PEER_IN_PLACE = Refusal(
    "peer_already_assigned", zh="已有互助伙伴", en="A peer partner is assigned already"
)
PEER_CONSENT_MISSING = Refusal(
    "peer_consent_missing",
    zh="须经互助伙伴的监护人同意",
    en="The peer's own guardian must agree",
)
UNKNOWN_PAIRING = Refusal("unknown_pairing", zh="没有此结对", en="There is no such pairing")


class PairingDue(Event[Child], name="child.pairing_due", zh="须结对帮扶", en="Pairing due"):
    pairing_kind: Annotated[PairingKind, P2]
    school_unit_id: Annotated[UUID, P2]
    pair_by: Annotated[date, P2]

    def evolve(self, state: Child) -> Child:
        due = state.school.pairing_due | {self.pairing_kind.value}
        school = replace(state.school, pairing_due=due, pairing_school=self.school_unit_id)
        return replace(state, school=school)


def kinds_owed(command: Command[Any], child: Child) -> Iterator[PairingKind]:
    """What the texts in force owe this child at its school."""
    if child.file.left_behind and command.rules.has("teacher_pairing"):
        yield PairingKind.TEACHER
    if child.file.held:  # 农村留守儿童和困境儿童: each of them (SH2024-2.1.2-a)
        if command.rules.has("growth_mentors_per_child"):
            yield PairingKind.MENTOR
        if command.rules.has("peer_partners_per_child"):
            yield PairingKind.PEER


def due_now(command: Command[Any], child: Child) -> Iterator[PairingDue]:
    """What is owed, not there, and not asked of this school yet."""
    school = child.file.school_unit_id
    if school is None:
        return
    days = timedelta(days=command.rules.days("pairing_days"))
    asked = child.school.pairing_due if child.school.pairing_school == school else frozenset()
    for kind in kinds_owed(command, child):
        if kind.value not in asked and not child.school.paired(kind.value):
            yield PairingDue(
                pairing_kind=kind, school_unit_id=school, pair_by=local_date(command.at) + days
            )


class NotePairingDue(
    Command[Child],
    name="child.note_pairing_due",
    zh="登记须结对",
    en="Note that pairing is due",
    clauses=("SH2020-3.3-b", "CQ2016-3.3-m", "CQ2024-2.6-b", "SH2024-2.1.2-a"),
    by_system=True,
):
    """Put when a child in a category is enrolled, or a pupil comes into a category."""

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        yield from due_now(self, state)


@reaction
def pairing_follows(world: World, state: State, new: tuple[Event[Any], ...]) -> Iterator[Put]:
    """Enrolment or a category makes pairing due."""
    if any(isinstance(e, EnrolmentRecorded | CategoryDetermined) for e in new):
        child = world.child(state.id)
        if child.file.held and child.file.school_unit_id is not None:
            yield Put(child.id, NotePairingDue())


def _paired(state: Child, pair: Pair) -> Child:
    school = state.school
    others = tuple(p for p in school.pairs if p.pairing_id != pair.pairing_id)
    due = school.pairing_due - {pair.kind}
    return replace(state, school=replace(school, pairs=(*others, pair), pairing_due=due))


def _school_of(command: Command[Child], state: Child, person_id: UUID, field: str) -> UUID:
    """The child's school, where this person serves."""
    school = state.file.school_unit_id
    if school is None:
        raise NOT_ENROLLED(cite=command.rules.binding("SH2020-3.3-b", "SH2024-2.1.2-a"))
    posts = command.directory.posts
    if not any(p.person_id == person_id and p.unit_id == school and p.active for p in posts):
        raise NOT_AT_SCHOOL(field=field)
    return school


class TeacherPaired(
    Event[Child], name="child.teacher_paired", zh="教师已结对", en="Teacher paired"
):
    pairing_id: Annotated[UUID, P0]
    pairing_kind: Annotated[PairingKind, P2] = PairingKind.TEACHER
    teacher_person_id: Annotated[UUID, P2]
    teacher_role: Annotated[TeacherRole, P2]
    school_unit_id: Annotated[UUID, P2]

    def evolve(self, state: Child) -> Child:
        pair = Pair(
            pairing_id=self.pairing_id,
            kind=self.pairing_kind.value,
            person_id=self.teacher_person_id,
        )
        return _paired(state, pair)


class PairTeacher(
    Command[Child],
    name="child.pair_teacher",
    zh="教师结对",
    en="Pair a teacher",
    when=ON_FILE,
    clauses=("SH2020-3.3-b", "CQ2016-3.3-m", "CQ2024-2.6-b"),
):
    """School leader, class teacher or subject teacher of the child's own school; several may pair."""

    teacher_person_id: Annotated[UUID, P2]
    teacher_role: Annotated[TeacherRole, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        school = _school_of(self, state, self.teacher_person_id, "teacherPersonId")
        pairs = state.school.paired(PairingKind.TEACHER.value)
        if any(p.person_id == self.teacher_person_id for p in pairs):
            return
        yield TeacherPaired.of(self, pairing_id=self.new_id("pairing"), school_unit_id=school)


class GrowthMentorAssigned(
    Event[Child], name="child.growth_mentor_assigned", zh="成长导师已配备", en="Mentor assigned"
):
    pairing_id: Annotated[UUID, P0]
    pairing_kind: Annotated[PairingKind, P2] = PairingKind.MENTOR
    mentor_person_id: Annotated[UUID, P2]
    school_unit_id: Annotated[UUID, P2]

    def evolve(self, state: Child) -> Child:
        pair = Pair(
            pairing_id=self.pairing_id,
            kind=self.pairing_kind.value,
            person_id=self.mentor_person_id,
        )
        return _paired(state, pair)


class AssignGrowthMentor(
    Command[Child],
    name="child.assign_growth_mentor",
    zh="配备成长导师",
    en="Assign a growth mentor",
    when=ON_FILE,
    clauses=("SH2024-2.1.2-a", "SH2024-2.3.9-b", "CQ2024-2.2-k"),
):
    """一名: exactly one where a text says so."""

    mentor_person_id: Annotated[UUID, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        school = _school_of(self, state, self.mentor_person_id, "mentorPersonId")
        pairs = state.school.paired(PairingKind.MENTOR.value)
        if any(p.person_id == self.mentor_person_id for p in pairs):
            return
        if _full(self, "growth_mentors_per_child", len(pairs)):
            raise MENTOR_IN_PLACE(
                cite=self.rules.cite("growth_mentors_per_child"), field="mentorPersonId"
            )
        yield GrowthMentorAssigned.of(
            self, pairing_id=self.new_id("pairing"), school_unit_id=school
        )


def _full(command: Command[Child], name: str, there: int) -> bool:
    return command.rules.has(name) and there >= command.rules.count(name)


class PeerPartnerAssigned(
    Event[Child], name="child.peer_partner_assigned", zh="互助伙伴已配备", en="Peer assigned"
):
    """The peer is a child without an account: who it is stands here as identity, and nowhere else."""

    pairing_id: Annotated[UUID, P0]
    pairing_kind: Annotated[PairingKind, P2] = PairingKind.PEER
    peer_reference: Annotated[str, P3_SCHOOL]
    peer_guardian_name: Annotated[str, P3_SCHOOL]
    peer_guardian_consent: Annotated[bool, P2]
    school_unit_id: Annotated[UUID, P2]

    def evolve(self, state: Child) -> Child:
        return _paired(state, Pair(pairing_id=self.pairing_id, kind=self.pairing_kind.value))


class AssignPeerPartner(
    Command[Child],
    name="child.assign_peer_partner",
    zh="配备互助伙伴",
    en="Assign a peer partner",
    when=ON_FILE,
    clauses=("SH2024-2.1.2-a", "SH2024-2.3.9-b"),
):
    """Only with the consent of the peer's own guardian: the platform's rule, no text says it."""

    peer_reference: Annotated[str, P3_SCHOOL]
    peer_guardian_name: Annotated[str, P3_SCHOOL]
    peer_guardian_consent: Annotated[bool, P2]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        school = state.file.school_unit_id
        if school is None:
            raise NOT_ENROLLED(cite=self.rules.binding("SH2024-2.1.2-a"))
        said(self.peer_reference, "peerReference")
        if not self.peer_guardian_consent or not self.peer_guardian_name.strip():
            raise PEER_CONSENT_MISSING(field="peerGuardianConsent")
        there = len(state.school.paired(PairingKind.PEER.value))
        if _full(self, "peer_partners_per_child", there):
            raise PEER_IN_PLACE(
                cite=self.rules.cite("peer_partners_per_child"), field="peerReference"
            )
        yield PeerPartnerAssigned.of(self, pairing_id=self.new_id("pairing"), school_unit_id=school)


class PairingEnded(Event[Child], name="child.pairing_ended", zh="结对已终止", en="Pairing ended"):
    pairing_id: Annotated[UUID, P0]
    pairing_kind: Annotated[PairingKind, P2]
    pairing_ended_because: Annotated[str, P3_SCHOOL]

    def evolve(self, state: Child) -> Child:
        kept = tuple(p for p in state.school.pairs if p.pairing_id != self.pairing_id)
        return replace(state, school=replace(state.school, pairs=kept))


class EndPairing(
    Command[Child],
    name="child.end_pairing",
    zh="终止结对",
    en="End a pairing",
    when=ON_FILE,
    clauses=("SH2020-3.3-b", "CQ2016-3.3-m", "SH2024-2.1.2-a"),
):
    """Where the child is left without, pairing is due again in the same breath."""

    pairing_id: Annotated[UUID, P0]
    pairing_ended_because: Annotated[str, P3_SCHOOL]

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        pair = state.school.pair(self.pairing_id)
        if pair is None:
            raise UNKNOWN_PAIRING(field="pairingId")
        said(self.pairing_ended_because, "pairingEndedBecause")
        ended = PairingEnded.of(self, pairing_kind=PairingKind(pair.kind))
        yield ended
        yield from due_now(self, ended.evolve(state))
