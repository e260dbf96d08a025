"""建立一人一档 · The one file of a child: opening, who is responsible, which school (SH2020-3.2-g, CQ2016-3.2-k)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.child.file_state import FileStatus
from domain.child.identity import check_birth, clean_id_number, clean_name, id_remarks
from domain.child.places import (
    PLACE_MISSING,
    ChildLocationRecorded,
    assigned,
    known_place,
    same_assignment,
)
from domain.child.state import ON_FILE, SCREENED, Child
from domain.child.turns import ON_LEDGER
from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.replacing import replace
from domain.sensitivity import P1, P1_PLACE, P2, P3, P3_SCHOOL
from domain.terms.file import HukouKind, IdRemark, Sex
from domain.terms.places import AreaType, DivisionId, PlaceKind
from domain.terms.roles import Role
from domain.terms.units import UnitKind

name_fields(
    residence_address=("居住地址", "Address of residence"),
    hukou=("户籍地", "Household registration"),
    hukou_elsewhere=("外省市户籍地", "Hukou in another province"),
    long_term=("事实长期居住地", "Long-term residence in fact"),
    responsible_person_id=("责任人", "Responsible worker"),
    responsible_role=("责任人岗位", "Role of the responsible worker"),
    school_unit_id=("学校", "School"),
    school_name=("学校名称", "Name of the school"),
    assigned_because=("指定理由", "Why assigned"),
    grade=("年级", "Grade"),
    class_name=("班级", "Class"),
    boarding=("寄宿", "Boarding"),
    enrolled_on=("入学日期", "Enrolled on"),
)

NOT_IN_SERVICE = Refusal(
    "worker_not_in_service",
    zh="该人员未在岗,不能指定为责任人",
    en="This person is not in service and cannot be made responsible",
)
DIRECTORS = (Role.CHILD_DIRECTOR, Role.COMMUNITY_WORKER, Role.VILLAGE_COMMITTEE)
"""Who looks after the children of a village, the first that has somebody (SH2020-5.3-f, CN2017-5.1-ai)."""


class ChildFileOpened(Event[Child], name="child.file_opened", zh="已建档", en="Child file opened"):
    child_name: Annotated[str, P1]
    sex: Annotated[Sex, P1]
    birth_on: Annotated[date, P1]
    birth_estimated: Annotated[bool, P1] = False
    id_number: Annotated[str | None, P1] = None
    id_remarks: Annotated[tuple[IdRemark, ...], P1] = ()

    def evolve(self, state: Child) -> Child:
        file = replace(
            state.file,
            status=FileStatus.OPEN,
            birth_on=self.birth_on,
            sex=self.sex,
        )
        return replace(state, file=file)


class ResponsibleWorkerAssigned(
    Event[Child],
    name="child.responsible_worker_assigned",
    zh="责任人已确定",
    en="Responsible worker assigned",
):
    responsible_person_id: Annotated[UUID, P2]
    responsible_role: Annotated[Role | None, P2] = None
    assigned_because: Annotated[str | None, P3] = None

    def evolve(self, state: Child) -> Child:
        return replace(
            state, file=replace(state.file, responsible_person=self.responsible_person_id)
        )


class EnrolmentRecorded(
    Record[Child],
    name="child.enrolment_recorded",
    zh="就学已登记",
    en="Enrolment recorded",
    act="child.record_enrolment",
    does=("登记就学", "Record enrolment"),
    when=ON_FILE,
    clauses=(
        "CQ2016-3.3-b",
        "CQ2016-3.3-c",
        "SH2020-3.2-d",
        "CN2017-5.1-p",
        "CQ2016-3.3-n",
    ),
):
    """``school_unit_id`` None: not enrolled, or at a school outside the platform."""

    school_unit_id: Annotated[UUID | None, P2] = None
    school_name: Annotated[str | None, P2] = None
    grade: Annotated[str | None, P3_SCHOOL] = None
    class_name: Annotated[str | None, P3_SCHOOL] = None
    boarding: Annotated[bool | None, P3_SCHOOL] = None
    enrolled_on: Annotated[date | None, P3_SCHOOL] = None

    def evolve(self, state: Child) -> Child:
        enrolled = self.school_unit_id is not None or bool(self.school_name)
        return replace(
            state,
            file=replace(state.file, school_unit_id=self.school_unit_id),
            school=state.school.told_enrolled(
                enrolled=enrolled, moved=self.school_unit_id != state.file.school_unit_id
            ),
        )


class FileOpening(Command[Child]):
    """What opens a file: the identity, the places, who is responsible, the school."""

    child_name: Annotated[str, P1]
    sex: Annotated[Sex, P1]
    birth_on: Annotated[date, P1]
    birth_estimated: Annotated[bool, P1] = False
    id_number: Annotated[str | None, P1] = None
    residence: Annotated[DivisionId | None, P2] = None
    residence_address: Annotated[str | None, P1_PLACE] = None
    area_type: Annotated[AreaType | None, P2] = None
    hukou: Annotated[DivisionId | None, P2] = None
    hukou_elsewhere: Annotated[str | None, P1] = None
    hukou_kind: Annotated[HukouKind | None, P2] = None
    long_term: Annotated[DivisionId | None, P2] = None
    responsible_person_id: Annotated[UUID | None, P2] = None
    school_unit_id: Annotated[UUID | None, P2] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        for name in ("residence", "hukou", "long_term"):
            known_place(self, getattr(self, name), "longTerm" if name == "long_term" else name)
        if not (self.residence or self.hukou or self.long_term or state.file.places):
            raise PLACE_MISSING(field="residence")
        check_birth(self.birth_on, self.rules)
        number = clean_id_number(self.id_number)
        yield ChildFileOpened.of(
            self,
            child_name=clean_name(self.child_name),
            id_number=number,
            id_remarks=id_remarks(number, self.birth_on, self.sex),
        )
        yield from self._places(state)
        if worker := self._worker(state):
            yield worker
        if self.school_unit_id is not None:
            yield EnrolmentRecorded.of(self)

    def _places(self, state: Child) -> Iterator[Event[Child]]:
        """Every place that is told, and the one owner that follows from them."""
        after = state
        for told in self._told_places():
            yield told
            after = told.evolve(after)
        new = assigned(self, after.file)
        if new is not None and not same_assignment(state.file, new):
            yield new

    def _told_places(self) -> Iterator[ChildLocationRecorded]:
        if self.residence is not None:
            yield ChildLocationRecorded(
                place_kind=PlaceKind.RESIDENCE,
                place_division=self.residence,
                place_address=self.residence_address,
                area_type=self.area_type,
            )
        if self.long_term is not None:
            yield ChildLocationRecorded(
                place_kind=PlaceKind.LONG_TERM_FACT,
                place_division=self.long_term,
                area_type=None if self.residence else self.area_type,
            )
        if self.hukou is not None or self.hukou_elsewhere:
            yield ChildLocationRecorded(
                place_kind=PlaceKind.HUKOU,
                place_division=self.hukou,
                place_elsewhere=self.hukou_elsewhere,
                hukou_kind=self.hukou_kind,
            )

    def _worker(self, state: Child) -> ResponsibleWorkerAssigned | None:
        """The worker named, or the village's own; none is a gap that is shown, never a refusal."""
        if self.responsible_person_id is not None:
            role = role_in_service(self, self.responsible_person_id)
            return ResponsibleWorkerAssigned.of(self, responsible_role=role)
        where = self.residence or self.long_term or state.file.residence or self.hukou
        return worker_of_village(self, where)


class OpenChildFile(
    FileOpening,
    name="child.open_child_file",
    zh="建立档案",
    en="Open a child's file",
    opens=True,
    place_field="residence",
    clauses=(
        "SH2020-3.2-g",
        "CQ2016-3.2-k",
        "CN2017-5.1-af",
        "CQ2024-3.1-b",
        "SH2024-2.3.7-a",
        "SH2020-2.2-d",
        "CQ2016-2.2-c",
        "CN2017-2-g",
    ),
):
    """One child, one file. Categories are determined afterwards, when guardians and absences are on file."""


class OpenScreenedFile(
    FileOpening,
    name="child.open_screened_file",
    zh="为已排查儿童建档",
    en="Open the file of a screened child",
    when=SCREENED,
    clauses=OpenChildFile.clauses,
):
    """As opening a file, for a child that has been screened: what was found stays in the same file."""


def worker_of_village(
    command: Command[Child], where: str | None
) -> ResponsibleWorkerAssigned | None:
    """The worker whom the village there has named; None where it has none."""
    village = command.directory.unit_for(
        UnitKind.VILLAGE_COMMITTEE, where, command.divisions, command.rules.on
    )
    found = command.directory.named_for(village.id, DIRECTORS) if village else None
    if found is None:
        return None
    return ResponsibleWorkerAssigned(
        responsible_person_id=found, responsible_role=role_in_service(command, found)
    )


def role_in_service(command: Command[Child], person_id: UUID) -> Role | None:
    """The role in which somebody serves; refuses somebody who does not."""
    posts = [p for p in command.directory.posts if p.person_id == person_id and p.active]
    if not posts:
        raise NOT_IN_SERVICE(
            cite=command.rules.binding("CQ2016-6.2-f", "CN2017-5.1-ai"), field="responsiblePersonId"
        )
    named = next((p.role for p in posts if p.role in set(DIRECTORS)), posts[0].role)
    return next((role for role in Role if role == named), None)


class AssignResponsibleWorker(
    Command[Child],
    name="child.assign_responsible_worker",
    zh="确定或变更责任人",
    en="Assign or change the responsible worker",
    when=ON_LEDGER,
    clauses=("CQ2016-6.2-f", "SH2020-5.3-f", "CN2017-5.1-ai"),
):
    """Somebody who is not in service, or not yet checked, cannot be given children."""

    responsible_person_id: Annotated[UUID, P2]
    assigned_because: Annotated[str | None, P3] = None

    def decide(self, state: Child) -> Iterator[Event[Child]]:
        role = role_in_service(self, self.responsible_person_id)
        if state.file.responsible_person != self.responsible_person_id:
            yield ResponsibleWorkerAssigned.of(self, responsible_role=role)
