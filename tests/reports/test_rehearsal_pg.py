"""Rehearsal of a changed pack on a real database: both ways, township by township, and nothing is written."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.case.intake import AcceptReport
from domain.child.conduct import OpenConductCase
from domain.packfile import PackError, parse_pack
from domain.rulebook import Rulebook
from domain.terms.conduct import ConductClass
from ops.rehearse import rehearse
from projections.rehearsal import changed_by
from tests.database import Database, Postgres, database_of
from tests.projections.town import BAIDI, FENGJIE, HUANHUA, OFFICER, reported, town_on
from tests.reports.district import (
    CAOTANG,
    CITY,
    KANGLE,
    OFFICIAL,
    OWNER,
    County,
    county_on,
    left_behind,
)

PACKS = Path(__file__).parents[2] / "domain" / "packs"
QUERY = """
query($pack: String!, $division: ID!) {
  rehearsal(pack: $pack, division: $division) {
    pack version children tasks notRecounted
    counts { township what direction before after many }
    moves { childId what direction before after }
  }
}
"""


@pytest.fixture(scope="module")
def county(postgres: Postgres, template_database: Database) -> Iterator[County]:
    """Files of 3 March; the twelve of Baidi left behind since the 5th; six reports accepted on the 10th."""
    with database_of(postgres, template_database.name) as database, town_on(database) as town:
        county = county_on(town)
        town.at("2025-03-05 09:00")
        for child in county.children[HUANHUA]:
            left_behind(county, child)
        for n in range(6):
            case = reported(town, f"2025-03-10 09:0{n}")
            town.do(AcceptReport(), case, OFFICER)
        town.at("2025-03-10 09:30")
        yield county


def changed(pack: str, old: str, new: str) -> str:
    """A pack's file with one line changed."""
    text = (PACKS / pack).read_text(encoding="utf-8")
    assert text.count(old) == 1
    return text.replace(old, new)


def asked(county: County, pack: str, **who: Any) -> dict[str, Any]:
    """The rehearsal for the county, as the rule owner is answered."""
    by, purpose = who.get("by", OWNER), who.get("purpose", "oversight")
    found = county.ask(QUERY, {"pack": pack, "division": FENGJIE}, by, purpose)["rehearsal"]
    assert found is not None
    answer: dict[str, Any] = found
    return answer


def counts(found: dict[str, Any], what: str) -> dict[tuple[str, str, str, str], int | None]:
    """Township, direction, before and after → how many."""
    return {
        (c["township"], c["direction"], c["before"], c["after"]): c["many"]
        for c in found["counts"]
        if c["what"] == what
    }


def log(county: County) -> list[Any]:
    """Everything a rehearsal must leave alone: the log, the clocks, the tasks, the facts."""
    return [
        county.town.rows(query)
        for query in (
            "select count(*), max(notification_id) from es.event",
            "select count(*) from es.command",
            "select * from read.work_item order by task_id",
            "select * from read.clock order by clock_id",
            "select child_id, position from read.timeline order by position",
        )
    ]


SHORTER = ("contact_interval_normal: {value: P1M", "contact_interval_normal: {value: P14D")
LONGER = ("contact_interval_normal: {value: P1M", "contact_interval_normal: {value: P3M")


def test_the_same_pack_moves_nobody(county: County) -> None:
    same = asked(county, (PACKS / "PLATFORM.yaml").read_text(encoding="utf-8"))
    assert same["children"] == 28
    assert same["tasks"] > 6
    assert same["counts"] == []


def test_a_shorter_interval_brings_contacts_forward(county: County) -> None:
    """Due on 3 April; a fortnight from today, the tenth, is the 24th of March."""
    found = asked(county, changed("PLATFORM.yaml", *SHORTER))
    due = counts(found, "CONTACT_DUE")
    for town, many in ((CAOTANG, 9), (KANGLE, 7)):
        assert due[town, "MORE", "0D", "-10D"] == many
        cadence = counts(found, "CADENCE")
        assert cadence[town, "MORE", "NORMAL P1M P2M", "NORMAL P14D P2M"] == many
    assert not [c for c in found["counts"] if c["direction"] == "LESS"]
    # Two days before the day that stood, a fortnight brings nothing forward; it is more often all the same.
    county.town.at("2025-04-01 09:30")
    soon = asked(county, changed("PLATFORM.yaml", *SHORTER))
    county.town.at("2025-03-10 09:30")
    assert counts(soon, "CONTACT_DUE") == {}
    assert {way for _, way, _, _ in counts(soon, "CADENCE")} == {"MORE"}


def test_a_longer_interval_puts_contacts_off(county: County) -> None:
    """Three months from 3 March is 3 June, 61 days after 3 April; the category of Baidi's twelve changes nothing."""
    found = asked(county, changed("PLATFORM.yaml", *LONGER))
    due = counts(found, "CONTACT_DUE")
    assert due[CAOTANG, "LESS", "0D", "+61D"] == 9
    assert due[KANGLE, "LESS", "0D", "+61D"] == 7


def test_tiers_move_both_ways_by_the_numbers_of_the_scale(county: County) -> None:
    """Five days without a carer: with a gap of three days the twelve rise, and from there they would fall."""
    sooner = changed("risk.yaml", "care_gap_days:\n    value: 7", "care_gap_days:\n    value: 3")
    up = counts(asked(county, sooner), "TIER")
    assert up == {(BAIDI, "MORE", "R4", "R2"): 6, (BAIDI, "MORE", "R3", "R2"): 6}
    county.town.at("2025-03-20 09:30")
    later = changed("risk.yaml", "care_gap_days:\n    value: 7", "care_gap_days:\n    value: 99")
    down = counts(asked(county, later), "TIER")
    county.town.at("2025-03-10 09:30")
    assert down == {(BAIDI, "LESS", "R2", "R4"): 6, (BAIDI, "LESS", "R2", "R3"): 6}


def test_open_tasks_get_another_time_limit(county: County) -> None:
    found = asked(
        county,
        changed("PLATFORM.yaml", "dispatch_minutes: {value: 30", "dispatch_minutes: {value: 150"),
    )
    assert counts(found, "TASK_DUE") == {(BAIDI, "LESS", "Q-03", "+2H"): 6}


def test_a_category_that_loses_its_definition_is_told(county: County) -> None:
    text = (PACKS / "CQ2024.yaml").read_text(encoding="utf-8")
    assert "LBC_CQ_URBAN_RURAL" in text
    found = asked(county, text.replace("LBC_CQ_URBAN_RURAL", "LBC_SH_RURAL"))
    gone = counts(found, "CATEGORY")
    assert gone == {(BAIDI, "LESS", "LBC_CQ_URBAN_RURAL", "NONE"): 12}


def test_nothing_is_written_and_the_answer_is_the_same_twice(county: County) -> None:
    before, pack = log(county), changed("PLATFORM.yaml", *SHORTER)
    first, second = asked(county, pack), asked(county, pack)
    assert first == second
    assert log(county) == before


def test_few_are_held_back(county: County) -> None:
    """With a higher threshold the seven of Kangle are few, and the nine of Caotang would give them away."""
    county.town.platform.services = _with(county, "small_cell_below: {value: 5", "8")
    due = counts(asked(county, changed("PLATFORM.yaml", *LONGER)), "CONTACT_DUE")
    county.town.platform.services = _with(county, "small_cell_below: {value: 5", "5")
    assert due[KANGLE, "LESS", "0D", "+61D"] is None
    assert due[CAOTANG, "LESS", "0D", "+61D"] is None


def test_figures_of_a_few_children_are_held_back(county: County) -> None:
    """A village asked about alone could be one child's: its figures would tell of that child."""
    county.town.platform.services = _with(county, "small_cell_below: {value: 5", "29")
    found = asked(county, changed("PLATFORM.yaml", *LONGER))
    assert found["children"] is None
    county.town.platform.services = _with(county, "small_cell_below: {value: 5", "5")
    assert asked(county, changed("PLATFORM.yaml", *LONGER))["children"] == 28


def _with(county: County, old: str, new: str) -> Any:
    pack = parse_pack(changed("PLATFORM.yaml", old, old[: old.rindex(" ") + 1] + new))
    return replace(county.town.platform.services, rulebook=lambda: Rulebook.load().replacing(pack))


def test_the_list_is_for_those_who_may_see_the_children(county: County) -> None:
    pack = changed("PLATFORM.yaml", *LONGER)
    assert asked(county, pack)["moves"] is None
    moves = asked(county, pack, by=OFFICIAL, purpose="casework")["moves"]
    late = {m["childId"] for m in moves if m["what"] == "CONTACT_DUE"}
    assert {str(c) for c in county.children[KANGLE]} <= late
    denied = county.ask(QUERY, {"pack": pack, "division": FENGJIE}, CITY, "statistics")
    assert denied["rehearsal"] is None


def test_that_a_child_is_to_be_corrected_moves_nothing_that_is_told(county: County) -> None:
    """A conduct case exists for those who correct alone (A.2 rule 7): neither the lead nor the owner of the pack."""
    child = county.children[HUANHUA][0]
    conduct = OpenConductCase(
        conduct_class=ConductClass.SERIOUS_MISCONDUCT,
        conduct_summary="盗窃",
        special_education_proposed=True,
    )
    pack = changed("PLATFORM.yaml", "correction_days: {value: 14", "correction_days: {value: 30")
    before = asked(county, pack, by=OFFICIAL, purpose="casework")
    county.town.do(conduct, child, OFFICER)
    assert county.town.task("Q-38")
    after = asked(county, pack, by=OFFICIAL, purpose="casework")
    assert (after["moves"], after["counts"]) == (before["moves"], before["counts"])
    assert counts(asked(county, pack), "TASK_DUE") == {}


def test_what_is_no_pack_is_bad_input(county: County) -> None:
    for text in ("[", "- 1", "id: CQ2016", "id: NOWHERE\nversion: 1\nparameters: {}"):
        with pytest.raises(PackError):
            changed_by(text, Rulebook.load())
    with pytest.raises(AssertionError, match="not valid: a pack is a mapping"):
        asked(county, "- 1")


def test_the_command_line_says_the_same(county: County, tmp_path: Path) -> None:
    pack, said = tmp_path / "pack.yaml", list[str]()
    pack.write_text(changed("PLATFORM.yaml", *LONGER), encoding="utf-8")
    given = Namespace(pack=pack, division=FENGJIE)
    assert rehearse(given, county.town.platform, said.append) == 0
    assert any("康乐镇" in line and "+61D: 7" in line for line in said)
    assert rehearse(Namespace(pack=tmp_path, division=None), county.town.platform, said.append) == 2
