"""培训、资格、考核 · Training by city and by district, every year, of every director; qualification; appraisal.

Both levels owe the training (T-16, SH2024-2.5.15-e). A level's duty is met when every director in its territory has
been trained by it in the year; whoever is missing is named, to the unit that trains. A director who comes later in the
year is one of all of them: the duty that was met is open again until the new one is trained too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

from domain.kernel import Command, Event, Record, Refusal
from domain.labels import name_fields
from domain.periods import local_date
from domain.replacing import replace
from domain.sensitivity import P0, P2
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import Appraisal, Qualification, Trainees, TrainingLevel
from domain.unit.obligation_state import Obligation
from domain.unit.obligations import fulfilled, reopened
from domain.unit.state import Unit

name_fields(
    training_id=("培训", "Training"),
    training_level=("培训层级", "Level of the training"),
    trainees=("培训对象", "Who was trained"),
    training_topic=("培训主题", "Topic of the training"),
    training_hours=("培训学时", "Hours"),
    trained_person_ids=("参训人员", "People trained"),
    trained_count=("参训人数", "How many were trained"),
    untrained_person_ids=("尚未参训的儿童主任", "Directors not yet trained"),
    trained_person_id=("须参训人员", "Who is to be trained"),
    qualification=("职业资格", "Qualification"),
    passed_on=("取得日期", "Passed on"),
    appraisal=("考核结果", "Result of the appraisal"),
    appraisal_year=("考核年度", "Year of the appraisal"),
)

LEVEL_OF = {
    UnitKind.CITY_CIVIL_AFFAIRS: TrainingLevel.CITY,
    UnitKind.DISTRICT_CIVIL_AFFAIRS: TrainingLevel.DISTRICT,
}
LEVEL_NOT_OWN = Refusal(
    "training_level_not_own",
    zh="市级、区县级儿童主任培训由市、区两级民政部门组织",
    en="Directors are trained at city and district level by civil affairs of that level",
    clauses=("SH2024-2.5.15-e",),
)
NOBODY_TRAINED = Refusal(
    "nobody_trained", zh="须登记参训人员或人数", en="Say who was trained, or how many"
)


class TrainingRecorded(
    Event[Unit], name="unit.training_recorded", zh="培训已开展", en="Training recorded"
):
    """The training file of everybody named (SH2024-2.5.15-c)."""

    training_id: Annotated[UUID, P0]
    training_level: Annotated[TrainingLevel, P0]
    trainees: Annotated[Trainees, P0]
    training_topic: Annotated[str, P2]
    training_hours: Annotated[int, P0]
    trained_count: Annotated[int, P0]
    trained_person_ids: Annotated[tuple[UUID, ...], P2] = ()
    untrained_person_ids: Annotated[tuple[UUID, ...], P2] = ()

    def evolve(self, state: Unit) -> Unit:
        if self.trainees is not Trainees.DIRECTORS or self.stamp is None:
            return state
        year = local_date(self.stamp.occurred_at).year
        held = {(year, self.training_level.value, who) for who in self.trained_person_ids}
        trained = state.workforce.trained | held
        return replace(state, workforce=replace(state.workforce, trained=trained))


def trained(state: Unit, year: int, level: TrainingLevel) -> set[UUID]:
    """The directors whom this level has trained in the year."""
    return {who for y, at, who in state.workforce.trained if (y, at) == (year, level.value)}


def untrained(command: Command[Unit], state: Unit, known: set[UUID]) -> tuple[UUID, ...]:
    """The directors who serve in the territory and are not among the trained."""
    directors = {
        post.person_id
        for post in command.directory.posts
        if post.active
        and post.role == Role.CHILD_DIRECTOR
        and post.division_id is not None
        and state.division_id in command.divisions.path(post.division_id, command.rules.on)
    }
    return tuple(sorted(directors - known, key=str))


def met_by_now(command: Command[Unit], state: Unit, owed: Obligation) -> bool:
    """Whether all who serve at the end of the year were trained in it: whoever has left need not be."""
    level = next((one for one in TrainingLevel if owed.code == training_duty(one)), None)
    if level is None:
        return False
    known = trained(state, owed.from_on.year, level)
    return bool(known) and not untrained(command, state, known)


def training_duty(level: TrainingLevel) -> str:
    """The yearly duty of this level."""
    return f"DIRECTOR_TRAINING_{level.value}"


class RecordTraining(
    Command[Unit],
    name="unit.record_training",
    zh="登记培训",
    en="Record a training",
    clauses=(
        "SH2024-2.5.15-c",
        "SH2024-2.5.15-e",
        "SH2024-2.5.16-b",
        "SH2024-4.3-b",
        "CQ2016-3.3-i",
        "CN2017-5.1-o",
    ),
):
    training_level: Annotated[TrainingLevel, P0]
    trainees: Annotated[Trainees, P0]
    training_topic: Annotated[str, P2]
    training_hours: Annotated[int, P0]
    trained_person_ids: Annotated[tuple[UUID, ...], P2] = ()
    trained_count: Annotated[int | None, P0] = None

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        count = self.trained_count or len(set(self.trained_person_ids))
        if count == 0:
            raise NOBODY_TRAINED(field="trainedPersonIds")
        owed = self.trainees is Trainees.DIRECTORS and self.training_level in LEVEL_OF.values()
        if owed and (state.kind is None or LEVEL_OF.get(state.kind) is not self.training_level):
            raise LEVEL_NOT_OWN(field="trainingLevel")
        year, level, here = self.rules.on.year, self.training_level, set(self.trained_person_ids)
        missing = untrained(self, state, trained(state, year, level) | here) if owed else ()
        yield TrainingRecorded.of(
            self,
            training_id=self.new_id("training"),
            trained_count=count,
            untrained_person_ids=missing,
        )
        if owed and not missing:
            yield from fulfilled(self, state, training_duty(self.training_level))


class OweTrainingAgain(
    Command[Unit],
    name="unit.owe_training_again",
    zh="新任儿童主任须参训",
    en="A new director is to be trained",
    clauses=("SH2024-2.5.15-e",),
    by_system=True,
):
    """Put when a director is appointed or reinstated; nothing where this level has trained the person this year."""

    trained_person_id: Annotated[UUID, P2]

    def decide(self, state: Unit) -> Iterator[Event[Unit]]:
        level = LEVEL_OF.get(state.kind) if state.kind else None
        if level is None or self.trained_person_id in trained(state, self.rules.on.year, level):
            return
        yield from reopened(self, state, training_duty(level))


class QualificationRecorded(
    Record[Unit],
    name="unit.qualification_recorded",
    zh="职业资格已登记",
    en="Qualification recorded",
    act="unit.record_qualification",
    does=("登记职业资格", "Record a qualification"),
    clauses=("SH2024-2.5.15-f", "SH2024-2.5.16-a"),
    behind=("passed_on",),
):
    person_id: Annotated[UUID, P0]
    qualification: Annotated[Qualification, P2]
    passed_on: Annotated[date, P2]


class WorkerAppraised(
    Record[Unit],
    name="unit.worker_appraised",
    zh="人员已考核",
    en="Worker appraised",
    act="unit.appraise_worker",
    does=("登记人员考核", "Appraise a worker"),
    clauses=("SH2024-2.5.15-f",),
):
    person_id: Annotated[UUID, P0]
    appraisal_year: Annotated[int, P0]
    appraisal: Annotated[Appraisal, P2]
