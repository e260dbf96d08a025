"""Whoever may know an id is told what it stands for, as far as the directory shows it to them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from domain.divisions import Divisions
from ops.demo_world import PEOPLE, UNIT_BY_KEY, DemoPerson
from schema.names import UNITS, name_of
from tests.plan.comparing import ROLES, Reading, both

FILES = """
{ ledger(first: 20) { nodes {
    residenceId residenceName responsibleUnitId responsibleUnitName responsiblePersonId responsiblePersonName
    schoolUnitId schoolUnitName workItems { ownerUnitId ownerUnitName namedPersonId namedPersonName }
    cases { policeUnitId policeUnitName incidentPlaceId incidentPlaceName placements { siteUnitId siteUnitName } } } } }
"""


def person(key: str) -> DemoPerson:
    return next(who for who in ROLES if who.key == key)


def told(reading: Reading, who: DemoPerson, text: str = FILES) -> Any:
    """What both ways tell alike."""
    assert both(reading, who, text, {}), "it has a plan"
    return orjson.loads(reading.reference(who, text, {}).body)["data"]


def pairs(told_: Any, stem: str) -> set[tuple[str, str]]:
    """Every id and name of a kind in an answer."""
    found: set[tuple[str, str]] = set()
    if isinstance(told_, dict):
        if told_.get(f"{stem}Id"):
            found.add((told_[f"{stem}Id"], told_[f"{stem}Name"]))
        told_ = list(told_.values())
    for each in told_ if isinstance(told_, list) else ():
        found |= pairs(each, stem)
    return found


def test_a_desk_reads_units_people_and_places_by_name(reading: Reading) -> None:
    found = told(reading, person("fj_township"))
    units = {str(unit.id): unit.name for unit in UNIT_BY_KEY.values()}
    people = {str(who.id): who.name for who in PEOPLE}
    for stem in ("ownerUnit", "responsibleUnit", "schoolUnit", "policeUnit"):
        shown = pairs(found, stem)
        assert shown, stem
        assert shown <= units.items(), stem
    for stem in ("responsiblePerson", "namedPerson"):
        shown = pairs(found, stem)
        assert shown, stem
        assert shown <= people.items(), stem
    here = Divisions.load()
    for stem in ("residence", "incidentPlace"):
        shown = pairs(found, stem)
        assert shown == {(i, found_.name) for i, _ in shown if (found_ := here.find(i))}, stem


async def name_for(reading: Reading, who: DemoPerson, ident: Any) -> str | None:
    """What a unit is called, asked in one's own scope."""
    context = reading.context(who)
    async with context.finishing():
        reads = await context.reads()
        return await name_of(UNITS, ident, reads)


@pytest.mark.parametrize("who", ["fj_township", "fj_mother"])
def test_whoever_reads_no_units_finds_no_name_of_one(reading: Reading, who: str) -> None:
    unit = UNIT_BY_KEY["fj_school"]
    found = reading.loop.run_until_complete(name_for(reading, person(who), unit.id))
    assert found == {"fj_township": unit.name, "fj_mother": None}[who]


def test_a_name_is_held_back_with_its_id(reading: Reading) -> None:
    text = "{ ledger(first: 10) { nodes { hukouId hukouName responsibleUnitId responsibleUnitName } } }"
    held = 0
    for who in ROLES:
        body = orjson.loads(reading.reference(who, text, {}).body)
        paths = {tuple(r["path"]) for r in (body.get("extensions") or {}).get("redactions", ())}
        ids = {(*at, last.removesuffix("Id")) for *at, last in paths if last.endswith("Id")}
        names = {(*at, last.removesuffix("Name")) for *at, last in paths if last.endswith("Name")}
        assert ids == names
        both(reading, who, text, {})
        held += len(names)
    assert held


def test_the_load_of_a_unit_says_who_carries_it(reading: Reading) -> None:
    names = {str(who.id): who.name for who in PEOPLE}
    text = "query ($u: UUID!) { unitLoad(unit: $u) { people { personId personName } } }"
    for unit in ("fj_township", "fj_village"):
        given: dict[str, object] = {"u": str(UNIT_BY_KEY[unit].id)}
        assert both(reading, person("fj_township"), text, given)
        answer = reading.reference(person("fj_township"), text, given)
        people = orjson.loads(answer.body)["data"]["unitLoad"]["people"]
        assert people
        assert {p["personId"]: p["personName"] for p in people} == {
            p["personId"]: names.get(p["personId"]) for p in people
        }
        assert any(p["personName"] for p in people), unit
