"""The common checks of every scenario, over the whole log, all tasks and the access journal of a world."""

from __future__ import annotations

from uuid import UUID

from domain.clauses import clause
from domain.periods import local_date
from eventlog.recorded import Recorded
from eventlog.verify import verify
from projections.journal import faults
from tests.journeys.world import World


def common_checks(world: World) -> None:
    """All of them, at the end of a journey."""
    for recorded in world.log():
        carries_its_grounds(world, recorded)
    report = verify(world.platform.ways.admin_dsn)
    assert report.ok, report.first_bad
    assert faults(world.platform.ways.writer_dsn) == []
    tasks_have_somebody(world)
    reads_are_journaled(world)
    assert world.platform.lookup.parked() == set(), "a projection set something aside"


def carries_its_grounds(world: World, r: Recorded) -> None:
    """(i) Packs with versions as in force at its place on its day, clauses of those packs, both times."""
    stamp, name = r.stamp, r.event.name
    assert stamp.occurred_at.utcoffset() is not None, name
    assert stamp.at.utcoffset() is not None, name
    assert stamp.occurred_at <= stamp.at, name
    rules = world.platform.casebook.rules_at(stamp.place, local_date(stamp.occurred_at))
    assert stamp.packs == tuple(rules.packs), name
    if stamp.place is not None:
        assert stamp.packs, f"{name} names no pack"
    packs = {pack for pack, _ in stamp.packs}
    for cited in stamp.clauses:
        assert clause(cited).document in packs, f"{name} cites {cited}, which does not bind there"


def tasks_have_somebody(world: World) -> None:
    """(iii) Each task has an owner that exists and one named person (CQ2016-6.2-f)."""
    query = (
        "select queue, task_id from read.work_item left join read.unit on unit_id = owner_unit_id "
        "where unit_id is null or named_person_id is null"
    )
    assert world.sql(query) == []


def reads_are_journaled(world: World) -> None:
    """(iv) Each read of class P3 or above is in the access journal, with at least the classes seen."""
    query = "select person_id, subject_id, classes from sec.access_look"
    journal: dict[tuple[UUID, UUID], set[str]] = {}
    for person, subject, classes in world.sql(query):
        journal.setdefault((person, subject), set()).update(classes)
    for person in world.people.values():
        for subject, seen in person.seen.items():
            noted = journal.get((person.who.id, subject), set())
            assert seen <= noted, f"{person.who.key} saw {seen - noted} of {subject} unnoted"
