"""S-06: who is left behind, and who came to it and left it; other groups are not of this report (CQ2016-5.2-d)."""

from __future__ import annotations

from domain.child.categories import DetermineCategory
from domain.child.closing import CloseFile
from domain.child.leaving import EndCategory
from domain.terms.file import (
    CategoryCode,
    CategoryEndReason,
    Difficulty,
    DifficultyCause,
    FileCloseReason,
)
from tests.database import Database
from tests.projections.town import FENGJIE, HUANHUA, town_on
from tests.reports.caring import state
from tests.reports.district import OFFICIAL, cells, county_on, left_behind, value


def test_entries_and_exits_are_those_of_left_behind_children(database: Database) -> None:
    with town_on(database) as town:
        county = county_on(town)
        children = county.children[HUANHUA]
        town.at("2025-03-05 09:00")
        poor = DetermineCategory(
            category=CategoryCode.IN_DIFFICULTY,
            causes=(DifficultyCause.POVERTY,),
            difficulties=(Difficulty.LIVING,),
        )
        for child in children:
            left_behind(county, child)
            county.put(poor, child)
        town.at("2025-03-20 09:00")
        for child in children:
            (code,) = {h.code for h in state(county, child).file.held if h.group == "CID"}
            better = EndCategory(
                category=CategoryCode(code),
                category_end_reason=CategoryEndReason.CAUSE_OVER,
            )
            county.put(better, child)
        town.at("2025-04-01 09:00")
        county.told()
        known = county.report("S-06", FENGJIE, by=OFFICIAL, purpose="statistics", period="2025")
        assert value(known, "left_behind") == value(known, "entries") == len(children)
        assert cells(known, "entries", "category") == cells(known, "left_behind", "category")
        assert value(known, "exits") == 0
        for child in children[:5]:
            county.put(CloseFile(file_close_reason=FileCloseReason.DECEASED), child)
        town.at("2025-05-01 09:00")
        county.told()
        known = county.report("S-06", FENGJIE, by=OFFICIAL, purpose="casework", period="2025")
        assert (value(known, "left_behind"), value(known, "exits")) == (len(children) - 5, 5)
        assert cells(known, "exits", "reason") == {"DECEASED": 5}
