"""Training by city AND district, every director, every year; the missing are named (T-16; scenario 8, step 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.directory import Directory
from domain.terms.roles import Role
from domain.terms.units import UnitKind
from domain.terms.workforce import Trainees, TrainingLevel
from domain.unit.obligation_clock import NoteObligationMissed, ObligationMissed
from domain.unit.obligations import (
    ObligationFulfilled,
    ObligationReopened,
    OpenObligationYear,
    obligation_id,
)
from domain.unit.posts import AppointPerson
from domain.unit.training import (
    OweTrainingAgain,
    RecordTraining,
    TrainingRecorded,
)
from tests.domain.story import Story
from tests.domain.unit.cast import (
    CHONGMING,
    CHUNGUANG,
    CITY,
    DISTRICT,
    MR_K,
    MS_P,
    OLD_LU,
    OUYING,
    SHANGHAI,
    UNITS,
    VILLAGE,
    VILLAGE_THERE,
    answered,
    asked,
    here,
    post,
    registered,
)
from tests.dsl import an_id, given, told

DISTRICT_THERE = registered(UnitKind.DISTRICT_CIVIL_AFFAIRS, CHONGMING)
CITY_THERE = registered(UnitKind.CITY_CIVIL_AFFAIRS, SHANGHAI)
STAFF = Directory.of(
    UNITS,
    (
        post(MS_P, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG),
        post(OLD_LU, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG),
        post(an_id("a director of Chongqing"), Role.CHILD_DIRECTOR, an_id("far"), OUYING),
    ),
)


def training(*people: UUID, level: TrainingLevel = TrainingLevel.DISTRICT) -> RecordTraining:
    """A training of directors."""
    return RecordTraining(
        training_level=level,
        trainees=Trainees.DIRECTORS,
        training_topic="入户走访",
        training_hours=8,
        trained_person_ids=people,
    )


def at_district(command: RecordTraining, at: str = "2025-04-10 09:00") -> Any:
    """Held by the district."""
    return here(command, at=at, where=CHONGMING, directory=STAFF)


def year_of(unit: Any, where: str) -> tuple[Any, ...]:
    """The unit with its duties of 2025."""
    opening = here(OpenObligationYear(), at="2025-01-01 00:00", where=where)
    return (unit, *given(unit).when(opening).facts())


def test_whoever_is_missing_is_named_and_the_duty_stays_open() -> None:
    (fact,) = given(*year_of(DISTRICT_THERE, CHONGMING)).when(at_district(training(OLD_LU))).facts()
    assert isinstance(fact, TrainingRecorded)
    assert fact.untrained_person_ids == (MS_P,)
    assert fact.trained_count == 1


def test_the_duty_is_met_when_every_director_of_the_territory_was_trained() -> None:
    history = year_of(DISTRICT_THERE, CHONGMING)
    first = given(*history).when(at_district(training(OLD_LU))).facts()
    second = given(*history, *first).when(at_district(training(MS_P), "2025-06-10 09:00")).facts()
    assert isinstance(second[1], ObligationFulfilled)
    assert second[1].duty_code == "DIRECTOR_TRAINING_DISTRICT"


def test_the_citys_training_is_a_duty_of_its_own() -> None:
    city = training(OLD_LU, MS_P, level=TrainingLevel.CITY)
    put_so = here(city, at="2025-05-10 09:00", where=SHANGHAI, directory=STAFF)
    facts = given(*year_of(CITY_THERE, SHANGHAI)).when(put_so).facts()
    assert isinstance(facts[1], ObligationFulfilled)
    assert facts[1].duty_code == "DIRECTOR_TRAINING_CITY"
    given(*year_of(DISTRICT_THERE, CHONGMING)).when(at_district(city)).then_refused(
        "training_level_not_own", cites="SH2024-2.5.15-e", field="trainingLevel"
    )


def test_last_years_training_does_not_count_for_this_year() -> None:
    history = year_of(DISTRICT_THERE, CHONGMING)
    last = given(*history).when(at_district(training(OLD_LU), "2025-04-10 09:00")).facts()
    (fact,) = given(*history, *last).when(at_district(training(MS_P), "2026-04-10 09:00")).facts()
    assert isinstance(fact, TrainingRecorded)
    assert fact.untrained_person_ids == (OLD_LU,)


def test_others_are_trained_by_anybody_by_number() -> None:
    teachers = RecordTraining(
        training_level=TrainingLevel.UNIT,
        trainees=Trainees.DORMITORY_STAFF,
        training_topic="宿舍安全",
        training_hours=4,
        trained_count=12,
    )
    school = registered(UnitKind.SCHOOL, CHONGMING)
    (fact,) = given(school).when(here(teachers)).facts()
    assert isinstance(fact, TrainingRecorded)
    assert (fact.trained_count, fact.untrained_person_ids) == (12, ())
    nobody = replace(teachers, trained_count=None)
    given(school).when(here(nobody)).then_refused("nobody_trained", field="trainedPersonIds")


def test_who_has_left_by_the_end_of_the_year_need_not_be_trained() -> None:
    history = year_of(DISTRICT_THERE, CHONGMING)
    first = given(*history).when(at_district(training(OLD_LU))).facts()
    owed = obligation_id(an_id("subject"), "DIRECTOR_TRAINING_DISTRICT", "2025")
    note = NoteObligationMissed(obligation_id=owed)
    left = Directory.of(UNITS, (post(OLD_LU, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG),))
    for staff, expected in ((left, ObligationFulfilled), (STAFF, ObligationMissed)):
        ending = here(note, at="2026-01-01 00:00", where=CHONGMING, directory=staff)
        (fact,) = given(*history, *first).when(ending).facts()
        assert isinstance(fact, expected)
    nobody = here(note, at="2026-01-01 00:00", where=CHONGMING, directory=Directory.of(UNITS, ()))
    (fact,) = given(*history).when(nobody).facts()
    assert isinstance(fact, ObligationMissed)


def test_a_director_appointed_after_the_training_is_to_be_trained_too() -> None:
    """全员培训 is of all directors, also of one who comes in June (SH2024-2.5.15-e)."""
    story = Story(place=CHUNGUANG, directory=STAFF)
    for unit, there in ((DISTRICT, DISTRICT_THERE), (CITY, CITY_THERE)):
        story.tell(told(there, at="2024-12-31 09:00"), on=unit)
        story.put(OpenObligationYear(), at="2025-01-01 00:00", on=unit)
    story.put(training(MS_P, OLD_LU), at="2025-04-10 09:00", on=DISTRICT)
    city = training(MS_P, OLD_LU, level=TrainingLevel.CITY)
    story.put(city, at="2025-04-20 09:00", on=CITY)
    for event in (VILLAGE_THERE, asked(MR_K), answered(person_id=MR_K)):
        story.tell(told(event, at="2025-06-01 09:00"), on=VILLAGE)
    appoint = AppointPerson(person_id=MR_K, person_name="柯先生", role=Role.CHILD_DIRECTOR)
    story.put(appoint, at="2025-06-02 09:00", on=VILLAGE)
    again = {stream: e for stream, e in story.told if isinstance(e, ObligationReopened)}
    assert set(again) == {DISTRICT, CITY}
    assert again[CITY].duty_code == "DIRECTOR_TRAINING_CITY"
    assert again[CITY].duty_due_on == date(2025, 12, 31)
    assert again[CITY].duty_warn_on == (date(2025, 10, 1),)
    story.directory = Directory.of(
        UNITS, (*STAFF.posts, post(MR_K, Role.CHILD_DIRECTOR, VILLAGE, CHUNGUANG))
    )
    done = story.put(training(MR_K), at="2025-09-10 09:00", on=DISTRICT)
    assert isinstance(done[-1], ObligationFulfilled)
    owed = obligation_id(CITY, "DIRECTOR_TRAINING_CITY", "2025")
    note = NoteObligationMissed(obligation_id=owed)
    assert isinstance(story.put(note, at="2026-01-01 00:00", on=CITY)[0], ObligationMissed)


def test_a_director_whom_the_level_has_trained_this_year_opens_nothing_again() -> None:
    history = year_of(DISTRICT_THERE, CHONGMING)
    done = given(*history).when(at_district(training(OLD_LU, MS_P))).facts()
    for again in (
        OweTrainingAgain(trained_person_id=MS_P),
        OweTrainingAgain(trained_person_id=MR_K),
    ):
        put_so = here(again, at="2025-06-10 09:00", where=CHONGMING)
        facts = given(*history, *done).when(put_so).facts()
        assert bool(facts) == (again.trained_person_id == MR_K)
        given(*history).when(put_so).then_nothing()
